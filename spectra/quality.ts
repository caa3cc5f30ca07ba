import type { QualityCheck, TechniqueQuality } from "../contract/identification.ts";
import type { Spectrum } from "../contract/spectrum.ts";
import { aboveBackground, blockLevels, finiteOnly, mostBlocks, noiseSigma } from "./background.ts";

/** Noise below this share of the range is rounding or smoothing; it also keeps the ratio finite. */
const leastNoise = 1e-6;

/**
 * White noise, alone or on smooth fluorescence, stays below this in 99 of 100 spectra of 50 points or more. The weakest
 * Raman spectrum of the libraries has 9 (RRUFF 514 nm, raw), the weakest of reflectance 15 (USGS in VISOR), of LIBS 65 (JSC).
 */
const leastSignalToNoise = 6;
/** Range over largest value; the flattest library spectrum has 0.008. Less is a closed shutter or a full converter. */
const leastVariation = 1e-3;
/** Share of the points that must have a value: USGS deletes up to half of them in spectra of water that are sound. */
const leastCoverage = 0.3;

/**
 * Judges a spectrum before names are given. Raman and LIBS: signal is the highest line above the smooth background, at
 * least two points wide (one point alone is a cosmic ray). VNIR: bands are broad and go down, so signal is the range of
 * the smooth spectrum. `maximumCounts` (detector counts at which the converter is full) adds the saturation check.
 */
export function assessQuality(spectrum: Spectrum, maximumCounts?: number): TechniqueQuality {
  const { technique, intensity } = spectrum;
  const y = finiteOnly(intensity);
  const [least, most] = extremes(y);
  const range = Math.max(0, most - least);
  const sigma = Math.max(noiseSigma(y), range * leastNoise);
  const signal = technique === "vnir" ? smoothRange(y) : highestLine(y);
  const signalToNoise = sigma > 0 ? Math.max(0, signal) / sigma : 0;
  const checks: QualityCheck[] = [
    atLeast("signal-to-noise", signalToNoise, leastSignalToNoise, [
      `Signal is ${signalToNoise > 1000 ? "over 1000" : signalToNoise.toFixed(0)} times the noise.`,
      "The signal does not rise above the noise.",
    ]),
    atLeast("flat", range > 0 ? range / Math.max(Math.abs(most), Math.abs(least)) : 0, leastVariation, [
      "The values vary.",
      "All values are nearly the same. Nothing was measured.",
    ]),
    atLeast("coverage", intensity.length > 0 ? y.length / intensity.length : 0, leastCoverage, [
      "Enough points have a value.",
      "Most points have no value.",
    ]),
  ];
  if (maximumCounts !== undefined) checks.push(saturation(y, maximumCounts));
  return { verdict: checks.every((check) => check.passed) ? "good" : "poor", signalToNoise, checks };
}

function saturation(y: Float64Array, maximumCounts: number): QualityCheck {
  const full = y.reduce((count, value) => count + (value >= maximumCounts ? 1 : 0), 0);
  const sentence =
    full === 0
      ? "No pixel is full."
      : `${full} ${full === 1 ? "pixel is" : "pixels are"} full. Measure for a shorter time.`;
  return { id: "saturation", passed: full === 0, value: full, limit: 0, sentence };
}

function atLeast(id: QualityCheck["id"], value: number, limit: number, [good, poor]: [string, string]): QualityCheck {
  const passed = value >= limit;
  return { id, passed, value, limit, sentence: passed ? good : poor };
}

function highestLine(y: Float64Array): number {
  const heights = aboveBackground(y);
  // Half a block at each end: there the background is only continued, and steep fluorescence would look like a line.
  const end = Math.floor(y.length / (2 * mostBlocks));
  let highest = 0;
  for (let i = end + 1; i < heights.length - end; i += 1) {
    highest = Math.max(highest, Math.min(heights[i - 1] ?? 0, heights[i] ?? 0));
  }
  return highest;
}

function smoothRange(y: Float64Array): number {
  const [least, most] = extremes(blockLevels(y, 1 / 2).level);
  return most - least;
}

function extremes(values: Float64Array): [least: number, most: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
