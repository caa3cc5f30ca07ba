import type { CalibrationResult } from "../../contract/calibration.ts";
import { ramanShiftCm1 } from "../air.ts";
import { siliconLimits, verdictOf } from "./limits.ts";
import { polynomial } from "./polynomial.ts";
import { linesOf, type Scene } from "./scene.ts";
import { silicon } from "./standards.ts";
import { standardUsed } from "./table.ts";

/** How far silicon's line is looked for, cm⁻¹; beyond, the shift check comes first. */
const reachCm1 = 20;
/** Standard error of the centre for a line that fixes a laser, cm⁻¹: about half of what silicon is known to. */
const centreLimits = { pass: 0.15, warn: 0.3 };

/**
 * Laser zeroing: silicon's one line says where the laser is, if the detector's axis is right (a lamp or polystyrene before it).
 * One line has no redundancy, so it may not move the axis further than a check with more lines would have let it.
 */
export function calibrateExcitation(
  scene: Scene & { readonly excitationNm: number; readonly standardSerial?: string | undefined },
): CalibrationResult {
  const { coefficients, excitationNm, detectorC } = scene;
  const [line] = silicon.lines;
  const expected = line?.at ?? Number.NaN;
  const shift = (pixel: number, laserNm: number) => ramanShiftCm1(polynomial(coefficients, pixel), laserNm);
  const found = linesOf(scene)
    .lines.filter(({ pixel }) => Math.abs(shift(pixel, excitationNm) - expected) < reachCm1)
    .sort((a, b) => b.height - a.height)[0];
  const row = { expected, uncertainty: silicon.uncertainty, role: "primary" as const, limits: siliconLimits };
  const common = {
    ...{ kind: "excitation" as const, unit: "cm⁻¹", standard: standardUsed(silicon, scene.standardSerial) },
    ...{ limits: siliconLimits, figures: [] },
    ...(detectorC === undefined ? {} : { detectorC }),
  };
  if (found === undefined) {
    const sentence = "Silicon's line at 520.45 cm⁻¹ was not found.";
    const lines = [{ ...row, weight: 0, note: "not found" }];
    return { ...common, lines, asFound: { verdict: "fail", sentence }, verdict: "fail", sentence };
  }
  const before = shift(found.pixel, excitationNm) - expected;
  const laserNm = 1e7 / (1e7 / excitationNm - before);
  const scale = Math.abs(shift(found.pixel + 0.5, excitationNm) - shift(found.pixel - 0.5, excitationNm));
  const known = found.sigma * scale;
  const verdict = verdictOf(known, centreLimits);
  const asFound = {
    verdict: verdictOf(before, siliconLimits),
    worst: Math.abs(before),
    sentence: `Silicon was found ${Math.abs(before).toFixed(2)} cm⁻¹ off.`,
  };
  const sentence =
    verdict === "fail"
      ? `Silicon's line is too faint: it is known to ±${known.toFixed(2)} cm⁻¹ only.`
      : `The laser is at ${laserNm.toFixed(3)} nm. ${asFound.sentence}`;
  const isStill = Math.abs(before) <= silicon.uncertainty;
  return {
    ...common,
    lines: [
      {
        ...row,
        ...{ found: shift(found.pixel, excitationNm), residual: before, verdict: asFound.verdict },
        ...{
          residualAfter: shift(found.pixel, laserNm) - expected,
          verdictAfter: "pass",
          weight: 1,
          note: "must match",
        },
      },
    ],
    asFound,
    afterFit: { verdict, worst: 0, sentence },
    verdict,
    sentence,
    moved: isStill
      ? { what: "nothing", sentence: "Nothing: silicon is where it must be." }
      : {
          what: "laser",
          sentence: `The laser: ${excitationNm.toFixed(3)} to ${laserNm.toFixed(3)} nm, if the detector stands.`,
        },
    ...(verdict === "fail"
      ? {}
      : { correction: { kind: "raman-axis" as const, excitationNm: laserNm, coefficients: [...coefficients] } }),
  };
}
