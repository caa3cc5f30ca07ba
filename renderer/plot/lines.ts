import type { Spectrum } from "../../contract/spectrum.ts";

/** A line (or, in reflectance, a dip) worth a label: its index and its place on the axis. */
export interface Line {
  readonly index: number;
  readonly position: number;
  readonly prominence: number;
}

export const unitText = { "cm-1": "cm⁻¹", nm: "nm" } as const;

/** Lines closer than this share of the axis would write over each other. */
const apart = 0.015;
/** A label needs this many noise σ of prominence, and this share of the most prominent line's. */
const leastSigma = 8;
const leastShare = 0.1;
/** How far a line reaches to each side, as a share of the axis: beyond it lies background, which is no line. */
const reach = { raman: 0.06, vnir: 0.25, libs: 0.06 } as const;

/**
 * The most prominent lines of a spectrum, by position: maxima for Raman and LIBS, dips for reflectance. For labels on
 * the plot only; identification has its own eyes. Prominence is the height above the higher of the two lowest points
 * that separate the line from a higher one, or from the end of its reach.
 */
export function labelledLines({ axis, intensity, technique }: Spectrum, most = 4): Line[] {
  const sign = technique === "vnir" ? -1 : 1;
  const y = intensity.map((value) => (Number.isFinite(value) ? sign * value : Number.NEGATIVE_INFINITY));
  const width = (axis.values.at(-1) ?? 0) - (axis.values[0] ?? 0);
  const points = Math.ceil(reach[technique] * y.length);
  const noisy = leastSigma * noiseSigma(intensity);

  const candidates: Line[] = [];
  for (let i = 1; i < y.length - 1; i++) {
    const here = y[i] ?? 0;
    if (!(here > (y[i - 1] ?? 0) && here >= (y[i + 1] ?? 0))) continue;
    const prominence = here - Math.max(lowestNear(y, i, -points), lowestNear(y, i, points));
    if (prominence > noisy) candidates.push({ index: i, position: axis.values[i] ?? 0, prominence });
  }
  candidates.sort((a, b) => b.prominence - a.prominence);
  const least = leastShare * (candidates[0]?.prominence ?? 0);
  const chosen: Line[] = [];
  for (const line of candidates) {
    if (chosen.length === most || line.prominence < least) break;
    if (chosen.every((other) => Math.abs(other.position - line.position) > apart * width)) chosen.push(line);
  }
  return chosen.sort((a, b) => a.position - b.position);
}

/** The lowest value on one side of a maximum, up to `points` away (negative: to the left) or to a higher value. */
function lowestNear(y: Float64Array, from: number, points: number): number {
  const top = y[from] ?? 0;
  const step = Math.sign(points);
  const end = Math.min(y.length - 1, Math.max(0, from + points));
  let lowest = top;
  for (let i = from; i !== end; i += step) {
    const here = y[i + step] ?? 0;
    if (here > top) break;
    if (here < lowest && Number.isFinite(here)) lowest = here;
  }
  return lowest;
}

/** Noise σ from the median step between neighbours: |Δ| of white noise has median 0.6745·√2·σ. */
function noiseSigma(intensity: Float64Array): number {
  const steps = intensity.slice(1).map((value, i) => Math.abs(value - (intensity[i] ?? 0)));
  const sorted = steps.filter(Number.isFinite).sort();
  return (sorted[sorted.length >> 1] ?? 0) / (0.6745 * Math.SQRT2);
}
