import type { CalibrationResult } from "../../contract/calibration.ts";
import { LithoscopeError } from "../../contract/errors.ts";
import type { ProcedureStep, StepEntries } from "../../contract/procedure.ts";
import type { InstrumentProfile, Reading } from "../../contract/reading.ts";
import { curveFromText, positionsFromText } from "../../spectra/calibration/curve.ts";
import { checkDark } from "../../spectra/calibration/dark.ts";
import { calibrateExcitation } from "../../spectra/calibration/excitation.ts";
import { calibrateRamanShift } from "../../spectra/calibration/ramanShift.ts";
import { checkResolution } from "../../spectra/calibration/resolution.ts";
import {
  type CertifiedSource,
  calibrateResponse,
  enteredSource,
  intensityGlasses,
} from "../../spectra/calibration/response.ts";
import { netCounts, type Scene, wavelengthAt } from "../../spectra/calibration/scene.ts";
import { checkSplices } from "../../spectra/calibration/splice.ts";
import { checkShotStability, cleaningShots } from "../../spectra/calibration/stability.ts";
import {
  argon,
  lamps,
  libsStandards,
  mercuryArgon,
  ramanShiftStandards,
  type Standard,
} from "../../spectra/calibration/standards.ts";
import { calibrateWavelength } from "../../spectra/calibration/wavelength.ts";
import { calibrateWhite } from "../../spectra/calibration/white.ts";
import type { CorrectionsInForce } from "../calibrate.ts";

/** Exposures of a step: at these numbers it is asked whether they are enough; the last number is the most. */
export interface Exposures {
  readonly asked: readonly number[];
  readonly darks: number;
}

/** Faint lines ask for more light: each time twice as much as before (the simulated instruments of the proof do the same). */
export function exposuresOf({ kind }: Pick<ProcedureStep, "kind">): Exposures {
  switch (kind) {
    case "dark":
      return { asked: [8], darks: 1 };
    case "white":
    case "splice":
      return { asked: [8], darks: 4 };
    case "shot-stability":
      return { asked: [cleaningShots + 12], darks: 4 };
    default:
      return { asked: [8, 16, 32, 64], darks: 8 };
  }
}

/** What was taken for a step. */
export interface StepTaken {
  readonly readings: readonly Reading[];
  /** Light off and nothing shining; empty where a lamp shines by itself. */
  readonly darks: readonly Reading[];
}

export interface StepContext {
  readonly profile: InstrumentProfile;
  /** The axis before this run: what a calibration in force, or else the instrument, says. */
  readonly before: CorrectionsInForce;
  /** Results of this run's earlier steps, the last of each kind. */
  readonly earlier: readonly CalibrationResult[];
  readonly entries: StepEntries;
}

/**
 * The result of a step from its exposures. Pure. Throws certificate-invalid, and device-unknown for a Raman instrument whose
 * laser nobody entered.
 */
export function resultOf(step: ProcedureStep, taken: StepTaken, context: StepContext): CalibrationResult {
  const scene = sceneOf(taken, context);
  const { entries } = context;
  const standardSerial = entries.serial?.trim();
  switch (step.kind) {
    case "dark":
      return checkDark({ ...scene, darks: taken.readings.map(({ counts }) => counts) });
    case "raman-wavelength":
      return calibrateWavelength({
        ...scene,
        kind: step.kind,
        standard: chosen([argon, mercuryArgon], entries),
        standardSerial,
      });
    case "raman-shift": {
      const lamp = corrected(context.earlier, "raman-wavelength");
      return calibrateRamanShift({
        ...scene,
        ...{ excitationNm: laserOf(context), standard: chosen(ramanShiftStandards, entries), standardSerial },
        lampCoefficients: lamp?.kind === "wavelength" ? lamp.coefficients : undefined,
      });
    }
    case "excitation":
      return calibrateExcitation({ ...fittedScene(scene, context), standardSerial });
    case "resolution":
      return checkResolution(fittedScene(scene, context));
    case "raman-intensity-response": {
      const fitted = fittedScene(scene, context);
      return calibrateResponse({ ...fitted, standardSerial }, glass(fitted.excitationNm, entries));
    }
    case "white":
      return calibrateWhite({ ...scene, integrationUs: integrationOf(taken), standardSerial }, tile(entries));
    case "vnir-wavelength":
    case "libs-wavelength": {
      const standard = chosen(step.kind === "libs-wavelength" ? libsStandards : lamps, entries);
      const dips = step.kind === "vnir-wavelength" && standard.id === "certificate";
      return calibrateWavelength({ ...scene, kind: step.kind, standard, standardSerial, dips });
    }
    case "splice": {
      const white = corrected(context.earlier, "white");
      if (white?.kind !== "white") throw needsWhite();
      const seconds = integrationOf(taken) / 1e6;
      const share = netCounts(scene).map(
        (counts, i) => (counts / seconds / (white.countsPerS[i] ?? Number.NaN)) * (white.reflectance[i] ?? Number.NaN),
      );
      return checkSplices(
        Float64Array.from(share, (_, pixel) => wavelengthAt(scene, pixel)),
        share,
      );
    }
    case "libs-intensity":
      return calibrateResponse({ ...scene, standardSerial }, enteredSource("Certified lamp", pairs(entries, 0, 1e9)));
    case "shot-stability":
      return checkShotStability(scene);
  }
}

