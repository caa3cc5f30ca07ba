import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ramanShiftCm1, wavelengthOfShiftNm } from "../air.ts";
import { normal, seededRandom } from "../random.ts";
import { polynomial, withErrors } from "./polynomial.ts";
import { calibrateRamanShift, type RamanScene } from "./ramanShift.ts";
import { polystyrene } from "./standards.ts";

const pixels = 1024;
/** 84 to 1912 cm⁻¹ of a laser of 785 nm. */
const coefficients = [790, 0.142, -1e-5, -1e-9];

interface Wrong {
  laserNm?: number;
  /** Detector: nm as a whole, at its end against its middle, and bent. */
  detectorNm?: readonly number[];
  missing?: readonly number[];
  strangers?: readonly { at: number; height: number }[];
  /** How far this disc's lines are from the table, cm⁻¹. */
  disc?: () => number;
}

/** Polystyrene without noise on a detector that is off in the given ways. */
function scene({
  laserNm = 0,
  detectorNm = [],
  missing = [],
  strangers = [],
  disc = () => 0,
}: Wrong): RamanScene & { trueNm: number[] } {
  const truth = withErrors(coefficients, detectorNm, pixels);
  const lines = [
    ...polystyrene.lines
      .filter(({ at }) => !missing.includes(at))
      .map(({ at, strength }) => ({ at: at + disc(), height: strength })),
    ...strangers,
  ].map(({ at, height }) => ({ nm: wavelengthOfShiftNm(at, 785 + laserNm), height }));
  const counts = Float64Array.from({ length: pixels }, (_, pixel) => {
    const nm = polynomial(truth, pixel);
    return lines.reduce(
      (sum, line) => sum + 5000 * line.height * Math.exp(-Math.LN2 * ((nm - line.nm) / 0.28) ** 2),
      200,
    );
  });
  const ripple = counts.map((value, pixel) => value + 2 * Math.sin(pixel * 2.4)); // a noise that is the same for everybody
  return {
    ...{
      exposures: [ripple],
      darks: [],
      maximumCounts: 65_535,
      coefficients,
      excitationNm: 785,
      standard: polystyrene,
    },
    trueNm: truth,
  };
}

const shift = fc.double({ min: -12, max: 12, noNaN: true });

describe("Raman-shift calibration with polystyrene", () => {
  it("passes an instrument that is right, and says that nothing moved", () => {
    const result = calibrateRamanShift(scene({}));
    expect(result).toMatchObject({ asFound: { verdict: "pass" }, verdict: "pass", moved: { what: "nothing" } });
    expect(result.lines.filter(({ found }) => found !== undefined)).toHaveLength(8);
  });

  it("brings any offset and stretch of the detector back to a tenth of the standard's uncertainty", () => {
    fc.assert(
      fc.property(shift, fc.double({ min: -0.2, max: 0.2, noNaN: true }), (offsetCm1, stretchNm) => {
        const given = scene({ detectorNm: [offsetCm1 * 0.07, stretchNm] });
        const { correction, range, verdict } = calibrateRamanShift(given);
        expect(verdict).toBe("pass");
        if (correction?.kind !== "raman-axis" || correction.coefficients === undefined) throw new Error("no axis");
        for (let pixel = 0; pixel < pixels; pixel += 16) {
          const truth = ramanShiftCm1(polynomial(given.trueNm, pixel), 785);
          if (truth < range!.from || truth > range!.to) continue;
          const got = ramanShiftCm1(polynomial(correction.coefficients, pixel), correction.excitationNm);
          expect(Math.abs(got - truth)).toBeLessThan(0.15);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("brings any laser back, whatever it blames", () => {
    fc.assert(
      fc.property(fc.double({ min: -0.7, max: 0.7, noNaN: true }), (laserNm) => {
        const { correction, lines, verdict } = calibrateRamanShift(scene({ laserNm }));
        expect(verdict).toBe("pass");
        expect(correction?.kind).toBe("raman-axis");
        for (const { residualAfter } of lines) expect(Math.abs(residualAfter ?? 0)).toBeLessThan(0.3);
      }),
      { numRuns: 40 },
    );
  });

  it("does not depend on the order or the number of exposures of the same light", () => {
    const given = scene({ laserNm: 0.2 });
    const [one] = given.exposures as Float64Array[];
    const single = calibrateRamanShift(given);
    const many = calibrateRamanShift({ ...given, exposures: [one!, one!, one!, one!] });
    expect(many.lines.map(({ found }) => found)).toEqual(single.lines.map(({ found }) => found));
  });

  it("with a lamp's axis puts the whole of the rest on the laser", () => {
    const laser = scene({ laserNm: 0.21 });
    expect(calibrateRamanShift({ ...laser, lampCoefficients: coefficients }).moved).toEqual({
      what: "laser",
      sentence: "The laser: 785.00 to 785.21 nm. Lamp lines are right, so the detector stands.",
    });
    const detector = scene({ detectorNm: [0.3] });
    expect(calibrateRamanShift({ ...detector, lampCoefficients: detector.trueNm }).moved?.what).toBe("detector");
    const both = scene({ laserNm: 0.3, detectorNm: [0.3] });
    expect(calibrateRamanShift({ ...both, lampCoefficients: both.trueNm }).moved?.what).toBe("both");
  });

  it("without a lamp calls a small move unclear, and a stretch the detector's", () => {
    expect(calibrateRamanShift(scene({ laserNm: 0.15 })).moved?.what).toBe("unclear");
    expect(calibrateRamanShift(scene({ detectorNm: [0, 0.5] })).moved?.what).toBe("detector");
  });

  it("blames the detector for a laser in at most 3 of 100 discs whose lines are only known to the standard's uncertainty", () => {
    const random = seededRandom(31);
    const blamed = Array.from({ length: 100 }, () => {
      const disc = () => (polystyrene.uncertainty / 2) * normal(random);
      return calibrateRamanShift(scene({ laserNm: 0.6 * (random() - 0.5), disc })).moved?.what;
    });
    expect(blamed.filter((what) => what === "detector").length).toBeLessThanOrEqual(3);
    expect(blamed.filter((what) => what === "unclear").length).toBeGreaterThan(20);
  });

  it("leaves strangers out and does without missing lines", () => {
    const strangers = [700, 905, 1250].map((at) => ({ at, height: 0.4 }));
    const result = calibrateRamanShift(scene({ laserNm: 0.2, missing: [795.8, 1450.5], strangers }));
    expect(result.verdict).toBe("pass");
    expect(result.lines.find(({ expected }) => expected === 795.8)).toMatchObject({ weight: 0 });
  });

  it("fails, and has no correction, without the line that must match, with too few lines, and of nothing", () => {
    const without = calibrateRamanShift(scene({ missing: [1001.4] }));
    expect(without).toMatchObject({ verdict: "fail", sentence: expect.stringContaining("1001.4") });
    expect(without.correction).toBeUndefined();
    const few = calibrateRamanShift(scene({ missing: [620.9, 795.8, 1155.3, 1450.5, 1583.1, 1602.3] }));
    expect(few.verdict).toBe("fail");
    const dark = { ...scene({}), exposures: [new Float64Array(pixels).fill(200)] };
    expect(calibrateRamanShift(dark)).toMatchObject({ verdict: "fail", sentence: "No line of polystyrene was found." });
  });

  it("fails when two lines contradict all others", () => {
    const strangers = [1007, 1608].map((at) => ({ at, height: 0.6 }));
    const result = calibrateRamanShift(scene({ missing: [1001.4, 1602.3], strangers }));
    expect(result.verdict).toBe("fail");
  });
});
