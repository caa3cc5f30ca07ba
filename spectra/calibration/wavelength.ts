import type { CalibrationKind, CalibrationResult, Limits, ResidualLine } from "../../contract/calibration.ts";
import { vacuumToAirNm } from "../air.ts";
import { type AxisProblem, fitAxis } from "./axisFit.ts";
import { fitRmsPixels, fitWorstPixels, verdictOf, vouchedShare, wavelengthLimits, worstOf } from "./limits.ts";
import type { MatchLimits } from "./match.ts";
import { detectorPosition, polynomial, withErrors } from "./polynomial.ts";
import { linesOf, pixelsOf, type Scene } from "./scene.ts";
import type { Standard } from "./standards.ts";
import { lineNote, standardUsed } from "./table.ts";
import { fullWeight, notVouched, usedWeight } from "./vouch.ts";

/** A lamp, a target or an absorbing glass whose lines have known wavelengths. */
export interface WavelengthScene extends Scene {
  readonly kind: Extract<CalibrationKind, "raman-wavelength" | "vnir-wavelength" | "libs-wavelength">;
  readonly standard: Standard;
  readonly standardSerial?: string | undefined;
  /** The standard absorbs: its lines are minima. */
  readonly dips?: boolean | undefined;
}

/** How far off the axis may be, nm, and what it may bend; never less than so many pixels. */
const matchLimits: Record<WavelengthScene["kind"], MatchLimits & { pixels: number }> = {
  "raman-wavelength": { offset: 3, stretch: 1.5, tolerance: 0.6, pixels: 2 },
  "vnir-wavelength": { offset: 6, stretch: 4, tolerance: 1.2, pixels: 3 },
  "libs-wavelength": { offset: 0.8, stretch: 0.3, tolerance: 0.25, pixels: 1.2 },
};

/** The standard's own uncertainty, but not less than the quarter of a pixel that a fit may scatter (reference/field.md C3). */
function toleranceNm(standard: Standard, nmPerPixel: number): number {
  return Math.max(standard.uncertainty, fitRmsPixels.pass * nmPerPixel);
}

/**
 * Wavelength check and fit: which line is which, how far off they are, and a polynomial of up to the third order, as many terms
 * as the lines show. Tables in vacuum are brought to air, in which axes are kept; residuals are in nm in air.
 */
