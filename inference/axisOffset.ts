import type { Spectrum } from "../contract/spectrum.ts";
import { findPeaks } from "../spectra/peaks.ts";

/**
 * Farther off than this a named mineral's bands seldom lie: of 100 held-out RRUFF spectra with two known bands or more,
 * 93 are within −2.5 and +2.5 cm⁻¹, and none is below; with the axis moved by 5 cm⁻¹, all 98 are above.
 */
export const certainCm1 = 2.5;

/** Spots from which on a sign test can reach the level of an alarm: 2 · 0.5¹⁷ < 0.01 / 600. */
export const leastAxisSpots = 17;

/** A peak belongs to a band that is no farther away; known bands of one mineral are mostly farther from each other. */
const nearCm1 = 12;
/** One band alone may be a neighbour's. */
const leastBands = 2;

/**
 * Median distance from a mineral's known Raman bands to the spectrum's peaks next to them, in cm⁻¹, above 0 if the
 * spectrum's axis says too high; undefined if fewer than two bands have a peak near them.
 */
export function axisOffset(spectrum: Spectrum, bandsCm1: readonly number[]): number | undefined {
  if (bandsCm1.length < leastBands || spectrum.axis.quantity !== "ramanShift") return undefined;
  const peaks = findPeaks(spectrum.axis.values, spectrum.intensity, { leastShare: 0.1, most: 12 });
  const offsets = bandsCm1
    .flatMap((band) => {
      const [nearest] = peaks.map(({ position }) => position - band).sort((a, b) => Math.abs(a) - Math.abs(b));
      return nearest !== undefined && Math.abs(nearest) <= nearCm1 ? [nearest] : [];
    })
    .sort((a, b) => a - b);
  if (offsets.length < leastBands) return undefined;
  const [low, high] = [offsets[(offsets.length - 1) >> 1] ?? 0, offsets[offsets.length >> 1] ?? 0];
  return (low + high) / 2;
}
