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

  it("leaves out what a ray left in one exposure, even where it filled the pixel, but not what a LIBS shot has alone", () => {
    const struck = lit(3000);
    struck.counts[700] = 16383;
    const spectrum = calibrate([lit(3000), struck, lit(3000)], dark, raman);
    expect(spectrum.intensity[700]).toBe(500);
    expect(spectrum.corrections).toContainEqual({ kind: "cosmicRays", values: 1 });
    expect(spectrum.corrections.some(({ kind }) => kind === "deleted")).toBe(false);
    const shots = calibrate([lit(3000), struck, lit(3000)], dark, { technique: "libs" });
    expect(shots.corrections.map(({ kind }) => kind)).toContain("deleted");
  });

  it("turns a bench that delivers long wavelengths first", () => {
    const turned = (r: typeof dark) => ({ ...r, wavelengthCoefficients: [930, -0.1] });
    const { axis, intensity, corrections } = calibrate([turned(lit(3000))], turned(dark), raman);
    expect(axis.values[0]).toBeLessThan(axis.values[1]!);
    expect(intensity[1023 - 302]).toBe(1500);
    expect(corrections.at(-1)).toEqual({ kind: "sorted" });
  });

  it("uses the axis and the laser of a calibration in force, and names it", () => {
    const id = "01K00000000000000000000009";
    const axis = { calibrationId: id, coefficients: [790.1, 0.142, -1e-5, -1e-9], excitationNm: 785.2 };
    const own = calibrate([lit(3000)], dark, raman);
    const spectrum = calibrate([lit(3000)], dark, raman, { axis });
    expect(spectrum.corrections.slice(2)).toEqual([
      { kind: "wavelength", coefficients: axis.coefficients, calibrationId: id },
      { kind: "ramanShift", excitationNm: 785.2, calibrationId: id },
    ]);
    // 0.1 nm at 790 nm are 1.6 cm⁻¹ more, 0.2 nm of the laser 3.2 cm⁻¹ less
    expect(spectrum.axis.values[0]! - own.axis.values[0]!).toBeCloseTo(-1.6, 1);
    expect(spectrum.excitationNm).toBe(785.2);
  });

  it("makes reflectance with a white in force, whatever the integration time, and nothing outside its certificate", () => {
    const id = "01K00000000000000000000008";
    const white = {
      ...{ calibrationId: id, countsPerS: new Float64Array(1024).fill(10_000) },
      reflectance: new Float64Array(1024).fill(0.95).fill(Number.NaN, 1000),
    };
    // 2500 − 1500 counts in 0.2 s are half of the white's 10,000 a second
    const sample = reading({ fill: 2500, lightOn: true });
    const { intensity, intensityUnit, corrections } = calibrate([sample], dark, { technique: "vnir" }, { white });
    expect(intensityUnit).toBe("reflectance");
    expect(intensity[0]).toBeCloseTo(0.475, 9);
    expect(intensity[1010]).toBeNaN();
    expect(corrections.at(-1)).toEqual({ kind: "white", calibrationId: id });
    expect(calibrate([sample], dark, { technique: "libs" }, { white }).intensityUnit).toBe("counts");
  });

  it("multiplies counts by a response in force, and has no value outside it", () => {
    const id = "01K00000000000000000000007";
    const response = {
      ...{ calibrationId: id, wavelengthNm: Float64Array.of(795, 900), factor: Float64Array.of(2, 2) },
    };
    const { intensity, corrections } = calibrate([lit(3000)], dark, raman, { response });
    expect(intensity[302]).toBe(3000);
    expect(intensity[0]).toBeNaN(); // 790 nm
    expect(corrections).toContainEqual({ kind: "response", calibrationId: id });
  });

  it("refuses a dark with another integration time, a lit dark, an unknown laser and no exposure", () => {
    expect(() => calibrate([lit(1)], reading({ fill: 1, integrationUs: 1 }), raman)).toThrow("other settings");
    expect(() => calibrate([lit(1)], reading({ fill: 1, lightOn: true }), raman)).toThrow("light on");
    expect(() => calibrate([lit(1)], dark, { technique: "raman" })).toThrow("laser wavelength");
    expect(() => calibrate([], dark, raman)).toThrow("no exposure");
  });
});
