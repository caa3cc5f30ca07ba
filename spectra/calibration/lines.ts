import { noiseSigma } from "../background.ts";
import { findPeaks } from "../peaks.ts";
import { inverted, median } from "./leastSquares.ts";

/** A line as it stands on the detector. */
export interface FoundLine {
  /** Centre in pixels, 0 the first. */
  readonly pixel: number;
  /** Standard error of the centre, pixels. */
  readonly sigma: number;
  /** Full width at half maximum, pixels. */
  readonly fwhm: number;
  /** Above the background, counts. */
  readonly height: number;
}

/**
 * The exposures as one, pixel by pixel: the mean without what stands far above the others' level (cosmic rays), less the
 * dark. A pixel that the light itself filled in any exposure is NaN. All in counts.
 */
export function meanOfExposures(
  exposures: readonly ArrayLike<number>[],
  dark: ArrayLike<number> | undefined,
  maximumCounts: number,
): Float64Array {
  const pixels = exposures[0]?.length ?? 0;
  const noise = exposureNoise(exposures);
  const mean = new Float64Array(pixels);
  const values = new Float64Array(exposures.length);
  for (let p = 0; p < pixels; p += 1) {
    for (const [k, exposure] of exposures.entries()) values[k] = exposure[p] ?? Number.NaN;
    const limit = exposures.length < 3 ? Number.POSITIVE_INFINITY : raysAbove(values, noise);
    // Full by a cosmic ray in one exposure, it has a value in the others.
    if (values.some((value) => value >= maximumCounts && value <= limit)) {
      mean[p] = Number.NaN;
      continue;
    }
    let sum = 0;
    let count = 0;
    for (const value of values) {
      if (value > limit) continue;
      sum += value;
      count += 1;
    }
    mean[p] = sum / count - (dark?.[p] ?? 0);
  }
  return mean;
}

/** Deviations that noise does not reach in some thousands of pixels, in its standard deviations. */
const raySigmas = 6;

/** Counts above which a value among these is a cosmic ray; the lines themselves may change by a twentieth between exposures. */
function raysAbove(values: Float64Array, noise: number): number {
  const middle = median(values);
  return middle + Math.max(raySigmas * noise, 0.05 * Math.abs(middle));
}

/** Median over some pixels of the scatter between the first exposures, counts. */
function exposureNoise([first, second]: readonly ArrayLike<number>[]): number {
  if (first === undefined || second === undefined) return 0;
  const stride = Math.max(1, Math.floor(first.length / 500));
  const differences: number[] = [];
  for (let p = 0; p < first.length; p += stride) differences.push(Math.abs((first[p] ?? 0) - (second[p] ?? 0)));
  return (1.4826 * median(differences)) / Math.SQRT2;
}

/** Least height of a candidate over the noise of the smoothed spectrum: white noise reaches 4.5 in a few thousand points. */
const candidateSigmas = 5;
const mostCandidates = 70;
/** A line spreads over at least this many pixels; less is a hot pixel or a ray. */
const leastFwhm = 1.3;
/** Half of the window of a fit, in widths of the line. */
const windowWidths = 1.5;

/** A spectrum ready to look for lines in. */
export interface LineSearch {
  /** The lines that stand out by themselves, by position. */
  readonly lines: readonly FoundLine[];
  /**
   * Looks at these pixels too, where lines are known to belong: a line that is faint, or hidden on the flank of another, is
   * found where a blind search must not look for it. Everything that stands out is fitted along with it.
   */
  lookAt(pixels: readonly number[]): FoundLine[];
}

/**
 * The lines of a spectrum (counts by pixel, NaN where a pixel has no value) with their centres to a fraction of a pixel. First
 * the typical width from the most prominent lines, then candidates in the spectrum smoothed by that width, then of each a
 * least-squares fit of a pseudo-Voigt line on a sloping background, neighbours that overlap fitted together.
 */
export function searchLines(counts: Float64Array): LineSearch {
  const { values, near } = filled(counts);
  const sigma = noiseSigma(values) || 1e-9;
  const pixels = Float64Array.from(values, (_, i) => i);
  const prominent = findPeaks(pixels, values, { most: 12, leastShare: 0.05 });
  const widths = prominent.map(({ position, height }) => halfWidth(values, position, height)).filter((w) => w > 0);
  if (widths.length === 0) return { lines: [], lookAt: () => [] };
  const width = Math.max(leastFwhm, median(widths));
  const smooth = smoothed(values, width / 2.3548 / 1.4);
  const candidates = findPeaks(pixels, smooth.values, {
    leastSigmas: (candidateSigmas * sigma * smooth.noise) / (noiseSigma(smooth.values) || sigma),
    leastShare: 0.002,
    most: mostCandidates,
  })
    .map(({ position }) => position)
    .filter((position) => !near(position, width));
  return {
    lines: fitted(values, candidates, width, sigma),
    lookAt(places) {
      const hidden = places.filter(
        (pixel) =>
          pixel > width &&
          pixel < values.length - 1 - width &&
          !near(pixel, width) &&
          candidates.every((c) => Math.abs(c - pixel) > blind * width),
      );
      const all = [...candidates, ...hidden].sort((a, b) => a - b);
      return fitted(values, all, width, sigma);
    },
  };
}

