import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { airToVacuumNm } from "../air.ts";
import { polynomial, withErrors } from "./polynomial.ts";
import { mercuryArgon, type Standard, titanium } from "./standards.ts";
import { linesOnDetector } from "./testing/spectra.ts";
import { calibrateWavelength, inAir, type WavelengthScene } from "./wavelength.ts";

const pixels = 1024;
const vnir = [350, 0.72, -4e-5, 0];
const libs = [238, 0.185, -8e-6, 0];

function scene(kind: WavelengthScene["kind"], standard: Standard, own: readonly number[], wrongNm: readonly number[]) {
  const truth = withErrors(own, wrongNm, pixels);
  const nm = Float64Array.from({ length: pixels }, (_, pixel) => polynomial(truth, pixel));
  const lines = standard.lines.map(({ at, strength }) => ({ nm: inAir(standard, at), height: 8000 * strength }));
  const counts = linesOnDetector(nm, lines, { fwhmNm: kind === "libs-wavelength" ? 0.5 : 2 });
  return { scene: { kind, standard, coefficients: own, exposures: [counts], darks: [], maximumCounts: 65_535 }, nm };
}

describe("wavelength calibration", () => {
  it("brings an offset, a stretch and a bend of a VNIR detector back to a tenth of a pixel", () => {
    const error = (size: number) => fc.double({ min: -size, max: size, noNaN: true });
    fc.assert(
      fc.property(error(4), error(1.5), error(0.8), error(0.3), (...wrongNm) => {
        const { scene: given, nm } = scene("vnir-wavelength", mercuryArgon, vnir, wrongNm);
        const { correction, range, verdict } = calibrateWavelength(given);
        expect(verdict).not.toBe("fail");
        if (correction?.kind !== "wavelength") throw new Error("no axis");
        for (const [pixel, truth] of nm.entries()) {
          if (truth < range!.from || truth > range!.to) continue;
          expect(Math.abs(polynomial(correction.coefficients, pixel) - truth)).toBeLessThan(0.07);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("holds titanium's list for vacuum, as its C I line shows, and brings it to air", () => {
    const { scene: given } = scene("libs-wavelength", titanium, libs, []);
    const { lines, asFound, standard } = calibrateWavelength(given);
    expect(standard?.source).toContain("vacuum");
    expect(asFound.worst).toBeLessThan(0.02);
    expect(airToVacuumNm(lines[0]!.expected)).toBeCloseTo(245.1177, 4);
    // Read as if it were in air the same list would be 0.07 to 0.11 nm off, more than the 0.05 to which it must be known.
    const asAir = calibrateWavelength({ ...given, standard: { ...titanium, quantity: "air" } });
    for (const { residual } of asAir.lines) if (residual !== undefined) expect(residual).toBeLessThan(-0.06);
  });

  it("does without the brightest line of a lamp, which saturates first", () => {
    const { scene: given } = scene("vnir-wavelength", mercuryArgon, vnir, [1.2]);
    const [counts] = given.exposures;
    const full = { ...given, exposures: [counts!.map((c) => Math.min(c, 7000))], maximumCounts: 7000 };
    const result = calibrateWavelength(full);
    expect(result.verdict).toBe("pass");
    expect(result.lines.find(({ expected }) => expected === 546.074)?.weight).toBe(0);
  });

  it("finds the bands of an absorbing glass by their certificate, as minima", () => {
    const certified = [420, 452, 488, 540, 585, 641, 702, 756, 811, 874, 930];
    const glass: Standard = {
      ...{ id: "certificate", name: "Glass", source: "certificate", quantity: "air", uncertainty: 0.1 },
      lines: certified.map((at) => ({ at, role: "key", strength: 1 })),
    };
    const { scene: given } = scene("vnir-wavelength", glass, vnir, [-0.8, 0.4]);
    const dips = given.exposures.map((counts) => counts.map((c) => 20_000 - c));
    const result = calibrateWavelength({ ...given, exposures: dips, dips: true });
    expect(result.verdict).toBe("pass");
    expect(result.lines.every(({ found }) => found !== undefined)).toBe(true);
  });

  it("fails of the wrong lamp", () => {
    const { scene: given } = scene("vnir-wavelength", mercuryArgon, vnir, [0.5]);
    const other = {
      ...mercuryArgon,
      lines: mercuryArgon.lines.map((l, i) => ({ ...l, at: l.at + 9 + 7 * Math.sin(i * 3) })),
    };
    expect(calibrateWavelength({ ...given, standard: other }).verdict).toBe("fail");
  });
});
