/** No-break space between a number and its unit. */
const space = "\u00a0";

/**
 * Whole per cents of shares that add up to exactly 100 (largest remainder): a larger share never gets the smaller
 * number. Shares are scaled to add up to 1 first; throws RangeError if they add up to nothing.
 */
export function wholePercents(shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!(total > 0)) throw new RangeError("shares add up to nothing");
  const exact = shares.map((share) => (100 * share) / total);
  const whole = exact.map(Math.floor);
  const missing = 100 - whole.reduce((sum, n) => sum + n, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value), share: shares[index] ?? 0 }))
    .sort((a, b) => b.remainder - a.remainder || b.share - a.share);
  for (const { index } of byRemainder.slice(0, missing)) whole[index] = (whole[index] ?? 0) + 1;
  return whole;
}

/** A probability in words: nothing is ever certain or impossible, so never "100 %" or "0 %". */
export function percentText(percent: number): string {
  if (percent >= 100) return `over 99${space}%`;
  if (percent <= 0) return `under 1${space}%`;
  return `${percent}${space}%`;
}
