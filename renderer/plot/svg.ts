/** Straight from a value to px: `domain` and `range` may run either way. */
export function linear(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  const factor = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * factor;
}

/** An SVG path through points in px; a point that is not finite leaves a gap. */
export function pathThrough(points: Iterable<readonly [number, number]>): string {
  let path = "";
  let pen = "M";
  for (const [x, y] of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = "M";
      continue;
    }
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  }
  return path;
}

/** Indexes of the points of an ascending axis between `low` and `high`, one more on each side, as [from, to). */
export function windowOf(axis: ArrayLike<number>, low: number, high: number): [number, number] {
  const first = firstAtLeast(axis, low);
  const last = firstAtLeast(axis, high);
  return [Math.max(0, first - 1), Math.min(axis.length, last + 1)];
}

function firstAtLeast(axis: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = axis.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((axis[middle] ?? Number.POSITIVE_INFINITY) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
