import { expect, it } from "vitest";
import type { Spectrum } from "../../contract/spectrum.ts";
import { rangeOf, scaled, ticks, withRoom } from "./reference.ts";

const spectrum = (technique: "raman" | "vnir", heights: number[], from: number, step: number): Spectrum => ({
  technique,
  axis:
    technique === "raman"
      ? { quantity: "ramanShift", unit: "cm-1", values: Float64Array.from(heights, (_, i) => from + i * step) }
      : {
          ...{ quantity: "wavelength", unit: "nm", medium: "air" },
          values: Float64Array.from(heights, (_, i) => from + i * step),
        },
  intensity: Float64Array.from(heights),
  intensityUnit: technique === "raman" ? "counts" : "reflectance",
  corrections: [],
});

it("a line one point wide is not lost when 4,000 points are thinned to 200", () => {
  const heights = Array.from({ length: 4000 }, (_, i) => (i === 2345 ? 100 : 1 + 0.01 * (i % 7)));
  const { x, y } = scaled(spectrum("raman", heights, 100, 0.25), [100, 1100], 200);
  expect(x.length).toBeLessThanOrEqual(201);
  expect(x[y.indexOf(Math.max(...y))]).toBeCloseTo(100 + 2345 * 0.25, 3);
  expect(Math.max(...y)).toBeCloseTo(1, 6);
});

it("reflectance is drawn from its lowest to its highest value, deleted points left out", () => {
  const { y } = scaled(spectrum("vnir", [0.2, Number.NaN, 0.6, 0.4], 400, 10), [400, 430], 100);
  expect(y).toEqual([0, 1, 0.5].map((value) => expect.closeTo(value, 6)));
});

it("the axis ends with the spectra, within what the technique shows", () => {
  expect(rangeOf("raman", [spectrum("raman", [1, 1, 1], 150, 400)], [])).toEqual([150, 950]);
  expect(rangeOf("raman", [spectrum("raman", [1, 1], 0, 9000)], [])).toEqual([50, 1600]);
  expect(rangeOf("raman", [], [464])).toEqual([364, 564]);
  expect(rangeOf("vnir", [], [])).toEqual([350, 2500]);
});

it("ticks are round and lie inside", () => {
  expect(ticks([150, 1290], 570)).toEqual([200, 400, 600, 800, 1000, 1200]);
  expect(ticks([350, 2500], 300)).toEqual([1000, 2000]);
});

it("of two labels without room the more important one stays", () => {
  expect(withRoom([{ atPx: 100 }, { atPx: 110 }, { atPx: 200 }], 40).map(({ atPx }) => atPx)).toEqual([100, 200]);
});
