import { normal, type Random } from "../../spectra/random.ts";

/** A number of the gamma distribution with this shape (> 0) and scale 1; Marsaglia and Tsang (2000), doi:10.1145/358407.358414. */
export function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Shares that add up to 1, of the Dirichlet distribution with these concentrations (> 0). */
export function dirichlet(concentrations: readonly number[], random: Random): number[] {
  if (concentrations.length === 1) return [1];
  const parts = concentrations.map((a) => gamma(a, random));
  const sum = parts.reduce((total, part) => total + part, 0);
  // Concentrations far below 1 can all underflow: then one takes all, which is what they mean.
  if (!(sum > 0)) return parts.map((_, i) => (i === 0 ? 1 : 0));
  return parts.map((part) => part / sum);
}

/**
 * Distribution function of the Beta distribution at x in [0, 1]: the regularised incomplete beta function, by Lentz's
 * continued fraction (DLMF 8.17.22).
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  const tiny = 1e-300;
  let f = 1;
  let c = 1;
  let d = 0;
  for (let i = 0; i <= 300; i++) {
    const m = i >> 1;
    let numerator = 1;
    if (i > 0 && i % 2 === 0) numerator = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    if (i % 2 === 1) numerator = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + numerator * d || tiny);
    c = 1 + numerator / c || tiny;
    f *= c * d;
    if (Math.abs(1 - c * d) < 1e-12) break;
  }
  return front * (f - 1);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x) for x > 0: Stirling's series (DLMF 5.11.1) after moving x above 10; exact to 1e-12. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y += 1) shift += Math.log(y);
  const series = 1 / (12 * y) - 1 / (360 * y ** 3) + 1 / (1260 * y ** 5) - 1 / (1680 * y ** 7);
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
