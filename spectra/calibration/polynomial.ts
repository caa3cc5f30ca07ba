/** Σ cᵢ·xⁱ. */
export function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, c) => sum * x + c, 0);
}

/** Position of a pixel on a detector from −1 to 1. */
export function detectorPosition(pixel: number, pixels: number): number {
  return (2 * pixel) / (pixels - 1) - 1;
}

/** Coefficients in powers of the pixel of Σ cᵢ·pⁱ + Σ eₖ·uᵏ with u as in {@link detectorPosition}. */
export function withErrors(coefficients: readonly number[], errors: readonly number[], pixels: number): number[] {
  const sum = [...coefficients];
  let power = [1]; // (2p/(n−1) − 1)ᵏ in powers of p
  for (const error of errors) {
    for (const [i, c] of power.entries()) sum[i] = (sum[i] ?? 0) + error * c;
    const next = new Array<number>(power.length + 1).fill(0);
    for (const [i, c] of power.entries()) {
      next[i] = (next[i] ?? 0) - c;
      next[i + 1] = (next[i + 1] ?? 0) + (2 / (pixels - 1)) * c;
    }
    power = next;
  }
  return sum;
}
