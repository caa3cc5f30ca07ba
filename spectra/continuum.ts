/**
 * Depth of absorption bands, 1 − reflectance over its upper convex hull (Clark and Roush 1984, J. Geophys. Res. 89, 6329),
 * 0 to 1. x is ascending; where y is not finite the depth is NaN. Depths change with the range that is measured, since the
 * hull is anchored at its ends.
 */
export function continuumDepth(x: Float64Array, y: Float64Array): Float64Array {
  const hull: number[] = [];
  for (let i = 0; i < x.length; i += 1) {
    if (!Number.isFinite(y[i])) continue;
    // A corner that the line from the one before it to the new point passes above is none.
    while (hull.length >= 2 && !turnsDown(x, y, hull[hull.length - 2] ?? 0, hull[hull.length - 1] ?? 0, i)) hull.pop();
    hull.push(i);
  }
  const depth = new Float64Array(x.length).fill(Number.NaN);
  for (let k = 0; k + 1 < hull.length; k += 1) {
    const [from, to] = [hull[k] ?? 0, hull[k + 1] ?? 0];
    const slope = (at(y, to) - at(y, from)) / (at(x, to) - at(x, from));
    for (let i = from; i <= to; i += 1) {
      const level = at(y, from) + slope * (at(x, i) - at(x, from));
      // Dark current can bring reflectance to 0 or below; there is no band to be read then.
      if (Number.isFinite(y[i])) depth[i] = level > 0 ? Math.min(1, 1 - at(y, i) / level) : 0;
    }
  }
  return depth;
}

function turnsDown(x: Float64Array, y: Float64Array, a: number, b: number, c: number): boolean {
  return (at(y, b) - at(y, a)) * (at(x, c) - at(x, a)) > (at(y, c) - at(y, a)) * (at(x, b) - at(x, a));
}

function at(values: Float64Array, i: number): number {
  return values[i] ?? Number.NaN;
}
