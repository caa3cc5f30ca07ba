import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Grid } from "../contract/model.ts";
import { combineReplicates, resampleToGrid } from "./resample.ts";
import { gaussianNoise } from "./testing.ts";

const grid: Grid = { start: 100, step: 2, count: 50, unit: "cm-1", maxGap: 10 };
const centres = Array.from({ length: grid.count }, (_, i) => grid.start + grid.step * i);
const f64 = (...values: number[]) => Float64Array.from(values);

/** An ascending axis over the whole grid without gaps, of irregular spacing. */
const wholeAxis = fc
  .array(fc.double({ min: 0.05, max: 9, noNaN: true }), { minLength: 60, maxLength: 300 })
  .map((gaps) => {
    const x = [95];
    for (const gap of gaps) x.push(x[x.length - 1]! + gap);
    while (x[x.length - 1]! < 205) x.push(x[x.length - 1]! + 7);
    return Float64Array.from(x);
  });
const heights = (n: number) =>
  fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: n, maxLength: n }).map((v) => f64(...v));
const polyline = wholeAxis.chain((x) => heights(x.length).map((y) => ({ x, y })));

describe("a spectrum on a grid", () => {
  it("keeps a straight line exactly", () => {
    const slopes = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(wholeAxis, slopes, slopes, (x, slope, offset) => {
        const { values, covered } = resampleToGrid(
          x,
          x.map((v) => slope * v + offset),
          grid,
        );
        expect(covered).toBe(grid.count);
        centres.forEach((c, i) => {
          expect(values[i]).toBeCloseTo(slope * c + offset, 8);
        });
      }),
    );
  });

  it("keeps the area under a polyline", () => {
    fc.assert(
      fc.property(polyline, ({ x, y }) => {
        const { values } = resampleToGrid(x, y, grid);
        const area = values.reduce((sum, v) => sum + v * grid.step, 0);
        expect(area).toBeCloseTo(areaBetween(x, y, 99, 199), 5);
      }),
    );
  });

  it("does not change when points are added on the same polyline", () => {
    fc.assert(
      fc.property(polyline, fc.integer({ min: 2, max: 5 }), ({ x, y }, parts) => {
        const finer = refined(x, y, parts);
        const coarse = resampleToGrid(x, y, grid);
        const fine = resampleToGrid(finer.x, finer.y, grid);
        coarse.values.forEach((v, i) => {
          expect(fine.values[i]).toBeCloseTo(v, 6);
        });
      }),
    );
  });

  it("takes the mean of points at the same position, as overlapping detectors give them", () => {
    const single = resampleToGrid(f64(99, 105, 111), f64(0, 6, 0), grid);
    const double = resampleToGrid(f64(99, 105, 105, 111), f64(0, 2, 10, 0), grid);
    expect(double).toEqual(single);
  });

  it("drops points that are not finite, and joins their neighbours if they are near enough", () => {
    const whole = resampleToGrid(f64(99, 102, 108), f64(1, 4, 10), grid);
    const holed = resampleToGrid(
      f64(99, 102, 103, 104, 108),
      f64(1, 4, Number.NaN, Number.POSITIVE_INFINITY, 10),
      grid,
    );
    expect(holed).toEqual(whole);
    expect(whole.covered).toBe(4);
  });

  it("leaves cells uncovered where points are further apart than the largest gap", () => {
    const { values, mask, covered } = resampleToGrid(f64(99, 105, 115.1, 121), f64(1, 1, 1, 1), grid);
    expect([...mask.slice(0, 12)]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0]);
    expect(covered).toBe(5);
    expect([...values]).toEqual([...mask]);
  });

  it("covers a cell whose edges are the ends of the spectrum, and none that reaches beyond", () => {
    expect(resampleToGrid(f64(99, 101), f64(3, 5), grid)).toMatchObject({ covered: 1 });
    expect(resampleToGrid(f64(99.001, 101), f64(3, 5), grid)).toMatchObject({ covered: 0 });
    expect(resampleToGrid(f64(99, 100.999), f64(3, 5), grid)).toMatchObject({ covered: 0 });
    expect(resampleToGrid(f64(), f64(), grid)).toMatchObject({ covered: 0 });
    expect(resampleToGrid(f64(150), f64(1), grid)).toMatchObject({ covered: 0 });
  });

  it("covers no cell outside a spectrum that reaches beyond the grid", () => {
    const { covered } = resampleToGrid(f64(0, 8, 190, 198, 206, 214), f64(1, 1, 1, 1, 1, 1), grid);
    expect(covered).toBe(4);
  });
});

