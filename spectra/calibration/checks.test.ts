import { describe, expect, it } from "vitest";
import { wavelengthOfShiftNm } from "../air.ts";
import { normal, seededRandom } from "../random.ts";
import { curveFromText, positionsFromText, valueAt } from "./curve.ts";
import { checkDark } from "./dark.ts";
import { calibrateExcitation } from "./excitation.ts";
import { atLeast, verdictOf, worstOf } from "./limits.ts";
import { polynomial } from "./polynomial.ts";
import { checkResolution } from "./resolution.ts";
import { calibrateResponse, intensityGlasses } from "./response.ts";
import { checkSplices } from "./splice.ts";
import { checkShotStability } from "./stability.ts";
import { calcite } from "./standards.ts";
import { linesOnDetector } from "./testing/spectra.ts";
import { calibrateWhite } from "./white.ts";

const pixels = 1024;
const coefficients = [790, 0.142, -1e-5, -1e-9];
const nm = Float64Array.from({ length: pixels }, (_, pixel) => polynomial(coefficients, pixel));
const maximumCounts = 65_535;
const raman = (lines: readonly (readonly [number, number])[], fwhmNm: number, laserNm = 785) => ({
  ...{ coefficients, excitationNm: 785, maximumCounts, darks: [] },
  exposures: [
    linesOnDetector(
      nm,
      lines.map(([at, height]) => ({ nm: wavelengthOfShiftNm(at, laserNm), height })),
      { fwhmNm },
    ),
  ],
});

describe("limits", () => {
  it("are plain: pass up to one, warn up to the other, fail above, also of what is no number", () => {
    const limits = { pass: 1, warn: 2 };
    expect([0, -1, 1.5, -2.1, Number.NaN].map((v) => verdictOf(v, limits))).toEqual([
      "pass",
      "pass",
      "warn",
      "fail",
      "fail",
    ]);
    expect([5, 1.5, 0.5].map((v) => atLeast(v, { pass: 2, warn: 1 }))).toEqual(["pass", "warn", "fail"]);
    expect(worstOf(["pass", "warn"])).toBe("warn");
    expect(worstOf([])).toBe("pass");
  });
});

describe("resolution on calcite", () => {
  const lines = calcite.lines.map(({ at, strength }) => [at, 9000 * strength] as const);
  it("is the width of the line at 1085.91 cm⁻¹", () => {
    const result = checkResolution(raman(lines, 0.6));
    // 0.6 nm at 858 nm are 8.1 cm⁻¹
    expect(result.figures[0]).toMatchObject({ unit: "cm⁻¹", verdict: "pass" });
    expect(result.figures[0]!.value).toBeCloseTo(8.1, 0);
    expect(checkResolution(raman(lines, 1.3)).verdict).toBe("fail");
  });
  it("checks the axis by calcite's other lines, and fails without the line", () => {
    for (const { residual } of checkResolution(raman(lines, 0.6)).lines)
      expect(Math.abs(residual ?? 0)).toBeLessThan(0.3);
    expect(checkResolution(raman([[620, 5000]], 0.6)).verdict).toBe("fail");
  });
});

describe("laser zeroing on silicon", () => {
  it("puts the laser where 520.45 cm⁻¹ says it is", () => {
    const { correction, moved } = calibrateExcitation(raman([[520.45, 20_000]], 0.5, 785.3));
    expect(correction?.kind === "raman-axis" && correction.excitationNm).toBeCloseTo(785.3, 2);
    expect(moved?.what).toBe("laser");
    expect(calibrateExcitation(raman([[900, 20_000]], 0.5))).toMatchObject({ verdict: "fail" });
  });
});

describe("relative intensity", () => {
  const glass = intensityGlasses.find(({ id }) => id === "srm-2241")!;
  const optics = (at: number) => 0.2 + 0.8 * Math.exp(-(((at - 860) / 60) ** 2));
  const shift = (at: number) => 1e7 / 785 - 1e7 / (at * 1.000275);
  const seen = nm.map((at) => 30_000 * optics(at) * (glass.intensity(shift(at)) || 0.1));
  const result = calibrateResponse({ ...raman([], 1), exposures: [seen] }, glass);

  it("is the reverse of what the optics do, up to a scale", () => {
    if (result.correction?.kind !== "response") throw new Error("no response");
    const { wavelengthNm, factor } = result.correction;
    const products = [...wavelengthNm].map((at, i) => optics(at) * factor[i]!).slice(20, -20);
    expect(Math.max(...products) / Math.min(...products)).toBeLessThan(1.02);
  });
  it("speaks only where the glass is certified: from 200 cm⁻¹", () => {
    if (result.correction?.kind !== "response") throw new Error("no response");
    expect(shift(result.correction.wavelengthNm[0]!)).toBeGreaterThanOrEqual(199.5);
    expect(result.range!.from).toBeGreaterThanOrEqual(200);
  });
  it("fails where the glass is not certified at all, or too faint", () => {
    expect(calibrateResponse({ ...raman([], 1), excitationNm: 200 }, glass).verdict).toBe("fail");
    expect(
      calibrateResponse({ ...raman([], 1), exposures: [nm.map((_, i) => 20 * Math.sin(i * 2.4))] }, glass).verdict,
    ).toBe("fail");
  });
  it("has the certified values of NIST's glasses: 1 at the peak of each", () => {
    for (const { intensity } of intensityGlasses) {
      const values = Array.from({ length: 3900 }, (_, i) => intensity(100 + i)).filter(Number.isFinite);
      expect(Math.max(...values)).toBeGreaterThan(0.95);
      expect(Math.max(...values)).toBeLessThan(1.05);
      expect(Math.min(...values)).toBeGreaterThan(0);
    }
  });
});

