import { expect, test } from "vitest";
import type { Spectrum } from "../../contract/spectrum.ts";
import { withoutSlope } from "./background.ts";

const points = 1000;
const shifts = Array.from({ length: points }, (_, i) => 100 + 1.7 * i);
const line = (at: number, height: number) => (x: number) => height / (1 + ((x - at) / 6) ** 2);
const spectrum = (of: (x: number) => number, technique: Spectrum["technique"] = "raman"): Spectrum => ({
  technique,
  axis: { unit: technique === "raman" ? "cm-1" : "nm", values: Float64Array.from(shifts) } as Spectrum["axis"],
  intensity: Float64Array.from(shifts, of),
  intensityUnit: "counts",
  corrections: [],
});

test("lines on a steep glow are drawn without it, at their own height", () => {
  const quartz = line(464, 300);
  const drawn = withoutSlope(spectrum((x) => 2000 - x + quartz(x)));
  const peak = Math.max(...(drawn?.intensity ?? []));
  expect(peak).toBeGreaterThan(250);
  expect(peak).toBeLessThan(320);
  expect(Math.abs(drawn?.intensity[900] ?? 99)).toBeLessThan(15);
});

test("a spectrum without a slope, and every reflectance, is drawn as measured", () => {
  expect(withoutSlope(spectrum(line(464, 300)))).toBeUndefined();
  expect(withoutSlope(spectrum((x) => x / 2000, "vnir"))).toBeUndefined();
});
