import type { Grid } from "../../contract/model.ts";
import type { Spectrum, Technique } from "../../contract/spectrum.ts";
import { aboveBackground, noiseSigma } from "../../spectra/background.ts";
import { continuumDepth } from "../../spectra/continuum.ts";
import { findPeaks, type Peak } from "../../spectra/peaks.ts";
import { combineReplicates, resampleToGrid } from "../../spectra/resample.ts";

/** The spectra of one technique on one spot as one row of heights: above the background, or below the continuum. */
export interface Trace {
  readonly technique: Technique;
  /** Ascending, in the technique's unit (Raman cm⁻¹, VNIR and LIBS nm); without what no spectrum covers. */
  readonly x: Float64Array;
  /** Raman and LIBS: above the background, any unit. VNIR: depth under the convex hull, 0 to 1. */
  readonly height: Float64Array;
  /** Noise of `height`. */
  readonly sigma: number;
  readonly peaks: readonly Peak[];
  /** Height of the highest peak; 0 without one. */
  readonly strongest: number;
  readonly range: readonly [number, number];
  /** Distance of neighbouring points; where it is larger, something was not measured or was deleted. */
  readonly step: number;
}

/** What instruments reach, and the finest step that their bands need; gaps as the model's grids join them. */
const axes = {
  raman: { from: 50, to: 4000, step: 1, gap: 8, unit: "cm-1" },
  vnir: { from: 300, to: 2600, step: 5, gap: 40, unit: "nm" },
  libs: { from: 180, to: 1000, step: 0.05, gap: 0.6, unit: "nm" },
} as const;
/** A peak needs this share of the strongest one to be looked at: less is what remains of a background. */
const leastShare = 0.02;
/** A dip of the continuum-removed reflectance shallower than this is noise or the joint of two detectors. */
const leastDepth = 0.01;
/** Peaks of one spectrum; a LIBS spectrum of iron has hundreds, of which these are enough to judge by. */
const mostPeaks = { raman: 40, vnir: 20, libs: 120 } as const;

/** The trace of one technique: replicates pooled. Undefined if the spot has no spectrum of it, or too short a one. */
export function traceOf(spectra: readonly Spectrum[], technique: Technique): Trace | undefined {
  const own = spectra.filter((spectrum) => spectrum.technique === technique && spectrum.axis.values.length > 2);
  if (own.length === 0) return undefined;
  const grid = gridOf(own, technique);
  const pooled = combineReplicates(
    technique,
    own.map(({ axis, intensity }) => resampleToGrid(axis.values, intensity, grid)),
  );
  const cells = Array.from(pooled.mask.keys()).filter((i) => pooled.mask[i] === 1);
  if (cells.length < 10) return undefined;
  const x = Float64Array.from(cells, (i) => grid.start + i * grid.step);
  const y = Float64Array.from(cells, (i) => pooled.values[i] ?? 0);
  const level = technique === "vnir";
  const height = level ? continuumDepth(x, y) : aboveBackground(y);
  const found = findPeaks(x, level ? height : y, { leastShare, most: mostPeaks[technique], level });
  const peaks = level ? found.filter(({ prominence }) => prominence >= leastDepth) : found;
  const strongest = Math.max(0, ...peaks.map((peak) => peak.height));
  const range = [x[0] ?? 0, x.at(-1) ?? 0] as const;
  return { technique, x, height, sigma: noiseSigma(level ? height : y), peaks, strongest, range, step: grid.step };
}

/** A grid no finer than the coarsest of the spectra: interpolated points would make their noise look small. */
function gridOf(spectra: readonly Spectrum[], technique: Technique): Grid {
  const { from, to, step: finest, gap, unit } = axes[technique];
  const start = Math.max(from, Math.min(...spectra.map(({ axis }) => axis.values[0] ?? from)));
  const end = Math.min(to, Math.max(...spectra.map(({ axis }) => axis.values.at(-1) ?? to)));
  const step = Math.max(finest, ...spectra.map(({ axis }) => medianStep(axis.values)));
  const first = Math.ceil(start / step) * step;
  const count = Math.min(100_000, Math.max(10, Math.floor((end - first) / step) + 1));
  return { start: first, step, count, unit, maxGap: Math.max(gap, 4 * step) };
}

function medianStep(x: Float64Array): number {
  const steps = x.slice(1).map((value, i) => value - (x[i] ?? value));
  return steps.sort()[steps.length >> 1] ?? 0;
}

/** Whether every point within `reach` of a position was measured. */
export function covers({ x, step }: Trace, position: number, reach: number): boolean {
  const first = firstAt(x, position - reach);
  const end = firstAt(x, position + reach);
  return end - first >= Math.floor((2 * reach) / step) - 1;
}

/** The greatest height within `reach` of a position. */
export function heightNear({ x, height }: Trace, position: number, reach: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = firstAt(x, position - reach); i < x.length && (x[i] ?? 0) <= position + reach; i += 1) {
    most = Math.max(most, height[i] ?? most);
  }
  return most;
}

/** Index of the first value that is not below `wanted`. */
function firstAt(x: Float64Array, wanted: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
