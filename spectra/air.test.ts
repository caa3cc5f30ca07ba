import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { airIndex, airToVacuumNm, ramanShiftCm1, vacuumToAirNm, wavelengthOfShiftNm } from "./air.ts";

describe("wavelengths in air and in vacuum", () => {
  // Steck D.A., Sodium D Line Data (rev. 2.3.3), tables 3 and 4; measured in vacuum, air values with Edlén's index.
  it.each([
    ["sodium D1", 589.7558147, 589.5924237],
    ["sodium D2", 589.1583264, 588.9950954],
  ])("of %s agree with the literature to 0.00002 nm", (_line, vacuumNm, airNm) => {
    expect(Math.abs(vacuumToAirNm(vacuumNm) - airNm)).toBeLessThan(2e-5);
    expect(Math.abs(airToVacuumNm(airNm) - vacuumNm)).toBeLessThan(2e-5);
  });

  // Line list of the Sloan Digital Sky Survey, in Å with three decimals.
  it.each([
    ["H β", 486.1325, 486.2683],
    ["[O III]", 495.8911, 496.0295],
    ["[O III]", 500.6843, 500.824],
    ["H α", 656.2801, 656.4614],
  ])("of %s (%f nm) agree with SDSS to 0.0002 nm", (_line, airNm, vacuumNm) => {
    expect(Math.abs(airToVacuumNm(airNm) - vacuumNm)).toBeLessThan(2e-4);
  });

  it("convert back to themselves between 200 and 2500 nm", () => {
    fc.assert(
      fc.property(fc.double({ min: 200, max: 2500, noNaN: true }), (nm) => {
        expect(vacuumToAirNm(airToVacuumNm(nm))).toBeCloseTo(nm, 10);
      }),
    );
  });

  it("differ by 1.000277 at the sodium lines", () => {
    expect(airIndex(589.3)).toBeCloseTo(1.000277, 6);
  });
});

describe("Raman shift", () => {
  it("is zero for the laser's own light", () => {
    expect(ramanShiftCm1(vacuumToAirNm(785), 785)).toBeCloseTo(0, 8);
  });

  it("of quartz' 464 cm⁻¹ line under 532.0 nm belongs to 545.313 nm in air", () => {
    // 1e7 / (1e7/532 − 464) = 545.4646 nm in vacuum; over n = 1.0002780 that is 545.3130 nm
    expect(wavelengthOfShiftNm(464, 532)).toBeCloseTo(545.313, 3);
  });

  it("converts back to itself for every laser in use", () => {
    const lasers = fc.constantFrom(244, 325, 405, 514.5, 532, 633, 785, 830, 1064);
    fc.assert(
      fc.property(lasers, fc.double({ min: -1000, max: 4200, noNaN: true }), (laserNm, shiftCm1) => {
        expect(ramanShiftCm1(wavelengthOfShiftNm(shiftCm1, laserNm), laserNm)).toBeCloseTo(shiftCm1, 6);
      }),
    );
  });
});
