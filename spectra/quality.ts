import type { QualityCheck, TechniqueQuality } from "../contract/identification.ts";
import type { Grid } from "../contract/model.ts";
import type { Spectrum, Technique } from "../contract/spectrum.ts";
import { aboveBackground, blockLevels, finiteOnly, mostBlocks, noiseSigma } from "./background.ts";
import {
  cosmicRays,
  coverage,
  darkMissing,
  flatness,
  fluorescence,
  range,
  saturation,
  signalToNoise,
  whiteMissing,
} from "./limits.ts";
import { findSpikes, type Replicate } from "./spikes.ts";

/** Noise below this share of the range is rounding or smoothing; it also keeps the ratio finite. */
const leastNoise = 1e-6;
/** Equal values at the top of a spectrum of so many points in a row are a full converter: noise would make them differ. */
const leastPlateau = 3;
/** Lower spikes than this share of the strongest line change no name. */
const leastSpike = 0.05;
/** Where minerals have their Raman lines, cm⁻¹ (see the range limit). */
const ramanRange = [200, 1200] as const;

/** What is known of a spectrum beyond itself. */
export interface Circumstances {
  /** Detector counts at which the converter is full. */
  readonly maximumCounts?: number;
  /** The model's grid: the spectrum is judged within it, and its range is. */
  readonly grid?: Grid;
  /** Other spectra of the same technique on the same spot; those on the same axis help to find cosmic rays. */
  readonly replicates?: readonly Spectrum[];
}

/**
 * Judges a spectrum before names are given. Raman and LIBS: signal is the highest line above the smooth background, at
 * least two points wide (one point alone is a cosmic ray). VNIR: bands are broad and go down, so signal is the range of
 * the smooth spectrum. The checks are those of limits.ts; the weight is the least of theirs.
 */
export function assessQuality(spectrum: Spectrum, circumstances: Circumstances = {}): TechniqueQuality {
  const { technique } = spectrum;
  const { grid } = circumstances;
  const intensity = within(spectrum, grid);
  const y = finiteOnly(intensity);
  const [least, most] = extremes(y);
  const span = Math.max(0, most - least);
  const sigma = Math.max(noiseSigma(y), span * leastNoise);
  const { signal, background, spikes, level } = features(technique, y, sigma, spectrum, circumstances);
  const ratio = sigma > 0 ? Math.max(0, signal) / sigma : 0;
  const checks: QualityCheck[] = [
    signalToNoise(technique, ratio),
    flatness(span > 0 ? span / Math.max(Math.abs(most), Math.abs(least)) : 0),
    coverage(intensity.length > 0 ? y.length / intensity.length : 0),
    saturation(fullPoints(spectrum, intensity, y, most, circumstances.maximumCounts), intensity.length),
  ];
  if (grid !== undefined && grid.unit === spectrum.axis.unit)
    checks.push(range(technique, shareOfRange(spectrum, grid)));
  if (technique === "raman") checks.push(fluorescence(signal > 0 ? background / signal : 0), cosmicRays(spikes));
  if (technique === "vnir") checks.push(whiteMissing(spectrum.intensityUnit === "counts" ? undefined : level));
  if (spectrum.intensityUnit === "counts") checks.push(darkMissing(isDarkSubtracted(spectrum)));
  const weight = checks.reduce((lowest, check) => Math.min(lowest, check.weight), 1);
  const states = new Set(checks.map(({ state }) => state));
  const verdict = states.has("refuse") ? "poor" : states.has("warn") ? "fair" : "good";
  return { verdict, weight, signalToNoise: ratio, checks };
}

/**
 * Variance between replicates of one specimen that no noise explains, as a share of the strongest line squared: a laser spot
 * meets other grains in other orientations. The median of 56 pairs of RRUFF spectra of one specimen with the same laser is
 * (3.1 %)², of 595 pairs with two lasers (3.2 %)² (mean square difference over 100 to 1600 cm⁻¹, halved). In VNIR and LIBS not
 * measured.
 */
const varianceBetween = 0.03 ** 2;

/**
 * How much a replicate counts in the mean of its technique: the inverse of its variance, noise and difference between
 * spots together, relative to its strongest feature (random-effects weights: DerSimonian R., Laird N. 1986, Control. Clin. Trials 7,
 * 177). 0 if it is refused. The same as replicate_weight in models/lithoscope_models/quality.py.
 */
export function replicateWeight({ verdict, signalToNoise: ratio }: TechniqueQuality): number {
  return verdict === "poor" || !(ratio > 0) ? 0 : 1 / (1 / ratio ** 2 + varianceBetween);
}

