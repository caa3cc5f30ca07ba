import { expect, test } from "vitest";
import type { Spectrum } from "../contract/spectrum.ts";
import { axisOffset } from "./axisOffset.ts";

const bands = [278, 464, 809]; // quartz

/** Lines where they are asked for, on an axis of 0.5 cm⁻¹. */
function lines(positionsCm1: readonly number[]): Spectrum {
  const values = Float64Array.from({ length: 2400 }, (_, i) => 100 + i / 2);
  const intensity = values.map((x, i) =>
    positionsCm1.reduce(
      (sum, at) => sum + 1000 / (1 + ((x - at) / 4) ** 2),
      Math.sin(i * 12.9898) * Math.cos(i * 78.233),
    ),
  );
  const axis = { quantity: "ramanShift", unit: "cm-1", values } as const;
  return { technique: "raman", axis, intensity, intensityUnit: "counts", corrections: [] };
}

test.each([-5, 0, 3.3, 8])("quartz lines that lie %d cm⁻¹ off are seen to lie there", (movedCm1) => {
  expect(axisOffset(lines(bands.map((band) => band + movedCm1)), bands)).toBeCloseTo(movedCm1, 1);
});

test("lines of another mineral beside quartz do not count", () => {
  expect(axisOffset(lines([...bands, 360, 1086]), bands)).toBeCloseTo(0, 1);
});

test("one band, or lines far from all bands, say nothing of the axis", () => {
  expect(axisOffset(lines(bands), [464])).toBeUndefined();
  expect(axisOffset(lines([360, 1086]), bands)).toBeUndefined();
});