describe("white reference", () => {
  const tile = curveFromText("700 0.98\n900 0.90", { least: 0.01, most: 1.2 });
  const white = (peak: number) =>
    calibrateWhite({ ...raman([], 1), exposures: [nm.map(() => peak)], integrationUs: 500_000 }, tile);
  it("divides by the tile's certificate, not by one, and knows nothing outside it", () => {
    const { correction, verdict } = white(40_000);
    if (correction?.kind !== "white") throw new Error("no white");
    expect(verdict).toBe("pass");
    expect(correction.countsPerS[0]).toBe(80_000);
    expect(correction.reflectance[0]).toBeCloseTo(0.98 - 0.08 * 0.45, 3); // 790 nm
    expect(correction.reflectance.at(-1)).toBeNaN(); // 923 nm
  });
  it("is refused too dim or too bright", () => {
    expect([white(5000).verdict, white(64_000).verdict, white(12_000).verdict]).toEqual(["fail", "fail", "warn"]);
  });
});

describe("dark, joints and shots", () => {
  const random = seededRandom(7);
  const dark = (level: number, hot = 0) =>
    Float64Array.from({ length: pixels }, (_, i) => level + 5 * normal(random) + (i < hot ? 5000 : 0));
  it("says when the dark is too bright or its pixels are hot", () => {
    const verdict = (...darks: Float64Array[]) => checkDark({ darks, maximumCounts }).verdict;
    expect(verdict(dark(1500), dark(1500))).toBe("pass");
    expect(verdict(dark(30_000), dark(30_000))).toBe("fail");
    expect(verdict(dark(1500, 20), dark(1500, 20))).toBe("fail");
  });
  it("sees a step where detectors join", () => {
    const axis = Float64Array.from({ length: 1500 }, (_, i) => 500 + i);
    const at = (step: number) =>
      checkSplices(
        axis,
        axis.map((x) => 0.9 + (x >= 1000 ? step : 0)),
      );
    expect(at(0)).toMatchObject({ verdict: "pass", figures: [{ id: "joint-1000" }, { id: "joint-1830" }] });
    expect(at(0.02).verdict).toBe("warn");
    expect(at(0.05).figures[0]!.value).toBeCloseTo(5.4, 1);
    expect(
      checkSplices(
        nm,
        nm.map(() => 1),
      ).sentence,
    ).toContain("no joint");
  });
  it("tells steady shots from failing ones, and leaves the cleaning shots out", () => {
    const shots = (level: (shot: number) => number) =>
      checkShotStability({
        ...{ coefficients, maximumCounts, darks: [new Float64Array(pixels)] },
        exposures: Array.from({ length: 15 }, (_, shot) =>
          linesOnDetector(
            nm,
            [800, 830, 860, 890].map((at) => ({ nm: at, height: 9000 * level(shot) })),
            { fwhmNm: 0.6 },
          ),
        ),
      });
    expect(shots((shot) => (shot < 3 ? 3 : 1 + 0.03 * normal(random))).verdict).toBe("pass");
    expect(shots((shot) => 1 - 0.04 * shot).figures.find(({ id }) => id === "trend")?.verdict).toBe("fail");
    expect(shots(() => 1 + 0.4 * normal(random)).verdict).toBe("fail");
    expect(shots(() => 0).verdict).toBe("fail");
  });
});

describe("a certificate as it is typed", () => {
  it("is understood with tabs, commas, semicolons and remarks, in any order", () => {
    const curve = curveFromText("# tile 17\n500\t0.97\n400, 0.96\n600;0.98\n", { least: 0, most: 1.2 });
    expect([...curve.at]).toEqual([400, 500, 600]);
    expect(valueAt(curve, 450)).toBeCloseTo(0.965, 9);
    expect(valueAt(curve, 601)).toBeNaN();
    expect(positionsFromText("536.6\n\n450.8\n536.6")).toEqual([450.8, 536.6]);
  });
  it("is refused with the line that is not understood", () => {
    const refused = (text: string) => () => curveFromText(text, { least: 0.01, most: 1.2 });
    expect(refused("400 0.9\n500 white")).toThrow('line 2 ("500 white")');
    expect(refused("400 98\n500 97")).toThrow("not between");
    expect(refused("400 0.9")).toThrow("fewer than two");
    expect(refused("400 0.9\n400 0.8")).toThrow("two values");
    expect(() => positionsFromText("abc")).toThrow("not a number");
  });
});
