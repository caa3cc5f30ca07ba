import type { CalibrationResult } from "../../contract/calibration.ts";
import { ramanShiftCm1 } from "../air.ts";
import { ramanShiftLimits, resolutionLimits, verdictOf } from "./limits.ts";
import { polynomial } from "./polynomial.ts";
import { linesOf, type Scene } from "./scene.ts";
import { calcite } from "./standards.ts";
import { lineNote, standardUsed } from "./table.ts";

/** How far from its certified place a line is still taken for it, cm⁻¹. */
const nearCm1 = 10;

/**
 * Resolution as the width of calcite's line at 1085.91 cm⁻¹, laser and all (ASTM E2529; European Pharmacopoeia 2.2.48), and
 * calcite's other lines as a check of the axis by a mineral that the fit has not seen. The axis is that of the scene.
 */
export function checkResolution(
  scene: Scene & { readonly excitationNm: number; readonly standardSerial?: string | undefined },
): CalibrationResult {
  const { coefficients, excitationNm, detectorC } = scene;
  const shift = (pixel: number) => ramanShiftCm1(polynomial(coefficients, pixel), excitationNm);
  const found = linesOf(scene).lines;
  const lines = calcite.lines.map(({ at, role }) => {
    const near = found
      .filter(({ pixel }) => Math.abs(shift(pixel) - at) < nearCm1)
      .sort((a, b) => b.height - a.height)[0];
    const row = { expected: at, uncertainty: calcite.uncertainty, role, limits: ramanShiftLimits };
    if (near === undefined) return { line: { ...row, weight: 0, note: lineNote(role, undefined) } };
    const residual = shift(near.pixel) - at;
    const verdict = verdictOf(residual, ramanShiftLimits);
    const width = near.fwhm * Math.abs(shift(near.pixel + 0.5) - shift(near.pixel - 0.5));
    return { line: { ...row, found: shift(near.pixel), residual, verdict, weight: 1, note: lineNote(role, 1) }, width };
  });
  const width = lines.find(({ line }) => line.role === "primary")?.width;
  const common = {
    ...{ kind: "resolution" as const, unit: "cm⁻¹", standard: standardUsed(calcite, scene.standardSerial) },
    ...{ lines: lines.map(({ line }) => line), limits: resolutionLimits },
    ...(detectorC === undefined ? {} : { detectorC }),
  };
  if (width === undefined) {
    const sentence = "Calcite's line at 1085.9 cm⁻¹ was not found.";
    return { ...common, figures: [], asFound: { verdict: "fail", sentence }, verdict: "fail", sentence };
  }
  const verdict = verdictOf(width, resolutionLimits);
  const sentence = `Calcite's line is ${width.toFixed(1)} cm⁻¹ wide at half its height.`;
  return {
    ...common,
    figures: [
      { id: "width", label: "Width at half height", value: width, unit: "cm⁻¹", limits: resolutionLimits, verdict },
    ],
    asFound: { verdict, worst: width, sentence },
    verdict,
    sentence,
  };
}
