import { expect, test } from "vitest";
import type { Spectrum } from "../../contract/spectrum.ts";
import { curvesOf } from "./compare.ts";

const spectrum = (values: number[], intensity: number[]): Spectrum => ({
  technique: "raman",
  axis: { quantity: "ramanShift", unit: "cm-1", values: Float64Array.from(values) },
  intensity: Float64Array.from(intensity),
  ...{ intensityUnit: "counts", corrections: [] },
});
const a = spectrum([100, 200, 300], [10, 30, 20]);

test("spectra are drawn from 0 to 1, whatever their counts", () => {
  expect(curvesOf([a, spectrum([100, 200, 300], [100, 300, 200])], "overlay").map(({ y }) => [...y])).toEqual([
    [0, 1, 0.5],
    [0, 1, 0.5],
  ]);
});

test("offset lifts each above the one before; a flat one stays flat", () => {
  const [, second] = curvesOf([a, spectrum([100, 200], [5, 5])], "offset");
  expect([...(second?.y ?? [])]).toEqual([1, 1]);
});

test("difference is taken where the first was measured, between its points too, and is a gap elsewhere", () => {
  const [own, other] = curvesOf([a, spectrum([50, 150, 250, 350], [0, 10, 10, 0])], "difference");
  expect([...(own?.y ?? [])]).toEqual([0, 0, 0]);
  expect([...(other?.y ?? [])]).toEqual([Number.NaN, 0.5, 0.25, Number.NaN]);
});