interface Features {
  /** Height of the strongest feature, in y's unit. */
  readonly signal: number;
  /** How far the smooth background rises and falls (Raman), in y's unit. */
  readonly background: number;
  /** Number of cosmic rays that matter (Raman). */
  readonly spikes: number;
  /** The largest value of the smooth spectrum (VNIR). */
  readonly level: number;
}

function features(
  technique: Technique,
  y: Float64Array,
  sigma: number,
  spectrum: Spectrum,
  { replicates, grid }: Circumstances,
): Features {
  if (technique === "vnir") {
    const [least, most] = extremes(blockLevels(y, 1 / 2).level);
    return { signal: most - least, background: 0, spikes: 0, level: y.length > 0 ? most : 0 };
  }
  const heights = aboveBackground(y);
  // Half a block at each end: there the background is only continued, and steep fluorescence would look like a line.
  const end = Math.floor(y.length / (2 * mostBlocks));
  // LIBS lines are as narrow as the detector's pixels, so that their shape does not tell them from cosmic rays.
  const tops = technique === "raman" ? findSpikes(heights, sigma, sameAxis(spectrum, grid, y, replicates)) : [];
  let signal = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let next = 0;
  for (let i = end + 1; i < heights.length - end; i += 1) {
    const height = heights[i] ?? 0;
    const level = (y[i] ?? 0) - height;
    if (level < lowest) lowest = level;
    if (level > highest) highest = level;
    while (next < tops.length && (tops[next] ?? 0) < i - 1) next += 1;
    if (Math.abs((tops[next] ?? Number.POSITIVE_INFINITY) - i) <= 1) continue;
    const line = Math.min(heights[i - 1] ?? 0, height);
    if (line > signal) signal = line;
  }
  const spikes = tops.filter((i) => (heights[i] ?? 0) > leastSpike * signal).length;
  return { signal, background: Math.max(0, highest - lowest), spikes, level: 0 };
}

/** The replicates that have the spectrum's own axis, so that one point of each is the same place. */
function sameAxis(
  spectrum: Spectrum,
  grid: Grid | undefined,
  y: Float64Array,
  others: readonly Spectrum[] = [],
): Replicate[] {
  const axis = spectrum.axis.values;
  return others.flatMap((other) => {
    const own = other.axis.values;
    const same = own.length === axis.length && own[0] === axis[0] && own.at(-1) === axis.at(-1);
    if (other === spectrum || !same) return [];
    const values = finiteOnly(within(other, grid));
    return values.length === y.length ? [{ heights: aboveBackground(values), sigma: noiseSigma(values) }] : [];
  });
}

/** The intensities inside the grid: what the model will see. All of them if nothing is. */
function within({ axis, intensity }: Spectrum, grid: Grid | undefined): Float64Array {
  if (grid === undefined || grid.unit !== axis.unit) return intensity;
  const from = firstAtLeast(axis.values, grid.start);
  const to = firstAtLeast(axis.values, grid.start + grid.step * grid.count);
  return to > from ? intensity.subarray(from, to) : intensity;
}

/** Index of the first value of an ascending axis that is not less than `value`. */
function firstAtLeast(axis: Float64Array, value: number): number {
  let low = 0;
  let high = axis.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((axis[middle] ?? Number.NaN) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function shareOfRange({ technique, axis }: Spectrum, grid: Grid): number {
  const end = grid.start + grid.step * (grid.count - 1);
  const [from, to] =
    technique === "raman" ? [Math.max(grid.start, ramanRange[0]), Math.min(end, ramanRange[1])] : [grid.start, end];
  const reached = Math.min(to, axis.values.at(-1) ?? to) - Math.max(from, axis.values[0] ?? from);
  return to > from ? Math.max(0, reached / (to - from)) : 1;
}

/**
 * Points at which the detector was full. Where the limit is known they are counted; where a dark was subtracted, full
 * pixels have no value (devices/calibrate.ts, files/bwtek.ts); else they are a plateau at the very top. Reflectance that was rounded has
 * such plateaus too, so there only counts are looked at.
 */
function fullPoints(
  spectrum: Spectrum,
  all: Float64Array,
  y: Float64Array,
  most: number,
  maximumCounts?: number,
): number {
  if (maximumCounts !== undefined) return y.reduce((count, value) => count + (value >= maximumCounts ? 1 : 0), 0);
  if (isDarkSubtracted(spectrum)) return all.length - y.length;
  if (spectrum.intensityUnit === "reflectance") return 0;
  let full = 0;
  for (let i = 0, run = 0; i < y.length; i += 1) {
    run = y[i] === most ? run + 1 : 0;
    if (run === leastPlateau) full += leastPlateau;
    else if (run > leastPlateau) full += 1;
  }
  return full === y.length ? 0 : full; // a flat spectrum is judged as such
}

function isDarkSubtracted({ corrections }: Spectrum): boolean {
  return corrections.some(({ kind }) => kind === "dark");
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
