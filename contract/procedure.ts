import { z } from "zod";
import { CalibrationKind, CalibrationResult } from "./calibration.ts";
import { Problem } from "./errors.ts";
import { Spectrum, Technique } from "./spectrum.ts";

const Ulid = z.ulid();

/** Something the operator must enter before a step, because no list can know it. */
export const ProcedureEntry = z.object({
  id: z.enum(["serial", "certificate", "standard"]),
  label: z.string(),
  /** "lines": one position a line; "pairs": wavelength nm and value, one pair a line; "choice": one of `choices`. */
  format: z.enum(["text", "lines", "pairs", "choice"]),
  choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  required: z.boolean(),
  hint: z.string(),
});
export type ProcedureEntry = z.infer<typeof ProcedureEntry>;

/** One screen of the wizard. */
export const ProcedureStep = z.object({
  id: z.string(),
  kind: CalibrationKind,
  /** Short, for the row of steps: "Polystyrene". */
  title: z.string(),
  /** What to do, one or two sentences. */
  instruction: z.string(),
  /** What lies under the probe: "the polystyrene disc". */
  underProbe: z.string(),
  /** Lines to draw over the live trace; empty where the step looks at no lines. */
  expected: z.array(z.object({ position: z.number(), role: z.enum(["primary", "key", "other"]) })),
  /** Unit of the live trace's axis: "cm⁻¹" or "nm". */
  unit: z.string(),
  /** Whether the instrument's own light is on. */
  lightOn: z.boolean(),
  /** How the step knows that it is done: "4 lines found, 1001.4 among them". */
  doneWhen: z.string(),
  optional: z.boolean(),
  entries: z.array(ProcedureEntry),
});
export type ProcedureStep = z.infer<typeof ProcedureStep>;

/** A guided calibration; the last screen, the signature, is not a step. */
export const Procedure = z.object({
  id: z.string(),
  technique: Technique,
  title: z.string(),
  steps: z.array(ProcedureStep).min(1),
});
export type Procedure = z.infer<typeof Procedure>;

/** Entries by {@link ProcedureEntry} id, as typed. */
export const StepEntries = z.partialRecord(ProcedureEntry.shape.id, z.string().max(20_000));
export type StepEntries = z.infer<typeof StepEntries>;

/**
 * waiting: not begun; acquiring: exposures come in until it is done; done: it has a result, whatever the verdict;
 * skipped; failed: there is a problem instead of a result, repeat it.
 */
export const RunStep = z.object({
  stepId: z.string(),
  state: z.enum(["waiting", "acquiring", "done", "skipped", "failed"]),
  /** A step can give more than one result: polystyrene tells the shift and the laser. */
  results: z.array(CalibrationResult),
  /** The mean of the step's exposures, for the plot behind the table. */
  spectrum: Spectrum.optional(),
  problem: Problem.optional(),
});
export type RunStep = z.infer<typeof RunStep>;

/** A calibration under way. One at a time; it lives in the station, so a page that comes back finds it. */
export const CalibrationRun = z.object({
  runId: Ulid,
  procedure: Procedure,
  /** Serial number. */
  instrumentId: z.string(),
  startedAt: z.iso.datetime(),
  /** open: steps can be taken; signing: every step is done or skipped; ended: signed or refused or abandoned. */
  state: z.enum(["open", "signing", "ended"]),
  steps: z.array(RunStep),
  /** The step to take next; absent when all are done. */
  nextStepId: z.string().optional(),
  /** Why it cannot be accepted now; absent if it can. */
  notAcceptable: z.string().optional(),
  /** What a person reads before signing. */
  sentence: z.string(),
  /** "11:43 or ±5 °C": until when it would hold, if signed now. */
  validUntil: z.string().optional(),
});
export type CalibrationRun = z.infer<typeof CalibrationRun>;

/** The live trace of the step under way, after each exposure. */
export const CalibrationLive = z.object({
  runId: Ulid,
  stepId: z.string(),
  spectrum: Spectrum,
  /** Lines of the standard in the axis' unit, and where they were found so far. */
  lines: z.array(z.object({ expected: z.number(), found: z.number().optional() })),
  found: z.int().nonnegative(),
  wanted: z.int().nonnegative(),
  done: z.boolean(),
  /** "7 of 8 lines found. Leave the disc until you have signed." */
  sentence: z.string(),
});
export type CalibrationLive = z.infer<typeof CalibrationLive>;
