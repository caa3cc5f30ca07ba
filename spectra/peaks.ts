import { aboveBackground, finiteOnly, noiseSigma } from "./background.ts";

export interface Peak {
  /** In the unit of the axis: the vertex of the parabola through the highest point and its neighbours. */
  readonly position: number;
  /** Above the smooth background, in the unit of y. */
  readonly height: number;
  /** Height above the higher of the two saddles that part the peak from higher ones, in the unit of y. */
  readonly prominence: number;
}

export interface PeakOptions {
  /** Least prominence over the noise σ; 9 by default: between its extremes white noise reaches 8. */
  readonly leastSigmas?: number;
  /** Least prominence as a share of the largest; 0.02 by default: less cannot be told apart on a plot. */
  readonly leastShare?: number;
  /** The most peaks that are returned, the most prominent first chosen; 20 by default. */
  readonly most?: number;
  /** y is a height already (a depth under a continuum), so no background is taken off: that would take off broad bands. */
  readonly level?: boolean;
}

/**
 * The lines of a Raman or LIBS spectrum in order of position, for labels on a plot. x is ascending; points that are not
 * finite are skipped. Fewer than 3 points have no peak.
 */
export function findPeaks(x: Float64Array, y: Float64Array, options: PeakOptions = {}): Peak[] {
  const { leastSigmas = 9, leastShare = 0.02, most = 20, level = false } = options;
  const valid = x.map((position, i) => (Number.isFinite(y[i]) ? position : Number.NaN));
  const axis = finiteOnly(valid);
  const values = y.filter((_, i) => Number.isFinite(valid[i]));
  if (values.length < 3) return [];
  const height = level ? values : aboveBackground(values);
  const sigma = noiseSigma(values);
  const peaks = prominences(height)
    // Joints of the background make maxima that were not measured; its slope moves those that were, flat ones by three points.
    .filter(({ index }) => [-3, -2, -1, 0, 1, 2, 3].some((step) => isMaximum(values, index + step)))
    .filter(({ prominence }) => prominence > 0 && prominence >= leastSigmas * sigma)
    .sort((a, b) => b.prominence - a.prominence)
    .slice(0, most);
  const least = leastShare * (peaks[0]?.prominence ?? 0);
  return peaks
    .filter(({ prominence }) => prominence >= least)
    .map(({ index, prominence }) => ({ position: vertex(axis, values, index), height: at(height, index), prominence }))
    .sort((a, b) => a.position - b.position);
}

interface Summit {
  readonly index: number;
  readonly prominence: number;
}

/** Every local maximum inside the array (of a plateau its first point), with its prominence. */
function prominences(y: Float64Array): Summit[] {
  const left = saddles(y);
  const right = saddles(y.toReversed()).reverse();
  const summits: Summit[] = [];
  for (let i = 1; i + 1 < y.length; i += 1) {
    if (!isMaximum(y, i)) continue;
    summits.push({ index: i, prominence: at(y, i) - Math.max(at(left, i), at(right, i)) });
  }
  return summits;
}

function isMaximum(y: Float64Array, i: number): boolean {
  return at(y, i) > at(y, i - 1) && at(y, i) >= at(y, i + 1);
}

/**
 * For each point the least value between it and the next higher point to its left (or the left end). One pass: a stack
 * holds the points that are still higher than all that follow.
 */
function saddles(y: Float64Array): Float64Array {
  const saddle = new Float64Array(y.length);
  const higher: number[] = [];
  for (let i = 0; i < y.length; i += 1) {
    let least = at(y, i);
    for (let top = higher.at(-1); top !== undefined && at(y, top) <= at(y, i); top = higher.at(-1)) {
      least = Math.min(least, at(saddle, top));
      higher.pop();
    }
    // What lies between the next higher point and the last one taken off is in the saddle of that one.
    saddle[i] = least;
    higher.push(i);
  }
  return saddle;
}

/** The position of the parabola through three points around a maximum; the axis need not be regular. */
function vertex(x: Float64Array, y: Float64Array, i: number): number {
  const before = at(x, i) - at(x, i - 1);
  const after = at(x, i + 1) - at(x, i);
  const rise = at(y, i) - at(y, i - 1);
  const fall = at(y, i) - at(y, i + 1);
  const denominator = 2 * (before * fall + after * rise);
  return denominator > 0 ? at(x, i) + (after * after * rise - before * before * fall) / denominator : at(x, i);
}

function at(values: Float64Array, i: number): number {
  return values[i] ?? Number.NaN;
}