/** Two lines nearer than this share of a width are one. */
const blind = 0.6;

/** Missing pixels by a straight line between their neighbours, and whether a position is near one. */
function filled(counts: Float64Array): { values: Float64Array; near: (pixel: number, within: number) => boolean } {
  const missing: number[] = [];
  const values = Float64Array.from(counts);
  for (let p = 0; p < counts.length; p += 1) {
    if (Number.isFinite(counts[p])) continue;
    missing.push(p);
    let right = p;
    while (right < counts.length && !Number.isFinite(counts[right])) right += 1;
    const left = p > 0 ? at(values, p - 1) : at(counts, right);
    const end = right < counts.length ? at(counts, right) : left;
    values[p] = left + (end - left) / (right - p + 1);
    if (!Number.isFinite(values[p])) values[p] = 0;
  }
  return { values, near: (pixel, within) => missing.some((p) => Math.abs(p - pixel) <= within) };
}

/** Width at half of the height above the background, pixels; 0 if the line does not fall to a half near by. */
function halfWidth(values: Float64Array, position: number, height: number): number {
  const top = Math.round(position);
  const level = at(values, top) - height / 2;
  const side = (step: number): number => {
    for (let i = top; i >= 0 && i < values.length; i += step) {
      if (!(at(values, i) > level)) {
        const before = at(values, i - step);
        return Math.abs(i - position) - (level - at(values, i)) / (before - at(values, i) || 1);
      }
    }
    return 0;
  };
  const [left, right] = [side(-1), side(1)];
  return left > 0 && right > 0 ? 2 * Math.min(left, right) : 0;
}

/** Convolution with a Gaussian, and the standard deviation of unit white noise after it. */
function smoothed(values: Float64Array, sd: number): { values: Float64Array; noise: number } {
  const reach = Math.max(1, Math.ceil(3 * sd));
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sd) ** 2));
  const total = kernel.reduce((sum, k) => sum + k, 0);
  for (let i = 0; i < kernel.length; i += 1) kernel[i] = at(kernel, i) / total;
  const last = values.length - 1;
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    let sum = 0;
    for (let k = -reach; k <= reach; k += 1)
      sum += at(kernel, k + reach) * at(values, Math.min(last, Math.max(0, i + k)));
    out[i] = sum;
  }
  return { values: out, noise: Math.sqrt(kernel.reduce((sum, k) => sum + k * k, 0)) };
}

/** Fits the candidates group by group: those whose windows overlap together, at most this many. */
const largestGroup = 4;

function fitted(values: Float64Array, candidates: readonly number[], width: number, sigma: number): FoundLine[] {
  const found: FoundLine[] = [];
  for (let first = 0; first < candidates.length; ) {
    let last = first;
    while (
      last + 1 < candidates.length &&
      last - first + 1 < largestGroup &&
      (candidates[last + 1] ?? 0) - (candidates[last] ?? 0) < 2 * windowWidths * width
    )
      last += 1;
    found.push(...fitGroup(values, candidates.slice(first, last + 1), width, sigma));
    first = last + 1;
  }
  return found;
}

const fitRounds = 25;

/**
 * Levenberg and Marquardt's method on Σ pseudo-Voigt + a + b·x over a window around the group. Parameters: a, b, η, then
 * height, centre, width of each line. Lines that run away, or do not rise above three times their own error, are left out.
 */
