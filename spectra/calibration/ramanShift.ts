import type { CalibrationResult, Moved, ResidualLine } from "../../contract/calibration.ts";
import { airToVacuumNm, ramanShiftCm1 } from "../air.ts";
import { type AxisFit, type AxisProblem, fitAxis } from "./axisFit.ts";
import { leastSquares, robustLeastSquares } from "./leastSquares.ts";
import { ramanShiftLimits, verdictOf, vouchedShare, worstOf } from "./limits.ts";
import { detectorPosition, polynomial, withErrors } from "./polynomial.ts";
import { linesOf, pixelsOf, type Scene } from "./scene.ts";
import type { Standard } from "./standards.ts";
import { lineNote, standardUsed } from "./table.ts";
import { notVouched, usedWeight } from "./vouch.ts";

/** A Raman standard under the probe. */
export interface RamanScene extends Scene {
  /** Laser as the instrument's profile, or an earlier calibration, has it; nm, vacuum. */
  readonly excitationNm: number;
  readonly standard: Standard;
  readonly standardSerial?: string | undefined;
  /** Pixel to nm in air as a lamp has just shown it: what is still off then is the laser. */
  readonly lampCoefficients?: readonly number[] | undefined;
}

/** ENLIGHTEN searches within 20 cm⁻¹ (reference/field.md C1); a stretch of 10 to the axis' ends and a bend of 4 besides. */
const matchLimits = { offset: 20, stretch: 10, tolerance: 4 };

/**
 * Raman-shift check and fit: finds the standard's lines, says how far off they are, fits what is wrong, robustly and with
 * its own uncertainty, and says whether laser or detector moved. The verdict is that of the axis after the fit: fail
 * whenever the lines do not vouch for it (see {@link notVouched}).
 */
export function calibrateRamanShift(scene: RamanScene): CalibrationResult {
  const { standard, excitationNm, lampCoefficients } = scene;
  const pixels = pixelsOf(scene);
  const believed = lampCoefficients ?? scene.coefficients;
  const problem = problemOf(scene, believed, lampCoefficients === undefined ? "detector" : "laser");
  const fit = fitAxis(problem);
  const common = { kind: "raman-shift", unit: "cm⁻¹", standard: standardUsed(standard, scene.standardSerial) } as const;
  const { detectorC } = scene;
  const rest = { figures: [], limits: ramanShiftLimits, ...(detectorC === undefined ? {} : { detectorC }) };
  if (fit === undefined) {
    const sentence = `No line of ${standard.name.toLowerCase()} was found.`;
    const lines = problem.expected.map((line) => ({
      expected: line.target,
      ...{ uncertainty: line.uncertainty, role: line.role, limits: ramanShiftLimits, weight: 0, note: "not found" },
    }));
    return { ...common, ...rest, lines, asFound: { verdict: "fail", sentence }, verdict: "fail", sentence };
  }

  const moved = whatMoved(scene, problem, fit);
  const corrected = correction(scene, believed, pixels, fit, problem, moved.what);
  const found = (pixel: number, coefficients: readonly number[], laserNm: number) =>
    ramanShiftCm1(polynomial(coefficients, pixel), laserNm);
  const lines = problem.expected.map((line, i): ResidualLine => {
    const at = fit.matched[i];
    const weight = fit.weights[i] ?? 0;
    const row = {
      expected: line.target,
      ...{ uncertainty: line.uncertainty, role: line.role, limits: ramanShiftLimits, weight },
      note: lineNote(line.role, at === undefined ? undefined : weight),
    };
    if (at === undefined) return row;
    const before = found(at.pixel, scene.coefficients, excitationNm);
    const after = found(at.pixel, corrected.coefficients, corrected.excitationNm);
    return {
      ...row,
      found: before,
      residual: before - line.target,
      verdict: verdictOf(before - line.target, ramanShiftLimits),
      residualAfter: after - line.target,
      verdictAfter: verdictOf(after - line.target, ramanShiftLimits),
    };
  });

  // The primary counts also where it contradicts the others: it must match, if less well.
  const judged = lines.filter(({ role, weight }) => role === "primary" || (role === "key" && weight > usedWeight));
  const worst = (values: readonly (number | undefined)[]) => Math.max(0, ...values.map((v) => Math.abs(v ?? 0)));
  const before = worst(judged.map(({ residual }) => residual));
  const after = worst(judged.map(({ residualAfter }) => residualAfter));
  const asFound = {
    verdict: verdictOf(before, ramanShiftLimits),
    worst: before,
    sentence: `As found, key lines within ${before.toFixed(1)} cm⁻¹.`,
  };
  const why = notVouched(problem, fit, "cm⁻¹");
  const afterVerdict = worstOf([why.length > 0 ? "fail" : "pass", verdictOf(after, ramanShiftLimits)]);
  const afterFit = {
    verdict: afterVerdict,
    worst: after,
    sentence:
      why[0] ??
      `After the fit, key lines within ${after.toFixed(1)} cm⁻¹; the axis is known to ±${fit.uncertainty.toFixed(1)}.`,
  };
  return {
    ...common,
    ...rest,
    lines,
    ...(fit.range.from < fit.range.to ? { range: fit.range } : {}),
    figures: Number.isFinite(fit.uncertainty)
      ? [
          {
            ...{
              id: "axis-uncertainty",
              label: "Uncertainty of the axis (95 %)",
              value: fit.uncertainty,
              unit: "cm⁻¹",
            },
            ...{ limits: { pass: standard.uncertainty, warn: standard.uncertainty } },
            verdict: fit.uncertainty <= standard.uncertainty ? ("pass" as const) : ("fail" as const),
          },
        ]
      : [],
    asFound,
    afterFit,
    verdict: afterVerdict,
    sentence: `${afterFit.sentence} ${asFound.sentence.replace(/\.$/, "")}: ${asFound.verdict}.`,
    moved,
    ...(afterVerdict === "fail"
      ? {}
      : {
          correction: {
            kind: "raman-axis" as const,
            excitationNm: corrected.excitationNm,
            ...(corrected.isOwn ? {} : { coefficients: [...corrected.coefficients] }),
          },
        }),
  };
}

