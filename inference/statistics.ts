/**
 * Exact two-sided p of McNemar's test: of `onlyA + onlyB` spots on which two models differ, how probable is a split at
 * least as uneven, if each were as likely to be right. 1 where they never differ. (McNemar 1947,
 * doi:10.1007/BF02295996, with the binomial distribution in place of its χ² limit.)
 */
export function mcnemarP(onlyA: number, onlyB: number): number {
  const [differing, more] = [onlyA + onlyB, Math.max(onlyA, onlyB)];
  return Math.min(1, 2 * binomialTail(differing, 0.5, more));
}

/** P(X ≥ k) for X binomial with n trials of probability p, exact. */
export function binomialTail(n: number, p: number, k: number): number {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  // The smaller side is added up, so that neither loses its digits to the other.
  const upper = k > n * p;
  let sum = 0;
  for (let i = upper ? k : 0; i <= (upper ? n : k - 1); i += 1) sum += Math.exp(logBinomial(n, p, i));
  return Math.min(1, upper ? sum : Math.max(0, 1 - sum));
}

const logBinomial = (n: number, p: number, k: number): number =>
  logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p);

const logFactorials = [0];

function logChoose(n: number, k: number): number {
  for (let i = logFactorials.length; i <= n; i += 1) logFactorials.push((logFactorials[i - 1] ?? 0) + Math.log(i));
  return (logFactorials[n] ?? 0) - (logFactorials[k] ?? 0) - (logFactorials[n - k] ?? 0);
}

/**
 * Largest p with which a sample of n values can lie as far to one side of a reference as it does, if both come from one
 * distribution: exp(−2·m·D²) with D the one-sided Kolmogorov–Smirnov distance and m = n·N/(n + N). For a reference that
 * is known this holds at every n, not only in the limit (Massart 1990, doi:10.1214/aop/1176990746); that the reference
 * was itself estimated from N spots is taken into account by m.
 *
 * @param quantiles of the reference, ascending, at evenly spaced levels from 0 to 1.
 * @param side `lower`: small p where the sample's values are lower than the reference's; `higher`: the other way.
 */
export function onesidedKsP(
  sample: readonly number[],
  quantiles: readonly number[],
  referenceCount: number,
  side: "lower" | "higher",
): number {
  const sorted = sample.toSorted((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return 1;
  let distance = 0;
  sorted.forEach((value, i) => {
    // Just at a value the sample's share jumps from i/n to (i + 1)/n. At a value that the reference holds many times
    // its share jumps too; the side of the jump that says less is taken.
    if (side === "lower") distance = Math.max(distance, (i + 1) / n - levelOf(value, quantiles, "upper"));
    else distance = Math.max(distance, levelOf(value, quantiles, "lower") - i / n);
  });
  const effective = (n * referenceCount) / (n + referenceCount);
  return Math.exp(-2 * effective * distance ** 2);
}

/**
 * Share of the reference at or below `value`, 0 to 1, linear between its quantiles. Where neighbouring quantiles are
 * equal, `upper` gives the share up to the last of them, `lower` the share before the first.
 */
export function levelOf(value: number, quantiles: readonly number[], tie: "upper" | "lower"): number {
  const last = quantiles.length - 1;
  const atMost = firstWhere(quantiles, (q) => q > value) - 1;
  const atLeast = firstWhere(quantiles, (q) => q >= value);
  if (atMost < 0) return 0;
  if (atLeast > last) return 1;
  if (atLeast <= atMost) return (tie === "upper" ? atMost : atLeast) / last;
  const [low, high] = [quantiles[atMost] ?? 0, quantiles[atLeast] ?? 0];
  return (atMost + (value - low) / (high - low)) / last;
}

/** Index of the first of the ascending values for which `is` holds, by halving; their number if for none. */
function firstWhere(ascending: readonly number[], is: (value: number) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(ascending[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Values at evenly spaced levels from the least to the largest, linear between the sorted values. */
export function quantilesOf(values: readonly number[], count: number): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: count }, (_, i) => {
    const at = (i / (count - 1)) * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
    return low + (high - low) * (at - Math.floor(at));
  });
}
