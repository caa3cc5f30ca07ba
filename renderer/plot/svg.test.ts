import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linear, pathThrough, windowOf } from "./svg.ts";

describe("drawing with numbers", () => {
  it("the ends of the domain fall on the ends of the range, whichever way it runs", () => {
    const y = linear([0, 5], [100, 0]);
    expect([y(0), y(2.5), y(5)]).toEqual([100, 50, 0]);
    expect(linear([3, 3], [10, 20])(3)).toBe(10); // a flat domain has no slope
  });

  it("a missing point leaves a gap instead of a line to nowhere", () => {
    expect(
      pathThrough([
        [0, 0],
        [1, 1],
        [2, Number.NaN],
        [3, 1],
      ]),
    ).toBe("M0.0 0.0L1.0 1.0M3.0 1.0");
  });

  it("a window holds every point inside it and at most one more on each side", () => {
    const axis = fc
      .uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1 })
      .map((a) => a.sort((x, y) => x - y));
    fc.assert(
      fc.property(axis, fc.integer({ min: -10, max: 1010 }), fc.nat(100), (values, low, width) => {
        const [from, to] = windowOf(values, low, low + width);
        const inside = values.filter((v) => v >= low && v < low + width);
        const drawn = values.slice(from, to);
        expect(inside.every((v) => drawn.includes(v))).toBe(true);
        expect(drawn.length).toBeLessThanOrEqual(inside.length + 2);
      }),
    );
  });
});