/** cm⁻¹ for a nanometre at a pixel. */
function perNm(coefficients: readonly number[], pixel: number): number {
  return 1e7 / airToVacuumNm(polynomial(coefficients, pixel)) ** 2;
}

/** An offset of the laser is the same at every shift; one of the detector, in nm, is larger where the light is bluer. */
function problemOf(scene: RamanScene, believed: readonly number[], offsetOf: "laser" | "detector"): AxisProblem {
  const pixels = pixelsOf(scene);
  const middle = perNm(believed, (pixels - 1) / 2);
  const { excitationNm, standard } = scene;
  const shift = (pixel: number) => ramanShiftCm1(polynomial(believed, pixel), excitationNm);
  const [low, high] = [shift(0), shift(pixels - 1)].sort((a, b) => a - b) as [number, number];
  return {
    expected: standard.lines
      .filter(({ at }) => at > low - matchLimits.offset && at < high + matchLimits.offset)
      .map(({ at, role, strength }) => ({ target: at, role, strength, uncertainty: standard.uncertainty })),
    search: linesOf(scene),
    pixels,
    believed: shift,
    shape: (k, pixel) =>
      k === 0 && offsetOf === "laser" ? 1 : detectorPosition(pixel, pixels) ** k * (perNm(believed, pixel) / middle),
    leastOrder: offsetOf === "laser" ? 0 : 1,
    mostOrder: 2,
    needsPrimary: true,
    limits: matchLimits,
    consistency: vouchedShare.raman * standard.uncertainty,
  };
}

interface Corrected {
  excitationNm: number;
  coefficients: readonly number[];
  /** The coefficients are still the instrument's own. */
  isOwn: boolean;
}

/** The fit as a laser wavelength and a polynomial of the detector: together they give the fitted axis. */
function correction(
  scene: RamanScene,
  believed: readonly number[],
  pixels: number,
  fit: AxisFit,
  problem: AxisProblem,
  moved: Moved["what"],
): Corrected {
  const perMiddleNm = perNm(believed, (pixels - 1) / 2);
  const order = fit.terms.length - 1;
  const byLaser = moved !== "detector";
  const terms = byLaser ? refitted(scene, believed, fit, problem, order) : fit.terms;
  const [offset = 0, ...others] = terms;
  const laserNm = byLaser ? 1e7 / (1e7 / scene.excitationNm + offset) : scene.excitationNm;
  const detector = [byLaser ? 0 : offset, ...others].map((term) => term / perMiddleNm);
  const isOwn = scene.lampCoefficients === undefined && detector.every((term) => term === 0);
  return { excitationNm: laserNm, coefficients: isOwn ? believed : withErrors(believed, detector, pixels), isOwn };
}

/** The same lines fitted with the laser's offset in place of the detector's. */
function refitted(
  scene: RamanScene,
  believed: readonly number[],
  fit: AxisFit,
  problem: AxisProblem,
  order: number,
): readonly number[] {
  const { shape } = problemShapes(scene, believed);
  const rows = usedRows(problem, fit);
  const solution = robustLeastSquares(
    rows.map(({ pixel }) => Array.from({ length: order + 1 }, (_, k) => shape(k, pixel))),
    rows.map(({ y }) => y),
    rows.map(({ sigma }) => sigma),
  );
  return solution === undefined ? fit.terms : [...solution.x];
}

function problemShapes(scene: RamanScene, believed: readonly number[]) {
  const pixels = pixelsOf(scene);
  const middle = perNm(believed, (pixels - 1) / 2);
  return {
    shape: (k: number, pixel: number) =>
      k === 0 ? 1 : detectorPosition(pixel, pixels) ** k * (perNm(believed, pixel) / middle),
  };
}

