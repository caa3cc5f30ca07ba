/** The largest number of points that a noise estimate looks at: more would not make the median better. */
const noisePoints = 1000;
/** Blocks of a long spectrum; in RRUFF's files one is about 50 cm⁻¹, wider than Raman lines. */
export const mostBlocks = 24;
/** Fewer points do not average out noise. */
const leastPerBlock = 8;
/** More points of a block are not looked at: a quantile of 64 is good to 0.2 σ. */
const mostPerBlock = 64;
/** Standard deviation of Gaussian noise over its median absolute deviation, 1 / Φ⁻¹(3/4). */
const sigmaPerMad = 1.4826;

/**
 * Standard deviation of the point-to-point noise, in y's unit, robust against lines and any smooth background: from the
 * median absolute second difference, whose variance is 6σ² for white noise (the DER_SNR idea of Stoehr et al. 2008, ASP
 * Conf. Ser. 394, 505). Files that were smoothed have correlated noise, so theirs comes out too small. NaN must have been
 * removed; 0 with fewer than 3 points.
 */
export function noiseSigma(y: Float64Array): number {
  const count = y.length - 2;
  if (count < 1) return 0;
  const stride = Math.ceil(count / noisePoints);
  const differences = new Float64Array(Math.ceil(count / stride));
  for (let k = 0; k < differences.length; k += 1) {
    const i = 1 + k * stride;
    differences[k] = Math.abs(at(y, i - 1) - 2 * at(y, i) + at(y, i + 1));
  }
  return (sigmaPerMad * quantile(differences, differences.length, 1 / 2)) / Math.sqrt(6);
}

/** Quantiles of equal blocks of points (24, or 8 points each), each at the index of its block's centre. */
interface Knots {
  readonly centre: Float64Array;
  readonly level: Float64Array;
}

/** The smooth part of a spectrum by the quantile `share` of each block. NaN must have been removed. */
export function blockLevels(y: Float64Array, share: number): Knots {
  const count = Math.min(mostBlocks, Math.ceil(y.length / leastPerBlock));
  const knots = { centre: new Float64Array(count), level: new Float64Array(count) };
  const sample = new Float64Array(mostPerBlock);
  const edge = (block: number) => Math.floor((block * y.length) / count);
  for (let b = 0; b < count; b += 1) {
    knots.centre[b] = (edge(b) + edge(b + 1) - 1) / 2;
    const stride = Math.ceil((edge(b + 1) - edge(b)) / mostPerBlock);
    const size = Math.ceil((edge(b + 1) - edge(b)) / stride);
    for (let k = 0; k < size; k += 1) sample[k] = at(y, edge(b) + k * stride);
    knots.level[b] = quantile(sample, size, share);
  }
  return knots;
}

/**
 * y without its smooth background, in y's unit: the height of lines that are narrower than a block. NaN must have been
 * removed.
 *
 * Medians follow a slope but rise under a broad line, which fills half of its block; lower quartiles stay under the line but
 * are off on a slope. So the medians take off the slope first, and the quartiles of the rest what the line added to them.
 */
export function aboveBackground(y: Float64Array): Float64Array {
  const level = subtractJoined(y, blockLevels(y, 1 / 2));
  return subtractJoined(level, blockLevels(level, 1 / 4));
}

/** y less the straight lines through the knots, of which the outer ones go on to the ends. */
function subtractJoined(y: Float64Array, { centre, level }: Knots): Float64Array {
  const rest = new Float64Array(y.length);
  if (centre.length === 1) for (let i = 0; i < y.length; i += 1) rest[i] = at(y, i) - at(level, 0);
  for (let b = 0; b + 1 < centre.length; b += 1) {
    const slope = (at(level, b + 1) - at(level, b)) / (at(centre, b + 1) - at(centre, b));
    const from = b === 0 ? 0 : Math.ceil(at(centre, b));
    const to = b + 2 === centre.length ? y.length : Math.ceil(at(centre, b + 1));
    for (let i = from; i < to; i += 1) rest[i] = at(y, i) - at(level, b) - slope * (i - at(centre, b));
  }
  return rest;
}

/** Of the first `count` values, interpolated; reorders them. */
function quantile(values: Float64Array, count: number, share: number): number {
  const position = share * (count - 1);
  const rank = Math.floor(position);
  const low = select(values, count, rank);
  let next = Number.POSITIVE_INFINITY; // the least of those above `rank`, which `select` has put behind it
  for (let i = rank + 1; i < count; i += 1) next = Math.min(next, at(values, i));
  return position === rank ? low : low + (next - low) * (position - rank);
}

/**
 * The value of that rank among the first `count`, by Hoare's quickselect: sorting the blocks of a spectrum costs more than all the rest of its
 * judgement. Afterwards nothing in front of `rank` is larger and nothing behind it smaller.
 */
function select(values: Float64Array, count: number, rank: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = at(values, (low + high) >> 1);
    let i = low;
    let j = high;
    while (i <= j) {
      while (at(values, i) < pivot) i += 1;
      while (at(values, j) > pivot) j -= 1;
      if (i > j) break;
      const swapped = at(values, i);
      values[i] = at(values, j);
      values[j] = swapped;
      i += 1;
      j -= 1;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return at(values, rank);
}

/** The values that are finite, in order; the same array if all are. */
export function finiteOnly(values: Float64Array): Float64Array {
  let kept = 0;
  for (let i = 0; i < values.length; i += 1) if (Number.isFinite(values[i])) kept += 1;
  return kept === values.length ? values : values.filter(Number.isFinite);
}

function at(values: Float64Array, i: number): number {
  return values[i] ?? Number.NaN;
}