export function calibrateWavelength(scene: WavelengthScene): CalibrationResult {
  const { kind, standard, coefficients, detectorC } = scene;
  const pixels = pixelsOf(scene);
  const middle = (pixels - 1) / 2;
  const nm = (pixel: number) => polynomial(coefficients, pixel);
  const perPixel = Math.abs(nm(middle + 0.5) - nm(middle - 0.5));
  const [low, high] = [nm(0), nm(pixels - 1)].sort((a, b) => a - b) as [number, number];
  const { pixels: leastPixels, ...most } = matchLimits[kind];
  const limits = { ...most, tolerance: Math.max(most.tolerance, leastPixels * perPixel) };
  const problem: AxisProblem = {
    expected: standard.lines
      .map(({ at, role, strength }) => ({
        ...{ role, strength, uncertainty: standard.uncertainty, target: inAir(standard, at) },
      }))
      .filter(({ target }) => target > low - limits.offset && target < high + limits.offset),
    search: linesOf(scene, scene.dips),
    pixels,
    believed: nm,
    shape: (k, pixel) => detectorPosition(pixel, pixels) ** k,
    leastOrder: 1,
    mostOrder: 3,
    needsPrimary: false, // the brightest line of a lamp is the first to saturate
    limits,
    consistency: vouchedShare.lamp * toleranceNm(standard, perPixel),
  };
  const fit = fitAxis(problem);
  // LIBS: half of the width of a line, and twice that (reference/field.md C4); else the limits of C3.
  const width = (fit?.matched ?? []).flatMap((line) => (line ? [line.fwhm * perPixel] : [])).sort((a, b) => a - b);
  const fwhm = width[width.length >> 1] ?? perPixel;
  const asFoundLimits: Limits = kind === "libs-wavelength" ? { pass: fwhm / 2, warn: fwhm } : wavelengthLimits;
  const common = {
    ...{ kind, unit: "nm", standard: standardUsed(standard, scene.standardSerial), limits: asFoundLimits },
    ...(detectorC === undefined ? {} : { detectorC }),
  };
  if (fit === undefined) {
    const sentence = `No lines of ${standard.name} were found.`;
    const lines = problem.expected.map((line) => ({
      expected: line.target,
      ...{ uncertainty: line.uncertainty, role: line.role, limits: asFoundLimits, weight: 0, note: "not found" },
    }));
    return { ...common, lines, figures: [], asFound: { verdict: "fail", sentence }, verdict: "fail", sentence };
  }

  const corrected = withErrors(coefficients, fit.terms, pixels);
  const afterLimits: Limits = { pass: fitWorstPixels.pass * perPixel, warn: fitWorstPixels.warn * perPixel };
  const lines = problem.expected.map((line, i): ResidualLine => {
    const at = fit.matched[i];
    const weight = fit.weights[i] ?? 0;
    const row = {
      expected: line.target,
      ...{ uncertainty: line.uncertainty, role: line.role, limits: asFoundLimits, weight },
      note: lineNote(line.role === "primary" ? "key" : line.role, at === undefined ? undefined : weight),
    };
    if (at === undefined) return row;
    const before = nm(at.pixel) - line.target;
    const after = polynomial(corrected, at.pixel) - line.target;
    return {
      ...row,
      found: nm(at.pixel),
      residual: before,
      verdict: verdictOf(before, asFoundLimits),
      residualAfter: after,
      verdictAfter: verdictOf(after, afterLimits),
    };
  });
  const used = lines.filter(({ weight }) => weight > usedWeight);
  const worst = (values: readonly (number | undefined)[]) => Math.max(0, ...values.map((v) => Math.abs(v ?? 0)));
  const before = worst(used.map(({ residual }) => residual));
  const after = worst(lines.filter(({ weight }) => weight > fullWeight).map(({ residualAfter }) => residualAfter));
  const rmsPixels = fit.rms / perPixel;
  const why = notVouched(problem, fit, "nm");
  const turns = turnsBack(corrected, pixels);
  if (turns) why.push("The fitted axis turns back on itself.");
  const verdict = worstOf([
    why.length > 0 ? "fail" : "pass",
    verdictOf(rmsPixels, fitRmsPixels),
    verdictOf(after, afterLimits),
  ]);
  const asFound = {
    verdict: verdictOf(before, asFoundLimits),
    worst: before,
    sentence: `As found, lines within ${before.toFixed(2)} nm.`,
  };
  const sentence =
    why[0] ??
    `After the fit, ${used.length} lines within ${after.toFixed(2)} nm; the axis is known to ±${fit.uncertainty.toFixed(2)}.`;
  return {
    ...common,
    lines,
    ...(fit.range.from < fit.range.to ? { range: fit.range } : {}),
    figures: [
      {
        ...{ id: "fit-rms", label: "Scatter of the fit", value: rmsPixels, unit: "pixels" },
        ...{ limits: fitRmsPixels, verdict: verdictOf(rmsPixels, fitRmsPixels) },
      },
      {
        ...{ id: "line-width", label: "Width of the lines", value: fwhm, unit: "nm", verdict: "pass" as const },
      },
    ],
    asFound,
    afterFit: { verdict, worst: after, sentence },
    verdict,
    sentence: `${sentence} ${asFound.sentence.replace(/\.$/, "")}: ${asFound.verdict}.`,
    ...(verdict === "fail" ? {} : { correction: { kind: "wavelength" as const, coefficients: corrected } }),
  };
}

/** Wavelength in air, nm, of a line of a lamp's or a target's table, whichever medium it is printed in. */
export function inAir({ quantity, id }: Standard, at: number): number {
  if (quantity === "air") return at;
  if (quantity === "vacuum") return vacuumToAirNm(at);
  throw new Error(`${id} has Raman shifts, not wavelengths`);
}

function turnsBack(coefficients: readonly number[], pixels: number): boolean {
  const rises = polynomial(coefficients, pixels - 1) > polynomial(coefficients, 0);
  for (let pixel = 1; pixel < pixels; pixel += 1) {
    if (polynomial(coefficients, pixel) > polynomial(coefficients, pixel - 1) !== rises) return true;
  }
  return false;
}
