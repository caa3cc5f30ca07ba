/** A spike falls from its top to this share of it within a point or two; no line that a spectrometer resolves does. */
const steepest = 0.2;
/** With replicates a spike may be wider (a ray that strikes at a slant): they, not the shape, tell it from a line. */
const steepestAmongReplicates = 0.5;
/** Lower ones are noise: one of 10⁵ points has 4.3 σ, and the noise of smoothed files comes out too small. */
const leastSigmas = 10;
/** A line that a replicate shows at less than this share of the height is not the specimen's: orientation moves lines by less. */
const leastShared = 0.2;

/** The heights of a replicate at the same places, see {@link findSpikes}. */
export interface Replicate {
  readonly heights: Float64Array;
  readonly sigma: number;
}

/**
 * Indices of the tops of spikes: maxima at least 10 σ above the background that are one or two points wide. A spectrometer's
 * line has a full width at half maximum of 2 points at least (Nyquist; benches are built to 3 and more), and a Gaussian of
 * that width is still at 0.06 of its top two points away but at 0.5 one point away, so that a fall below 0.2 on both
 * sides of one or two points is a cosmic ray or a bad pixel.
 *
 * @param heights above the background, any unit. @param sigma their noise, same unit.
 * @param replicates the same specimen on the same axis, in any scale: with them spikes that one of them lacks are found too.
 */
export function findSpikes(heights: Float64Array, sigma: number, replicates: readonly Replicate[] = []): number[] {
  const spikes: number[] = [];
  const floor = leastSigmas * sigma;
  for (let i = 2; i + 2 < heights.length; i += 1) {
    const top = at(heights, i);
    if (!(top > floor) || top < at(heights, i - 1) || !(top >= at(heights, i + 1))) continue;
    const before = at(heights, i - 1);
    const after = at(heights, i + 1);
    const side = Math.min(
      Math.max(before, after),
      Math.max(before, at(heights, i + 2)),
      Math.max(at(heights, i - 2), after),
    );
    if (side <= steepest * top) spikes.push(i);
    else if (side <= steepestAmongReplicates * top && replicates.length > 0) {
      if (replicates.some((other) => lacks(heights, i, other))) spikes.push(i);
    }
  }
  return spikes;
}

/** Whether a replicate that would show the maximum above its own noise has nothing there, by the scale of the rest. */
function lacks(heights: Float64Array, i: number, other: Replicate): boolean {
  const scale = strongest(other.heights, i) / strongest(heights, i);
  const expected = at(heights, i) * scale;
  if (!(expected > leastSigmas * other.sigma)) return false;
  let found = Number.NEGATIVE_INFINITY;
  for (let k = i - 2; k <= i + 2; k += 1) found = Math.max(found, at(other.heights, k));
  return found < leastShared * expected;
}

/** The highest feature two points wide, away from point `except`. */
function strongest(heights: Float64Array, except: number): number {
  let most = 0;
  for (let k = 1; k < heights.length; k += 1) {
    if (Math.abs(k - except) > 3) most = Math.max(most, Math.min(at(heights, k - 1), at(heights, k)));
  }
  return most;
}

function at(values: Float64Array, i: number): number {
  return values[i] ?? Number.NaN;
}
