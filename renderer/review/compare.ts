import type { Spectrum } from "../../contract/spectrum.ts";

/** Spectra side by side; more cannot be told apart. */
export const mostCompared = 8;
export const compareModes = ["overlay", "offset", "difference"] as const;
export type CompareMode = (typeof compareModes)[number];

/** A curve to draw: x in the axis' unit, y without unit; NaN is a gap. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * The curves of spectra of one technique. Each is scaled so that its values span 0 to 1, since counts of different exposures cannot be
 * compared as they are. offset: each stands one above the one before. difference: each minus the first, where both were measured.
 */
export function curvesOf(spectra: readonly Spectrum[], mode: CompareMode): Curve[] {
  const scaled = spectra.map((spectrum) => ({ x: spectrum.axis.values, y: unitSpan(spectrum.intensity) }));
  const [first] = scaled;
  if (mode === "overlay" || first === undefined) return scaled;
  if (mode === "offset") return scaled.map(({ x, y }, index) => ({ x, y: y.map((value) => value + index) }));
  return scaled.map(({ x, y }) => ({ x, y: y.map((value, i) => value - valueAt(first, x[i] ?? Number.NaN)) }));
}

function unitSpan(values: Float64Array): Float64Array {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const span = high - low;
  return values.map((value) => (span > 0 ? (value - low) / span : 0));
}

/** Linear between neighbours; NaN outside of the axis or next to a gap. The axis ascends. */
function valueAt({ x, y }: Curve, at: number): number {
  let [from, to] = [0, x.length - 1];
  if (!(at >= (x[0] ?? Number.NaN) && at <= (x[to] ?? Number.NaN))) return Number.NaN;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if ((x[middle] ?? 0) <= at) from = middle;
    else to = middle;
  }
  const [x0, x1, y0, y1] = [x[from] ?? 0, x[to] ?? 0, y[from] ?? 0, y[to] ?? 0];
  return x1 === x0 ? y0 : y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}