/** Throws certificate-invalid if what was typed is not understood: before anything is exposed. */
export function checkEntries(step: ProcedureStep, entries: StepEntries): void {
  if (step.kind === "white") tile(entries);
  if (step.kind === "libs-intensity") pairs(entries, 0, 1e9);
  if (step.kind === "raman-intensity-response" && entries.certificate?.trim()) pairs(entries, 0, 1e9);
  if (entries.standard === "certificate") positionsFromText(entries.certificate ?? "");
}

function sceneOf({ readings, darks }: StepTaken, { before }: StepContext): Scene {
  const [first] = readings;
  if (first === undefined) throw new Error("a step has exposures");
  return {
    exposures: readings.map(({ counts }) => counts),
    darks: darks.map(({ counts }) => counts),
    maximumCounts: first.maximumCounts,
    coefficients: before.axis?.coefficients ?? first.wavelengthCoefficients,
    detectorC: first.detectorC,
  };
}

/** The scene on the axis that this run has fitted so far. */
function fittedScene(scene: Scene, context: StepContext): Scene & { excitationNm: number } {
  const fit = corrected(context.earlier, "excitation") ?? corrected(context.earlier, "raman-shift");
  const lamp = corrected(context.earlier, "raman-wavelength");
  if (fit?.kind === "raman-axis") {
    return { ...scene, excitationNm: fit.excitationNm, coefficients: fit.coefficients ?? scene.coefficients };
  }
  const coefficients = lamp?.kind === "wavelength" ? lamp.coefficients : scene.coefficients;
  return { ...scene, excitationNm: laserOf(context), coefficients };
}

function corrected(results: readonly CalibrationResult[], kind: CalibrationResult["kind"]) {
  return results.findLast((result) => result.kind === kind)?.correction;
}

function laserOf({ before, profile }: StepContext): number {
  const laser = before.axis?.excitationNm ?? profile.excitationNm;
  if (laser !== undefined) return laser;
  throw new LithoscopeError(
    "device-unknown",
    "The laser wavelength of this Raman instrument is not known, so it has no Raman shift to calibrate.",
    "Enter the excitation wavelength of the instrument in Instruments.",
  );
}

function integrationOf({ readings }: StepTaken): number {
  return readings[0]?.settings.integrationUs ?? Number.NaN;
}

function chosen(
  standards: readonly [Standard, ...Standard[]] | readonly Standard[],
  { standard, certificate }: StepEntries,
): Standard {
  if (standard === "certificate") {
    const lines = positionsFromText(certificate ?? "");
    return {
      ...{ id: "certificate", name: "Certified lines", source: "certificate, as entered", quantity: "air" },
      uncertainty: 0.1, // nm: what NIST states for holmium oxide (reference/field.md C3)
      lines: lines.map((at) => ({ at, role: "key", strength: 1 })),
    };
  }
  const [first] = standards;
  const found = standards.find(({ id }) => id === standard) ?? first;
  if (found === undefined) throw new Error("a step has a standard");
  return found;
}

function glass(excitationNm: number, entries: StepEntries): CertifiedSource {
  if (entries.certificate?.trim()) return enteredSource("Certified source", pairs(entries, 0, 1e9));
  const found = intensityGlasses.find((g) => Math.abs(g.excitationNm - excitationNm) < 1);
  if (found !== undefined) return found;
  throw new LithoscopeError(
    "certificate-invalid",
    `There is no NIST glass for a laser of ${excitationNm.toFixed(0)} nm whose certificate Lithoscope holds.`,
    "Enter the certificate of your source, or leave the step out.",
  );
}

function tile(entries: StepEntries) {
  return pairs(entries, 0.01, 1.2);
}

function pairs({ certificate = "" }: StepEntries, least: number, most: number) {
  return curveFromText(certificate, { least, most });
}

function needsWhite(): LithoscopeError {
  return new LithoscopeError(
    "calibration-not-acceptable",
    "There is no white to compare with, so the joints cannot be checked.",
    "Take the white first.",
  );
}

/** Lines that the result has found, of those it expected; for the live trace. */
export function linesFound({ lines }: Pick<CalibrationResult, "lines">): { expected: number; found?: number }[] {
  return lines.map(({ expected, found }) => ({ expected, ...(found === undefined ? {} : { found }) }));
}

/** Whether the standard is under the probe at all: something of what was expected shows. */
export function isSeen(result: CalibrationResult): boolean {
  switch (result.kind) {
    case "dark":
    case "splice":
    case "shot-stability":
      return true;
    case "white":
    case "raman-intensity-response":
    case "libs-intensity":
      return result.verdict !== "fail";
    case "excitation":
    case "resolution":
      return result.lines.some(({ role, found }) => role === "primary" && found !== undefined);
    default:
      return result.verdict !== "fail" || result.lines.filter(({ weight }) => weight > 0.1).length >= leastSeen;
  }
}

/** A standard is there if so many of its lines agree, though the axis be not vouched for. */
const leastSeen = 4;
