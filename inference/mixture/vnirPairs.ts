import type { Pair, Unmixed } from "./pair.ts";
import type { Prototype } from "./prototype.ts";
import { gaussianFilter } from "./smooth.ts";

// The same numbers, and reasons for them, as in models/lithoscope_models/nets/vnir_mixture.py.
const leastCells = 200;
const candidates = 8;
const slopeCells = 3;
const level = 0.02;
const misfitWeight = 2;

/**
 * Slope of reflectance per cell (smoothed; gaps bridged by straight lines) and a small part of reflectance itself, side by
 * side [2 · cells]: linear in reflectance, as areal mixing is.
 */
export function linearFeatures(reflectance: ArrayLike<number>, mask: ArrayLike<number>): Float64Array {
  const filled = bridged(reflectance, mask);
  const out = new Float64Array(2 * filled.length);
  out.set(gaussianFilter(filled, slopeCells, 1));
  out.set(
    filled.map((value) => level * value),
    filled.length,
  );
  return out;
}

/** The reflectance [cells] that a reference was made of; bridged where it was not measured. */
export function reflectanceOf({ values }: Prototype): Float64Array {
  return values.slice(values.length / 2).map((value) => value / level);
}

/** The mask of linear features [2 · cells]. */
export function coverageOf(mask: ArrayLike<number>): Float64Array {
  const n = mask.length;
  return Float64Array.from({ length: 2 * n }, (_, i) => mask[i % n] ?? 0);
}

/** Cells outside the mask by straight lines between their neighbours, and as the outermost known cell beyond it. */
function bridged(values: ArrayLike<number>, mask: ArrayLike<number>): Float64Array {
  const out = new Float64Array(values.length);
  let before = -1;
  for (let i = 0; i <= out.length; i++) {
    if (i < out.length && (mask[i] ?? 0) <= 0) continue;
    const from = values[before] ?? values[i] ?? 0;
    const to = i < out.length ? (values[i] ?? 0) : from;
    for (let k = before + 1; k < Math.min(i + 1, out.length); k++)
      out[k] = before < 0 ? to : from + ((to - from) * (k - before)) / (i - before);
    before = i;
  }
  return out;
}

interface Fit {
  readonly misfit: number;
  readonly share: number;
}

/**
 * Pairs of the classes with the largest shares, each with its best references; see
 * models/lithoscope_models/nets/vnir_mixture.py (`pairs`), which does the same.
 *
 * @param reflectance [cells] with its mask.
 * @param shares share of the area by the network, in the order of `owners` (numbers of the classes).
 */
export function vnirPairs(
  reflectance: ArrayLike<number>,
  mask: ArrayLike<number>,
  shares: ArrayLike<number>,
  owners: readonly number[],
  references: readonly Prototype[],
): Unmixed {
  const y = linearFeatures(reflectance, mask);
  const seen = coverageOf(mask);
  const top = owners
    .map((owner, i) => ({ owner, share: shares[i] ?? 0, rows: references.filter((r) => r.owner === owner) }))
    .sort((a, b) => b.share - a.share)
    .slice(0, candidates);
  const pairs: Pair[] = [];
  let alone = 1;
  for (const [n, a] of top.entries()) {
    for (const p of a.rows) alone = Math.min(alone, fitOne(y, seen, p) ?? 1);
    for (const b of top.slice(n + 1)) {
      const head = a.share / (a.share + b.share);
      let best: Fit | undefined;
      for (const p of a.rows) {
        for (const q of b.rows) {
          const got = fitTwo(y, seen, p, q);
          if (got !== undefined && (best === undefined || got.misfit < best.misfit)) best = got;
        }
      }
      // A class without a reference that may ship: the network alone.
      const { misfit, share } = best ?? { misfit: 1, share: head };
      const prior = Math.log(a.share + 1e-6) + Math.log(b.share + 1e-6);
      const score = prior - misfitWeight * misfit;
      pairs.push({ first: a.owner, second: b.owner, share: (share + head) / 2, score, misfit });
    }
  }
  return { pairs, alone };
}

/** Relative misfit of y = a p, a ≥ 0; undefined where both know too few cells. */
function fitOne(y: Float64Array, seen: Float64Array, { values: p, mask }: Prototype): number | undefined {
  let cells = 0;
  let [pp, py, yy] = [0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    if ((seen[i] ?? 0) * (mask[i] ?? 0) <= 0) continue;
    const [u, v] = [p[i] ?? 0, y[i] ?? 0];
    cells += 1;
    pp += u * u;
    py += u * v;
    yy += v * v;
  }
  if (cells < leastCells) return undefined;
  return Math.sqrt(Math.max(0, yy - Math.max(py, 0) ** 2 / Math.max(pp, 1e-12)) / Math.max(yy, 1e-12));
}

/** Relative misfit and share of p of y = a p + b q, a, b ≥ 0, by least squares; undefined where all know too few cells. */
function fitTwo(y: Float64Array, seen: Float64Array, one: Prototype, two: Prototype): Fit | undefined {
  let cells = 0;
  let [pp, qq, pq, py, qy, yy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    if ((seen[i] ?? 0) * (one.mask[i] ?? 0) * (two.mask[i] ?? 0) <= 0) continue;
    const [p, q, v] = [one.values[i] ?? 0, two.values[i] ?? 0, y[i] ?? 0];
    cells += 1;
    pp += p * p;
    qq += q * q;
    pq += p * q;
    py += p * v;
    qy += q * v;
    yy += v * v;
  }
  if (cells < leastCells) return undefined;
  const determinant = pp * qq - pq * pq;
  let [a, b] = [py / pp, 0];
  if (determinant > 1e-9 * pp * qq) {
    a = (py * qq - qy * pq) / determinant;
    b = (qy * pp - py * pq) / determinant;
  }
  // On the border: the better of one alone.
  if (a <= 0 || b <= 0)
    [a, b] = (py * py) / pp >= (qy * qy) / qq ? [Math.max(py / pp, 0), 0] : [0, Math.max(qy / qq, 0)];
  const rest = yy - 2 * (a * py + b * qy) + a * a * pp + b * b * qq + 2 * a * b * pq;
  return { misfit: Math.sqrt(Math.max(0, rest) / Math.max(yy, 1e-12)), share: a + b > 0 ? a / (a + b) : 0.5 };
}
