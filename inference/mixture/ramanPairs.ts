import type { Pair, Unmixed } from "./pair.ts";
import type { Prototype } from "./prototype.ts";
import { gaussianFilter } from "./smooth.ts";

// The same numbers, and reasons for them, as in models/lithoscope_models/mixture.py.
const candidates = 40;
const smoothCells = 1;
const floor = 1;
const misfitWeight = 40;

/** Intensity [cells] smoothed over its coverage, 0 elsewhere. */
export function smoothed(intensity: ArrayLike<number>, mask: ArrayLike<number>): Float64Array {
  const covered = Float64Array.from(intensity, (value, i) => value * (mask[i] ?? 0));
  return gaussianFilter(covered, smoothCells).map((value, i) => value * (mask[i] ?? 0));
}

/** What is measured of a spot, ready for its pairs. */
export interface RamanQuery {
  /** Smoothed intensity above background with mean 1 over the covered cells, 0 elsewhere. */
  readonly y: Float64Array;
  /** 1 where it is measured. */
  readonly mask: ArrayLike<number>;
  /** Weight of each cell in the fit. */
  readonly weight: Float64Array;
  /** How each reference's class stands as one of two, in the order of the references. */
  readonly standing: ArrayLike<number>;
}

/** @param above intensity above background [cells], any scale (graph output raman_above). */
export function ramanQuery(above: ArrayLike<number>, mask: ArrayLike<number>, standing: ArrayLike<number>): RamanQuery {
  const y = areaOne(smoothed(above, mask), mask);
  return { y, mask, standing, weight: y.map((value, i) => (mask[i] ?? 0) / (value + floor)) };
}

/**
 * Pairs of references whose sum, with positive shares, is nearest to the spectrum by weighted least squares; see
 * models/lithoscope_models/mixture.py (`pairs`), which does the same. The candidates are the classes that stand highest
 * and those most alike to what the leader leaves. A few milliseconds.
 */
export function ramanPairs({ y, mask, weight, standing }: RamanQuery, references: readonly Prototype[]): Unmixed {
  const whole = dot3(weight, y, y);
  if (whole <= 0 || references.length < 2) return { pairs: [], alone: 1 };
  const leaders = highest(standing, candidates);
  const vectorOf = (row: number): Float64Array => {
    const reference = references[row];
    return reference ? areaOne(reference.values, mask, reference.mask) : new Float64Array(y.length);
  };
  const lead = vectorOf(leaders[0] ?? 0);
  const height = dot3(weight, lead, y) / Math.max(dot3(weight, lead, lead), 1e-9);
  const left = y.map((value, i) => (mask[i] ?? 0) * Math.sqrt(Math.max(value - height * (lead[i] ?? 0), 0)));
  const alike = references.map((reference) => likeness(reference.values, left, mask));
  const chosen = [...new Set([...leaders, ...highest(alike, candidates)])].sort((a, b) => a - b);
  const rows = chosen.map((row) => {
    const vector = vectorOf(row);
    const weighted = vector.map((value, i) => value * (weight[i] ?? 0));
    return {
      owner: references[row]?.owner ?? 0,
      standing: standing[row] ?? 0,
      vector,
      weighted,
      own: dot(weighted, vector),
      match: dot(weighted, y),
    };
  });
  const pairs: Pair[] = [];
  let alone = 1;
  for (const [i, p] of rows.entries()) {
    alone = Math.min(alone, 1 - p.match ** 2 / Math.max(p.own, 1e-9) / whole);
    for (let j = i + 1; j < rows.length; j++) {
      const q = rows[j];
      if (q === undefined) continue;
      const both = dot(p.weighted, q.vector);
      const determinant = p.own * q.own - both ** 2 + 1e-9;
      const a = (p.match * q.own - q.match * both) / determinant;
      const b = (q.match * p.own - p.match * both) / determinant;
      if (a <= 0 || b <= 0) continue;
      const misfit = (whole - a * p.match - b * q.match) / whole;
      const score = p.standing + q.standing - misfitWeight * misfit;
      pairs.push({ first: p.owner, second: q.owner, share: a / (a + b), score, misfit });
    }
  }
  return { pairs, alone };
}

/** Cosine, but for a factor that all references share, of the root of a reference with `left`, on the cells of the mask. */
function likeness(values: Float64Array, left: Float64Array, mask: ArrayLike<number>): number {
  let sum = 0;
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    const value = (values[i] ?? 0) * (mask[i] ?? 0);
    if (value <= 0) continue;
    sum += Math.sqrt(value) * (left[i] ?? 0);
    square += value;
  }
  return square > 0 ? sum / Math.sqrt(square) : 0;
}

/** Intensity over its mean in the covered cells; 0 where either mask is 0. */
function areaOne(values: Float64Array, mask: ArrayLike<number>, known?: ArrayLike<number>): Float64Array {
  const out = new Float64Array(values.length);
  let sum = 0;
  let cells = 0;
  for (let i = 0; i < out.length; i++) {
    const covered = (mask[i] ?? 0) * (known?.[i] ?? 1);
    const value = (values[i] ?? 0) * covered;
    out[i] = value;
    sum += value;
    cells += covered;
  }
  const scale = cells / Math.max(sum, 1e-9);
  for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) * scale;
  return out;
}

/** Indices of the `most` highest values; of equals the first. */
function highest(values: ArrayLike<number>, most: number): number[] {
  return Array.from({ length: values.length }, (_, i) => i)
    .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b)
    .slice(0, most);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function dot3(a: Float64Array, b: Float64Array, c: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0) * (c[i] ?? 0);
  return sum;
}
