import { describe, expect, it } from "vitest";
import type { Spectrum, Technique } from "../contract/spectrum.ts";
import { assessQuality } from "./quality.ts";
import { gaussianNoise } from "./testing.ts";

const seeds = Array.from({ length: 200 }, (_, seed) => seed);
const techniques = ["raman", "vnir", "libs"] as const;

function spectrum(technique: Technique, intensity: Float64Array): Spectrum {
  const values = Float64Array.from(intensity, (_, i) => 200 + i);
  return {
    technique,
    axis:
      technique === "raman"
        ? { quantity: "ramanShift", unit: "cm-1", values }
        : { quantity: "wavelength", unit: "nm", medium: "air", values },
    intensity: new Float64Array(intensity),
    intensityUnit: "relative",
    corrections: [],
  };
}

const of = (count: number, value: (i: number) => number) => Float64Array.from({ length: count }, (_, i) => value(i));
const failed = (technique: Technique, y: Float64Array, full?: number) =>
  assessQuality(spectrum(technique, y), full).checks.flatMap(({ id, passed }) => (passed ? [] : [id]));

describe("a spectrum", () => {
  it.each(techniques)("of pure noise is poor for %s in more than 99 of 100 cases", (technique) => {
    for (const count of [50, 400, 2000]) {
      const good = seeds.filter((seed) => {
        const y = gaussianNoise(seed, count).map((noise) => 100 + 5 * noise);
        return assessQuality(spectrum(technique, y)).verdict === "good";
      });
      expect(good.length).toBeLessThanOrEqual(1);
    }
  });

  it.each(techniques)("that is flat, zero or empty is poor for %s", (technique) => {
    expect(
      failed(
        technique,
        of(1000, () => 0),
      ),
    ).toContain("flat");
    expect(
      failed(
        technique,
        of(1000, () => 65_535),
      ),
    ).toContain("flat");
    expect(
      failed(
        technique,
        of(1000, (i) => 1000 + 1e-4 * i),
      ),
    ).toContain("flat");
    expect(
      failed(
        technique,
        of(0, () => 0),
      ),
    ).toEqual(["signal-to-noise", "flat", "coverage"]);
    expect(
      failed(
        technique,
        of(100, () => Number.NaN),
      ),
    ).toEqual(["signal-to-noise", "flat", "coverage"]);
  });

  it("of Raman with a line of 20 σ on fluorescence is good, and its signal to noise is about 20", () => {
    for (const seed of seeds) {
      const noise = gaussianNoise(seed, 1500);
      const y = of(1500, (i) => 2e4 * Math.exp(-i / 900) + 10 * noise[i]! + 200 * Math.exp(-(((i - 400) / 8) ** 2)));
      const { verdict, signalToNoise } = assessQuality(spectrum("raman", y));
      expect(verdict).toBe("good");
      expect(signalToNoise).toBeGreaterThan(14);
      expect(signalToNoise).toBeLessThan(30);
    }
  });

  it("of Raman with nothing but fluorescence is poor", () => {
    for (const seed of seeds) {
      const noise = gaussianNoise(seed, 1500);
      const y = of(1500, (i) => 2e4 * Math.exp(-i / 900) + 10 * noise[i]!);
      expect(failed("raman", y)).toEqual(["signal-to-noise"]);
    }
  });

  it("of Raman with nothing but a cosmic ray is poor", () => {
    const y = gaussianNoise(7, 1500);
    y[700] = 5000;
    expect(failed("raman", y)).toEqual(["signal-to-noise"]);
  });

  it("of reflectance with broad bands alone is good", () => {
    const noise = gaussianNoise(3, 2000);
    const y = of(2000, (i) => 0.4 - 0.1 * Math.exp(-(((i - 800) / 200) ** 2)) + 0.002 * noise[i]!);
    expect(failed("vnir", y)).toEqual([]);
  });

  it("has a finite signal to noise without any noise", () => {
    const { signalToNoise } = assessQuality(
      spectrum(
        "libs",
        of(1000, (i) => Math.exp(-(((i - 300) / 5) ** 2))),
      ),
    );
    expect(Number.isFinite(signalToNoise)).toBe(true);
  });

  it("of which most points are deleted is poor", () => {
    const y = of(1000, (i) => (i > 200 ? Number.NaN : 0.3 + i / 1000));
    expect(failed("vnir", y)).toEqual(["coverage"]);
  });

  it("with full pixels is poor where the converter's limit is known", () => {
    const y = of(1500, (i) => Math.min(65_535, 100 + 1e5 * Math.exp(-(((i - 400) / 8) ** 2))));
    expect(failed("raman", y)).toEqual([]);
    expect(failed("raman", y, 65_535)).toEqual(["saturation"]);
    expect(failed("raman", y, 200_000)).toEqual([]);
  });
});