describe("replicates of one spot", () => {
  const first = resampleToGrid(f64(99, 105, 111), f64(10, 40, 10), grid);
  const brighter = resampleToGrid(f64(99, 105, 111), f64(700, 1300, 700), grid);

  it("of Raman and LIBS weigh the same, however bright and offset each is", () => {
    for (const technique of ["raman", "libs"] as const) {
      const alone = combineReplicates(technique, [first]);
      const both = combineReplicates(technique, [first, brighter]);
      both.values.forEach((v, i) => {
        expect(v).toBeCloseTo(alone.values[i]!, 10);
      });
      expect(alone.values.reduce((a, b) => a + b) / alone.covered).toBeCloseTo(1, 12);
    }
  });

  it("of reflectance keep their level", () => {
    const { values } = combineReplicates("vnir", [first, brighter]);
    expect(values[0]).toBeCloseTo((15 + 800) / 2, 10);
  });

  it("are averaged over those that cover a cell", () => {
    const left = resampleToGrid(f64(99, 103), f64(2, 2), grid);
    const right = resampleToGrid(f64(101, 105), f64(4, 4), grid);
    const { values, mask, covered } = combineReplicates("vnir", [left, right]);
    expect([...values.slice(0, 4)]).toEqual([2, 3, 4, 0]);
    expect([...mask.slice(0, 4)]).toEqual([1, 1, 1, 0]);
    expect(covered).toBe(3);
  });

  it("are pooled by their weights, equally where there is none", () => {
    const x = Float64Array.from({ length: 120 }, (_, i) => 90 + i);
    const level = (value: number) => resampleToGrid(x, new Float64Array(120).fill(value), grid);
    const pooled = (...weights: number[]) => combineReplicates("vnir", [level(0.2), level(0.8)], weights).values[20];
    expect(pooled(3, 1)).toBeCloseTo(0.35, 12);
    expect(pooled(0, 1)).toBeCloseTo(0.8, 12);
    expect([pooled(), pooled(0, 0), pooled(7, 7)].map((value) => value?.toFixed(12))).toEqual(
      Array(3).fill("0.500000000000"),
    );
  });

  it("lose a noisy one: the mean by inverse variance has less noise than either", () => {
    const noise = [1, 2].map((seed) => gaussianNoise(seed, 400));
    const noisy = (k: number, sigma: number) =>
      resampleToGrid(
        Float64Array.from({ length: 400 }, (_, i) => 80 + i),
        Float64Array.from({ length: 400 }, (_, i) => sigma * noise[k]![i]!),
        grid,
      );
    const spread = ({ values }: { values: Float64Array }) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
    const [quiet, loud] = [noisy(0, 1), noisy(1, 3)];
    const byVariance = spread(combineReplicates("vnir", [quiet, loud], [1, 1 / 9]));
    expect(byVariance).toBeLessThan(spread(quiet) * 1.02);
    expect(byVariance).toBeLessThan(spread(combineReplicates("vnir", [quiet, loud])) * 0.8);
  });

  it("that are all zero stay zero", () => {
    const flat = resampleToGrid(f64(99, 105), f64(0, 0), grid);
    expect([...combineReplicates("raman", [flat]).values]).toEqual(Array(grid.count).fill(0));
  });
});

function areaBetween(x: Float64Array, y: Float64Array, from: number, to: number): number {
  let area = 0;
  for (let i = 0; i + 1 < x.length; i += 1) {
    const a = Math.max(x[i]!, from);
    const b = Math.min(x[i + 1]!, to);
    if (b <= a) continue;
    const slope = (y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!);
    area += (b - a) * (y[i]! + slope * ((a + b) / 2 - x[i]!));
  }
  return area;
}

function refined(x: Float64Array, y: Float64Array, parts: number): { x: Float64Array; y: Float64Array } {
  const n = (x.length - 1) * parts + 1;
  const between = (values: Float64Array) =>
    Float64Array.from({ length: n }, (_, k) => {
      const i = Math.min(Math.floor(k / parts), x.length - 2);
      return values[i]! + ((values[i + 1]! - values[i]!) * (k - i * parts)) / parts;
    });
  return { x: between(x), y: between(y) };
}