/** The lines that count: what they are off by, and how well it is known. */
function usedRows(problem: AxisProblem, fit: AxisFit) {
  return problem.expected.flatMap(({ target, uncertainty }, i) => {
    const line = fit.matched[i];
    if (line === undefined || !((fit.weights[i] ?? 0) > usedWeight)) return [];
    const { believed } = problem;
    const scale = Math.abs(believed(line.pixel + 0.5) - believed(line.pixel - 0.5));
    return [
      { pixel: line.pixel, y: target - believed(line.pixel), sigma: Math.hypot(line.sigma * scale, uncertainty / 10) },
    ];
  });
}

/** χ² by which an explanation must be worse than another to be ruled out: 99 % for one parameter. */
const ruledOut = 6.6;

/**
 * Laser or detector? After a lamp has set the detector, what is left is the laser's. Without a lamp the lines must say it: a laser
 * moves all of them by the same wavenumbers, a detector by the same nanometres, which are more wavenumbers at small
 * shifts, and only a detector stretches. (One that has moved and stretched just so can pass for a laser: hence "most likely".) Each line is taken to be known to half of the standard's expanded uncertainty, so
 * small moves stay unclear.
 */
function whatMoved(scene: RamanScene, problem: AxisProblem, fit: AxisFit): Moved {
  const { excitationNm, standard, lampCoefficients } = scene;
  const rows = usedRows(problem, fit).map((row) => ({
    ...row,
    sigma: Math.hypot(row.sigma, standard.uncertainty / 2),
  }));
  const believed = lampCoefficients ?? scene.coefficients;
  const pixels = pixelsOf(scene);
  const middle = perNm(believed, (pixels - 1) / 2);
  const detectorShape = (k: number, pixel: number) =>
    detectorPosition(pixel, pixels) ** k * (perNm(believed, pixel) / middle);
  const explain = (shapes: readonly ((pixel: number) => number)[]) => {
    const design = rows.map(({ pixel }) => shapes.map((shape) => shape(pixel)));
    const y = rows.map((row) => row.y);
    const solution = leastSquares(
      design,
      y,
      rows.map(({ sigma }) => 1 / sigma ** 2),
    );
    const terms = [...(solution?.x ?? [])];
    const chi2 = rows.reduce((sum, row, i) => {
      const rest = row.y - (design[i] ?? []).reduce((s, a, k) => s + a * (terms[k] ?? 0), 0);
      return sum + (rest / row.sigma) ** 2;
    }, 0);
    return { chi2, terms };
  };
  const laser = explain([() => 1]);
  const laserNm = 1e7 / (1e7 / excitationNm + (laser.terms[0] ?? 0));
  const laserWords = `${excitationNm.toFixed(2)} to ${laserNm.toFixed(2)} nm`;
  const largest = Math.max(0, ...rows.map(({ y }) => Math.abs(y)));
  const laserMoved = Math.abs(laser.terms[0] ?? 0) > standard.uncertainty;

  if (lampCoefficients !== undefined) {
    const lampMoved = rows.some(({ pixel }) => {
      const nm = polynomial(lampCoefficients, pixel) - polynomial(scene.coefficients, pixel);
      return Math.abs(nm) * perNm(believed, pixel) > standard.uncertainty;
    });
    if (!laserMoved && !lampMoved) return { what: "nothing", sentence: "Nothing: laser and detector stand." };
    if (!lampMoved) {
      return { what: "laser", sentence: `The laser: ${laserWords}. Lamp lines are right, so the detector stands.` };
    }
    if (!laserMoved) return { what: "detector", sentence: "The detector: the lamp lines are off, the laser stands." };
    return { what: "both", sentence: `Both: the lamp lines are off, and the laser went from ${laserWords}.` };
  }

  if (largest <= standard.uncertainty) {
    return { what: "nothing", sentence: "Nothing: every line is within what the standard itself is known to." };
  }
  const detector = explain([(p) => detectorShape(0, p)]);
  const stretched = explain([(p) => detectorShape(0, p), (p) => detectorShape(1, p)]);
  const detectorNm = `${signed((detector.terms[0] ?? 0) / middle)} nm`;
  if (Math.min(laser.chi2, detector.chi2) - stretched.chi2 > ruledOut) {
    return { what: "detector", sentence: "The detector: the error changes along the axis, as a laser's does not." };
  }
  if (detector.chi2 - laser.chi2 > ruledOut) {
    return {
      what: "laser",
      sentence: `Most likely the laser: ${laserWords}. All lines are off by the same wavenumbers. A lamp would prove it.`,
    };
  }
  if (laser.chi2 - detector.chi2 > ruledOut) {
    return { what: "detector", sentence: `The detector: by ${detectorNm}, the same along the axis.` };
  }
  return {
    what: "unclear",
    sentence: `Unclear: the laser (${laserWords}) or the detector (by ${detectorNm}) explain the lines alike. A lamp tells them apart.`,
  };
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
