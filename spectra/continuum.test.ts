import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { continuumDepth } from "./continuum.ts";

const x = Float64Array.from({ length: 401 }, (_, i) => 400 + 5 * i);
const band = (centre: number, depth: number, sigma: number) => (nm: number) =>
  1 - depth * Math.exp(-(((nm - centre) / sigma) ** 2) / 2);

describe("the depth under the continuum", () => {
  it("of one band on a slope is that band, 0 at the ends", () => {
    const one = band(1400, 0.4, 60);
    const depth = continuumDepth(
      x,
      x.map((nm) => (0.2 + 2e-4 * nm) * one(nm)),
    );
    const deepest = depth.indexOf(Math.max(...depth));
    expect(x[deepest]).toBe(1400);
    expect(depth[deepest]).toBeCloseTo(0.4, 2);
    expect([depth[0], depth.at(-1)]).toEqual([0, 0]);
  });

  it("lies between 0 and 1 and does not change with the illumination", () => {
    const reflectance = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(reflectance, fc.double({ min: 0.1, max: 1, noNaN: true }), (list, light) => {
        const axis = Float64Array.from(list, (_, i) => i);
        const depth = continuumDepth(axis, Float64Array.from(list));
        const darker = continuumDepth(
          axis,
          Float64Array.from(list, (value) => value * light),
        );
        depth.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(-1e-12);
          expect(value).toBeLessThanOrEqual(1);
          expect(darker[i]).toBeCloseTo(value, 9);
        });
      }),
    );
  });

  it("is unknown where a point was deleted, and known beside it", () => {
    const depth = continuumDepth(Float64Array.of(0, 1, 2, 3), Float64Array.of(1, Number.NaN, 0.5, 1));
    expect([...depth]).toEqual([0, Number.NaN, 0.5, 0]);
  });
});
