import { describe, expect, it } from "vitest";
import { calibrate } from "./calibrate.ts";
import { reading } from "./testing/reading.ts";

const raman = { technique: "raman", excitationNm: 785 } as const;
const dark = reading({ fill: 1500, id: "01K00000000000000000000001" });
const lit = (count: number) => reading({ fill: 2000, lightOn: true, peak: { from: 300, pixels: 5, count } });

describe("calibration of a reading", () => {
  it("is the mean of the exposures less the dark, and names its steps in order", () => {
    const spectrum = calibrate([lit(3000), lit(4000)], dark, raman);
    expect(spectrum.intensity[0]).toBe(500);
    expect(spectrum.intensity[302]).toBe(2000);
    expect(spectrum.corrections).toEqual([
      { kind: "average", exposures: 2 },
      { kind: "dark", readingId: dark.id },
      { kind: "wavelength", coefficients: dark.wavelengthCoefficients },
      { kind: "ramanShift", excitationNm: 785 },
    ]);
  });

  it("puts 790 nm in air at 84.1 cm⁻¹ from a laser of 785 nm in vacuum", () => {
    const { axis } = calibrate([lit(3000)], dark, raman);
    // 790 nm in air is 790.2172 nm in vacuum (n = 1.000275): 1e7/785 − 1e7/790.2172
    expect(axis.quantity).toBe("ramanShift");
    expect(axis.values[0]).toBeCloseTo(84.1, 1);
  });

  it("keeps wavelengths in air for VNIR", () => {
    const { axis, technique } = calibrate([lit(3000)], dark, { technique: "vnir" });
    expect(technique).toBe("vnir");
    expect(axis).toMatchObject({ quantity: "wavelength", medium: "air" });
    expect(axis.values[1]).toBeCloseTo(790.14199, 5);
  });

  it("has no value where a pixel was saturated in any exposure", () => {
    const spectrum = calibrate([lit(3000), lit(16383)], dark, raman);
    expect(Array.from(spectrum.intensity.subarray(299, 306), Number.isNaN)).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(spectrum.corrections).toContainEqual({ kind: "deleted", points: 5 });
  });

  it("turns a bench that delivers long wavelengths first", () => {
    const turned = (r: typeof dark) => ({ ...r, wavelengthCoefficients: [930, -0.1] });
    const { axis, intensity, corrections } = calibrate([turned(lit(3000))], turned(dark), raman);
    expect(axis.values[0]).toBeLessThan(axis.values[1]!);
    expect(intensity[1023 - 302]).toBe(1500);
    expect(corrections.at(-1)).toEqual({ kind: "sorted" });
  });

  it("refuses a dark with another integration time, a lit dark, an unknown laser and no exposure", () => {
    expect(() => calibrate([lit(1)], reading({ fill: 1, integrationUs: 1 }), raman)).toThrow("other settings");
    expect(() => calibrate([lit(1)], reading({ fill: 1, lightOn: true }), raman)).toThrow("light on");
    expect(() => calibrate([lit(1)], dark, { technique: "raman" })).toThrow("laser wavelength");
    expect(() => calibrate([], dark, raman)).toThrow("no exposure");
  });
});
