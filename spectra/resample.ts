import type { Grid } from "../contract/model.ts";
import type { Technique } from "../contract/spectrum.ts";

/** A spectrum on a regular grid. */
export interface Gridded {
  /** Mean of the spectrum over each cell, in the spectrum's unit; 0 where it is not covered. [count] */
  readonly values: Float64Array;
  /** 1 where the cell is covered, else 0. [count] */
  readonly mask: Float32Array;
  /** Number of covered cells. */
  readonly covered: number;
}

/**
 * Puts a spectrum (x ascending, in the grid's unit) on a grid. The training pipeline uses the identical rule
 * (models/lithoscope_models/resample.py); change both or none.
 *
 * Points that are not finite are dropped, points of equal x merged by the mean of their y. Neighbours no further apart
 * than `maxGap` are joined by a straight line. Cell i reaches half a step to both sides of its centre start + i·step; it
 * is covered if it lies wholly inside one unbroken run of joined points, and its value is the exact mean of the line
 * over it. A mean, and not the line's value at the centre, keeps the area of peaks narrower than a cell.
 */
export function resampleToGrid(x: Float64Array, y: Float64Array, grid: Grid): Gridded {
  const { start, step, count, maxGap } = grid;
  const half = step / 2;
  const values = new Float64Array(count);
  const mask = new Float32Array(count);
  const line = cleaned(x, y);
  const n = line.x.length;
  let covered = 0;
  for (let runStart = 0, runEnd: number; runStart < n; runStart = runEnd) {
    runEnd = endOfRun(line.x, runStart, maxGap);
    if (runEnd - runStart < 2) continue;
    const integral = integrator(line.x, line.y, runStart);
    const last = at(line.x, runEnd - 1);
    // One cell early, since dividing may round up past a cell that begins exactly at the run's first point.
    let cell = Math.max(0, Math.floor((at(line.x, runStart) + half - start) / step) - 1);
    while (cell < count && start + step * cell - half < at(line.x, runStart)) cell += 1;
    for (; cell < count; cell += 1) {
      const centre = start + step * cell;
      if (centre + half > last) break;
      const low = integral(centre - half);
      values[cell] = (integral(centre + half) - low) / step;
      mask[cell] = 1;
      covered += 1;
    }
  }
  return { values, mask, covered };
}

/**
 * The replicates of one technique on one spot as one: each cell is the weighted mean over the replicates that cover it. Raman
 * and LIBS replicates have arbitrary scales, so each is first shifted by its least and divided by its mean covered cell (a
 * flat one stays 0); reflectance is absolute and stays as it is. The same holds for a single replicate.
 *
 * @param weights how much each replicate counts (`replicateWeight` in quality.ts), not negative; equally if absent. If all are 0,
 * equally too. A cell that only replicates of weight 0 cover is not covered.
 */
export function combineReplicates(
  technique: Technique,
  replicates: readonly Gridded[],
  weights: readonly number[] = [],
): Gridded {
  const count = replicates[0]?.values.length ?? 0;
  const values = new Float64Array(count);
  const mask = new Float32Array(count);
  const total = new Float64Array(count);
  const equal = !weights.some((weight) => weight > 0);
  for (const [k, replicate] of replicates.entries()) {
    const weight = equal ? 1 : (weights[k] ?? 0);
    if (weight === 0) continue;
    const { shift, scale } = technique === "vnir" ? { shift: 0, scale: 1 } : scaling(replicate);
    for (let i = 0; i < count; i += 1) {
      if (replicate.mask[i] !== 1) continue;
      values[i] = at(values, i) + weight * (at(replicate.values, i) - shift) * scale;
      total[i] = at(total, i) + weight;
    }
  }
  let covered = 0;
  for (let i = 0; i < count; i += 1) {
    if (total[i] === 0) continue;
    values[i] = at(values, i) / at(total, i);
    mask[i] = 1;
    covered += 1;
  }
  return { values, mask, covered };
}

function scaling({ values, mask, covered }: Gridded): { shift: number; scale: number } {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) if (mask[i] === 1) least = Math.min(least, at(values, i));
  let total = 0;
  for (let i = 0; i < values.length; i += 1) if (mask[i] === 1) total += at(values, i) - least;
  return { shift: least, scale: total > 0 ? covered / total : 1 };
}

/** Without points that are not finite; points of equal x merged. A clean spectrum is returned as it is. */
function cleaned(x: Float64Array, y: Float64Array): { x: Float64Array; y: Float64Array } {
  if (isClean(x, y)) return { x, y };
  const cleanX = new Float64Array(x.length);
  const cleanY = new Float64Array(x.length);
  let kept = 0;
  let merged = 1;
  for (let i = 0; i < x.length; i += 1) {
    const xi = at(x, i);
    const yi = at(y, i);
    if (!Number.isFinite(xi) || !Number.isFinite(yi)) continue;
    if (kept > 0 && xi === cleanX[kept - 1]) {
      merged += 1;
      cleanY[kept - 1] = at(cleanY, kept - 1) + (yi - at(cleanY, kept - 1)) / merged;
    } else {
      cleanX[kept] = xi;
      cleanY[kept] = yi;
      kept += 1;
      merged = 1;
    }
  }
  return { x: cleanX.subarray(0, kept), y: cleanY.subarray(0, kept) };
}

function isClean(x: Float64Array, y: Float64Array): boolean {
  for (let i = 0; i < x.length; i += 1) {
    if (!Number.isFinite(at(y, i)) || !Number.isFinite(at(x, i)) || x[i] === x[i - 1]) return false;
  }
  return true;
}

/** Index after the last point that is joined to point `first` without a gap. */
function endOfRun(x: Float64Array, first: number, maxGap: number): number {
  let end = first + 1;
  while (end < x.length && at(x, end) - at(x, end - 1) <= maxGap) end += 1;
  return end;
}

/**
 * The integral of the piecewise linear function from point `first` to a position inside its run. Positions must not
 * fall by more than one segment from call to call: the search only walks on, so that a whole grid costs one pass.
 */
function integrator(x: Float64Array, y: Float64Array, first: number): (position: number) => number {
  let i = first;
  let areaBefore = 0;
  return (position) => {
    while (i + 2 < x.length && at(x, i + 1) < position) {
      areaBefore += ((at(x, i + 1) - at(x, i)) * (at(y, i + 1) + at(y, i))) / 2;
      i += 1;
    }
    const d = position - at(x, i);
    return areaBefore + d * at(y, i) + (d * d * (at(y, i + 1) - at(y, i))) / (2 * (at(x, i + 1) - at(x, i)));
  };
}

function at(values: Float64Array, i: number): number {
  return values[i] ?? Number.NaN;
}
