/** Noise and background of a pixel are judged by this many on each side: wide against a ray, narrow against a detector. */
const halfWindow = 25;
/** Above the noise. Among 10⁴ values of a measurement a Gaussian gives one of 4 σ; what is summed is of no ray below this. */
const leastSigmas = 7;
/** Beside a ray the charge that it left in the next pixel is recognised by less. */
const leastSigmasBeside = 3.5;
/**
 * Replicates of a rock differ: the laser warms up, fluorescence bleaches, the probe moves. What differs by less than this
 * share of the height of the line at that place is no ray. Bleaching of fluorescence is 10 to 30 % in a first minute.
 */
const leastShare = 0.35;
/** A ray strikes one pixel and spills into the next; what is wider in one replicate is a change of the spot or of the light. */
const widestPixels = 3;
/** From the median of absolute deviations to a standard deviation of a Gaussian. */
const madToSigma = 1.4826;

export interface MeanOfReplicates {
  mean: Float64Array;
  /** What was left out of the mean: the replicate, and the pixel. */
  rejected: { replicate: number; pixel: number }[];
}

/**
 * Mean of exposures of the same spot with the same settings, pixel by pixel, without what a cosmic ray left in one of them:
 * a value that stands far above its replicates, by their noise and by the height of whatever line is there. A single
 * exposure has nothing to be compared with and is returned as it is. Rays that strike the same pixel in half of the
 * replicates or more are not seen.
 *
 * @param replicates counts, any unit, all of one length. Throws RangeError if there are none or their lengths differ.
 */
export function meanWithoutCosmicRays(replicates: readonly ArrayLike<number>[]): MeanOfReplicates {
  const [first] = replicates;
  if (first === undefined) throw new RangeError("no replicates");
  const pixels = first.length;
  if (replicates.some(({ length }) => length !== pixels)) throw new RangeError("replicates of different lengths");

  const middle = Float64Array.from({ length: pixels }, (_, pixel) => lowerMedian(replicates.map((r) => at(r, pixel))));
  const rejected: MeanOfReplicates["rejected"] = [];
  if (replicates.length > 1) {
    const floor = running(middle, (window) => Math.min(...window));
    const sigma = noiseOf(replicates);
    for (const [replicate, counts] of replicates.entries()) {
      for (const pixel of raysIn(counts, { middle, floor, sigma })) rejected.push({ replicate, pixel });
    }
  }

  const mean = Float64Array.from({ length: pixels }, (_, pixel) => {
    let sum = 0;
    for (const counts of replicates) sum += at(counts, pixel);
    return sum / replicates.length;
  });
  for (const pixel of new Set(rejected.map((ray) => ray.pixel))) {
    const struck = new Set(rejected.filter((ray) => ray.pixel === pixel).map(({ replicate }) => replicate));
    const left = replicates.filter((_, i) => !struck.has(i)).map((counts) => at(counts, pixel));
    mean[pixel] = left.length > 0 ? left.reduce((a, b) => a + b, 0) / left.length : at(middle, pixel);
  }
  return { mean, rejected };
}

interface Expected {
  middle: Float64Array;
  floor: Float64Array;
  sigma: Float64Array;
}

/** Pixels of one replicate that a ray struck. */
function raysIn(counts: ArrayLike<number>, { middle, floor, sigma }: Expected): number[] {
  const excess = middle.map((value, pixel) => at(counts, pixel) - value);
  const level = running(excess, median); // the replicate as a whole is brighter or darker
  const above = excess.map((value, pixel) => value - at(level, pixel));
  const struck = new Set<number>();
  for (const [pixel, height] of above.entries()) {
    const line = leastShare * (at(middle, pixel) - at(floor, pixel));
    if (!(height > leastSigmas * at(sigma, pixel) && height > line)) continue;
    struck.add(pixel);
    for (const beside of [pixel - 1, pixel + 1]) {
      if (at(above, beside) > leastSigmasBeside * at(sigma, beside) && at(above, beside) > line) struck.add(beside);
    }
  }
  return runsOf([...struck].sort((a, b) => a - b))
    .filter((run) => run.length <= widestPixels)
    .flat();
}

/** Ascending numbers as runs of neighbours. */
function runsOf(numbers: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs;
}

/**
 * Noise of one exposure at each pixel, from the differences of replicates that follow each other. (The distance from the
 * middle one would be too small: in every pixel one of them is the middle.)
 */
function noiseOf(replicates: readonly ArrayLike<number>[]): Float64Array {
  const differences = replicates.slice(1).map((counts, i) => {
    const before = replicates[i] ?? counts;
    const difference = Float64Array.from(counts, (count, pixel) => count - at(before, pixel));
    const level = running(difference, median);
    return running(
      difference.map((value, pixel) => Math.abs(value - at(level, pixel))),
      median,
    );
  });
  const [first = new Float64Array(0)] = differences;
  return first.map((_, pixel) => (madToSigma / Math.SQRT2) * lowerMedian(differences.map((mad) => at(mad, pixel))));
}

/** A statistic of the window around each pixel: taken once for each half window, linear between. */
function running(values: Float64Array, statistic: (window: Float64Array) => number): Float64Array {
  const knots = Math.max(2, Math.ceil((values.length - 1) / halfWindow) + 1);
  const step = (values.length - 1) / (knots - 1);
  const at = Float64Array.from({ length: knots }, (_, knot) => {
    const centre = Math.round(knot * step);
    return statistic(values.subarray(Math.max(0, centre - halfWindow), centre + halfWindow + 1));
  });
  return values.map((_, pixel) => {
    const knot = Math.min(knots - 2, Math.floor(pixel / step));
    const share = pixel / step - knot;
    return (at[knot] ?? 0) * (1 - share) + (at[knot + 1] ?? 0) * share;
  });
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(sorted, half) : (at(sorted, half - 1) + at(sorted, half)) / 2;
}

/** Of an even number the lower one of the middle two, so that of two replicates the one without the ray counts. */
function lowerMedian(values: number[]): number {
  return values.sort((a, b) => a - b)[(values.length - 1) >> 1] ?? Number.NaN;
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? Number.NaN;
}