function fitGroup(values: Float64Array, group: readonly number[], width: number, sigma: number): FoundLine[] {
  const middle = ((group[0] ?? 0) + (group.at(-1) ?? 0)) / 2;
  const from = Math.max(0, Math.floor((group[0] ?? 0) - windowWidths * width - 1));
  const to = Math.min(values.length - 1, Math.ceil((group.at(-1) ?? 0) + windowWidths * width + 1));
  const points = to - from + 1;
  const n = 3 + 3 * group.length;
  if (points <= n) return [];
  const floor = Math.min(...values.subarray(from, to + 1));
  const p = new Float64Array(n);
  p[0] = floor;
  p[2] = 0.3;
  for (const [k, position] of group.entries()) {
    p[3 + 3 * k] = Math.max(1e-9, at(values, Math.round(position)) - floor);
    p[4 + 3 * k] = position;
    p[5 + 3 * k] = width;
  }
  const gradient = new Float64Array(n);
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);

  const evaluate = (q: Float64Array, derive: boolean): number => {
    if (derive) {
      normal.fill(0);
      right.fill(0);
    }
    let sum = 0;
    for (let i = from; i <= to; i += 1) {
      const x = (i - middle) / width;
      let model = at(q, 0) + at(q, 1) * x;
      gradient.fill(0);
      gradient[0] = 1;
      gradient[1] = x;
      const eta = at(q, 2);
      for (let k = 3; k < n; k += 3) {
        const height = at(q, k);
        const w = at(q, k + 2);
        const d = i - at(q, k + 1);
        const s = (4 * d * d) / (w * w);
        const lorentz = 1 / (1 + s);
        const gauss = Math.exp(-Math.LN2 * s);
        const shape = eta * lorentz + (1 - eta) * gauss;
        model += height * shape;
        const slope = eta * lorentz * lorentz + (1 - eta) * Math.LN2 * gauss;
        gradient[2] = at(gradient, 2) + height * (lorentz - gauss);
        gradient[k] = shape;
        gradient[k + 1] = (height * slope * 8 * d) / (w * w);
        gradient[k + 2] = (height * slope * 2 * s) / w;
      }
      const rest = at(values, i) - model;
      sum += rest * rest;
      if (!derive) continue;
      for (let j = 0; j < n; j += 1) {
        const g = at(gradient, j);
        right[j] = at(right, j) + g * rest;
        for (let m = 0; m <= j; m += 1) normal[j * n + m] = at(normal, j * n + m) + g * at(gradient, m);
      }
    }
    return sum;
  };

  let damping = 1e-3;
  let best = evaluate(p, true);
  for (let round = 0; round < fitRounds; round += 1) {
    const damped = Float64Array.from(normal);
    for (let j = 0; j < n; j += 1) damped[j * n + j] = at(damped, j * n + j) * (1 + damping) + 1e-12;
    const inverse = inverted(damped, n);
    if (inverse === undefined) break;
    const trial = Float64Array.from(p, (value, j) => {
      let step = 0;
      for (let m = 0; m < n; m += 1) step += at(inverse, j * n + m) * at(right, m);
      return value + step;
    });
    confine(trial, p, width);
    const sum = evaluate(trial, false);
    if (sum < best) {
      const gained = (best - sum) / best;
      p.set(trial);
      best = evaluate(p, true);
      damping = Math.max(1e-7, damping / 8);
      if (gained < 1e-5) break;
    } else {
      damping *= 10;
      if (damping > 1e6) break;
    }
  }
  const inverse = inverted(normal, n);
  if (inverse === undefined) return [];
  // What the model leaves: noise, shape that is not its own, unresolved neighbours. All of it is error of the centre.
  const variance = Math.max(sigma * sigma, best / (points - n));
  return group.flatMap((position, g): FoundLine[] => {
    const k = 3 + 3 * g;
    const [height, pixel, fwhm] = [at(p, k), at(p, k + 1), at(p, k + 2)];
    const error = Math.sqrt(variance * at(inverse, (k + 1) * n + k + 1));
    const heightError = Math.sqrt(variance * at(inverse, k * n + k));
    const ranAway = Math.abs(pixel - position) > width || fwhm < leastFwhm * 0.6 || fwhm > 5 * width;
    if (ranAway || !(height > 3 * heightError) || !(error < width / 2)) return [];
    return [{ pixel, sigma: Math.max(error, 0.005), fwhm, height }];
  });
}

/** Keeps a step of the fit where the model means something: positive heights, widths near the typical, 0 ≤ η ≤ 1. */
function confine(trial: Float64Array, before: Float64Array, width: number): void {
  trial[2] = Math.min(1, Math.max(0, at(trial, 2)));
  for (let k = 3; k < trial.length; k += 3) {
    trial[k] = Math.max(0.05 * at(before, k), at(trial, k));
    const step = at(trial, k + 1) - at(before, k + 1);
    trial[k + 1] = at(before, k + 1) + Math.min(width / 2, Math.max(-width / 2, step));
    trial[k + 2] = Math.min(6 * width, Math.max(width / 4, at(trial, k + 2)));
  }
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? Number.NaN;
}
