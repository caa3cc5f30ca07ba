import { ulid } from "ulid";
import type { CalibrationResult, Signature } from "../../contract/calibration.ts";
import { LithoscopeError, toProblem } from "../../contract/errors.ts";
import type { CalibrationRun, Procedure, ProcedureStep, RunStep, StepEntries } from "../../contract/procedure.ts";
import type { Reading } from "../../contract/reading.ts";
import type { Spectrum } from "../../contract/spectrum.ts";
import { calibrate } from "../../devices/calibrate.ts";
import { procedures } from "../../devices/calibration/procedures.ts";
import {
  checkEntries,
  exposuresOf,
  isSeen,
  linesFound,
  resultOf,
  type StepContext,
  type StepTaken,
} from "../../devices/calibration/steps.ts";
import type { Instrument } from "../../devices/instrument.ts";
import { worstOf } from "../../spectra/calibration/limits.ts";
import type { Audience } from "../audience.ts";
import type { Recorder } from "../recorder.ts";
import { untilText, validityOf } from "./validity.ts";

/** How long a step waits for the standard to be laid under the probe. */
const waitMs = 60_000;
/** Numbers of exposures at which lines are looked for to be shown, before the step can be done. */
const shownAt = [1, 2, 4];

/** What a step has taken, kept until the run is signed. */
interface Kept {
  result: CalibrationResult;
  readings: Reading[];
  dark: Reading | undefined;
}

interface Open {
  run: CalibrationRun;
  readonly instrument: Instrument;
  /** By step id. */
  readonly kept: Map<string, Kept>;
}

/**
 * The guided calibration of the station: one run at a time, one step at a time. It lives here and not in a page, so that a page that
 * comes back finds it. Nothing is in force, and nothing in the journal, before an operator has signed.
 */
export class Calibrating {
  readonly #recorder: Recorder;
  readonly #audience: Audience;
  #open: Open | undefined;
  #step: { stop: AbortController; ended: Promise<void> } | undefined;

  constructor(recorder: Recorder, audience: Audience) {
    this.#recorder = recorder;
    this.#audience = audience;
  }

  get run(): CalibrationRun | undefined {
    return this.#open?.run;
  }

  /** Throws calibration-running, procedure-unknown. */
  begin(instrument: Instrument, procedureId: string): CalibrationRun {
    if (this.#open !== undefined) throw running();
    const { technique } = instrument.profile;
    const procedure = procedures.find(({ id, technique: t }) => id === procedureId && t === technique);
    const { instrument: identity } = instrument.status;
    if (procedure === undefined || identity === undefined) throw unknownProcedure(procedureId);
    this.#open = {
      instrument,
      kept: new Map(),
      run: {
        runId: ulid(),
        procedure,
        instrumentId: identity.serialNumber,
        startedAt: new Date().toISOString(),
        state: "open",
        steps: procedure.steps.map(({ id }) => ({ stepId: id, state: "waiting", results: [] })),
        sentence: "",
      },
    };
    return this.#publish();
  }

  /**
   * Takes a step, or takes it again: what later steps rested on it is then to be taken again as well. Rejects with
   * calibration-not-running, certificate-invalid, standard-not-seen, cancelled, or what the instrument says; the step is
   * then "failed" and can be repeated.
   */
  async take(runId: string, stepId: string, entries: StepEntries): Promise<CalibrationRun> {
    const open = this.#opened(runId);
    const step = stepOf(open.run.procedure, stepId);
    if (this.#step !== undefined) throw running();
    checkEntries(step, entries);
    const stop = new AbortController();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#step = { stop, ended };
    this.#forgetFrom(open, step);
    this.#set(open, { stepId, state: "acquiring", results: [] });
    try {
      const { kept, spectrum } = await this.#acquire(open, step, entries, stop.signal);
      open.kept.set(stepId, kept);
      this.#set(open, { stepId, state: "done", results: [kept.result], spectrum });
    } catch (error) {
      this.#set(open, { stepId, state: "failed", results: [], problem: toProblem(error) });
      throw error;
    } finally {
      this.#step = undefined;
      end();
    }
    return open.run;
  }

  /** Throws calibration-not-acceptable for a step that must be taken. */
  skip(runId: string, stepId: string): CalibrationRun {
    const open = this.#opened(runId);
    if (this.#step !== undefined) throw running();
    const step = stepOf(open.run.procedure, stepId);
    if (!step.optional) {
      throw new LithoscopeError(
        "calibration-not-acceptable",
        `${step.title} cannot be left out: the calibration rests on it.`,
        "Take the step, or leave the calibration.",
      );
    }
    this.#forgetFrom(open, step);
    this.#set(open, { stepId, state: "skipped", results: [] });
    return open.run;
  }

  /**
   * Signs the run. Resolves when every record is safe on disk. Throws calibration-not-acceptable while steps are missing or, for an
   * acceptance, while one fails.
   */
  async sign(runId: string, signature: Signature, decision: "accepted" | "refused"): Promise<string[]> {
    const open = this.#opened(runId);
    if (this.#step !== undefined) throw running();
    const { run, kept, instrument } = open;
    const results = [...kept.values()];
    const why = decision === "accepted" ? run.notAcceptable : results.length === 0 ? nothingTaken : undefined;
    if (why !== undefined) {
      throw new LithoscopeError(
        "calibration-not-acceptable",
        `This calibration cannot be signed: ${why}`,
        "Repeat the step, or refuse.",
      );
    }
    const ids: string[] = [];
    for (const { result, readings, dark } of inOrder(run.procedure, kept)) {
      const [first] = readings;
      if (first === undefined) continue;
      const calibrationId = ulid();
      const at = new Date();
      await this.#recorder.append({
        kind: decision === "accepted" ? "calibration-accepted" : "calibration-refused",
        ...{ calibrationId, runId, procedureId: run.procedure.id, at: at.toISOString() },
        ...{ instrument: first.instrument, profile: instrument.profile, result, signature, readings },
        validity: validityOf(result.kind, at, result.detectorC),
        ...(dark === undefined ? {} : { dark }),
      });
      ids.push(calibrationId);
    }
    this.#end(open);
    return ids;
  }

  /** Leaves the run without a record. */
  async abandon(runId: string): Promise<void> {
    const open = this.#opened(runId);
    this.cancel();
    await this.#step?.ended;
    this.#end(open);
  }

  /** Ends the step under way; its light goes off first. */
  cancel(): void {
    this.#step?.stop.abort();
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#step?.ended;
  }

  /** Exposes until the step's result is there: again and again until the standard shows, or a minute has gone. */
  async #acquire(
    open: Open,
    step: ProcedureStep,
    entries: StepEntries,
    signal: AbortSignal,
  ): Promise<{ kept: Kept; spectrum: Spectrum }> {
    const { instrument } = open;
    const { asked, darks } = exposuresOf(step);
    const most = asked.at(-1) ?? 1;
    const context: StepContext = {
      profile: instrument.profile,
      before: this.#recorder.calibrations.lastAccepted(open.run.instrumentId),
      earlier: inOrder(open.run.procedure, open.kept).map(({ result }) => result),
      entries,
    };
    const until = performance.now() + waitMs;
    for (;;) {
      let result: CalibrationResult | undefined;
      const computed = (readings: readonly Reading[], withDarks: readonly Reading[]) => {
        result = resultOf(step, takenFor(step, readings, withDarks), context);
        return result;
      };
      const { readings, darks: taken } = await instrument.measure({
        ...{ exposures: most, darks, lightOn: step.lightOn, covered: step.kind === "dark", signal },
        isEnough: (soFar, darksSoFar) => {
          const isAsked = asked.includes(soFar.length);
          if (!isAsked && !shownAt.includes(soFar.length)) return false;
          const now = computed(soFar, darksSoFar);
          return isAsked && (now.verdict !== "fail" || !isSeen(now));
        },
        onExposure: (soFar, dark) => this.#tellLive(open, step, context, soFar, dark, result),
      });
      const found = result ?? computed(readings, taken);
      const spectrum = traceOf(step, readings, taken[0] as Reading, context);
      if (isSeen(found)) {
        const dark = step.lightOn ? taken[0] : undefined;
        return { kept: { result: found, readings, dark }, spectrum };
      }
      if (performance.now() > until) throw notSeen(step, found);
    }
  }

  #tellLive(
    { run }: Open,
    step: ProcedureStep,
    context: StepContext,
    readings: readonly Reading[],
    dark: Reading,
    result: CalibrationResult | undefined,
  ): void {
    const lines = result === undefined ? [] : linesFound(result);
    const found = lines.filter((line) => line.found !== undefined).length;
    const done = result !== undefined && result.verdict !== "fail";
    const sentence =
      lines.length === 0
        ? `${readings.length === 1 ? "1 exposure" : `${readings.length} exposures`} of ${step.underProbe}.`
        : `${found} of ${lines.length} lines found.${done ? "" : ` Leave ${step.underProbe} where it is.`}`;
    this.#audience.tell("calibrationLive", {
      ...{ runId: run.runId, stepId: step.id, spectrum: traceOf(step, readings, dark, context) },
      ...{ lines, found, wanted: lines.length, done, sentence },
    });
  }

  #opened(runId: string): Open {
    if (this.#open?.run.runId === runId) return this.#open;
    throw new LithoscopeError(
      "calibration-not-running",
      "This calibration is not under way any more.",
      "Begin it again in Instruments.",
    );
  }

  /** What rests on a step is taken again when the step is. */
  #forgetFrom(open: Open, step: ProcedureStep): void {
    const { procedure } = open.run;
    const from = procedure.steps.indexOf(step);
    const rests = procedure.steps.slice(from + 1).filter(({ id }) => open.kept.has(id));
    for (const { id } of [step, ...rests]) open.kept.delete(id);
    const ids = new Set(rests.map(({ id }) => id));
    const steps = open.run.steps.map((s): RunStep => (ids.has(s.stepId) ? { ...s, state: "waiting", results: [] } : s));
    open.run = { ...open.run, steps };
  }

  #set(open: Open, step: RunStep): void {
    const steps = open.run.steps.map((s) => (s.stepId === step.stepId ? step : s));
    open.run = { ...open.run, steps };
    this.#publish();
  }

  #end(open: Open): void {
    this.#open = undefined;
    this.#audience.tell("calibration", { ...open.run, state: "ended" });
  }

  #publish(): CalibrationRun {
    const open = this.#open;
    if (open === undefined) throw new Error("a run is published while it is open");
    open.run = concluded(open.run);
    this.#audience.tell("calibration", open.run);
    return open.run;
  }
}

const nothingTaken = "nothing was taken.";

/** The run with what follows from its steps. */
function concluded(run: CalibrationRun): CalibrationRun {
  const { nextStepId: _, notAcceptable: __, validUntil: ___, ...rest } = run;
  const next = run.steps.find(({ state }) => state === "waiting" || state === "acquiring" || state === "failed");
  const results = run.steps.flatMap((step) => step.results);
  const failed = results.find(({ verdict }) => verdict === "fail");
  const missing = run.steps.find(
    ({ stepId, state }) => state !== "done" && state !== "skipped" && !stepOf(run.procedure, stepId).optional,
  );
  const why =
    missing !== undefined
      ? `${stepOf(run.procedure, missing.stepId).title} is not done.`
      : failed !== undefined
        ? failed.sentence
        : undefined;
  const judged = results.filter(({ kind }) => kind !== "dark");
  const sentence =
    judged.length === 0
      ? "Nothing is calibrated yet."
      : `${{ pass: "All is well", warn: "With a warning", fail: "It does not hold" }[worstOf(judged.map((r) => r.verdict))]}. ${judged[0]?.sentence ?? ""}`;
  const main = judged.find(({ correction }) => correction !== undefined);
  return {
    ...rest,
    state: next === undefined ? "signing" : "open",
    ...(next === undefined ? {} : { nextStepId: next.stepId }),
    ...(why === undefined ? {} : { notAcceptable: why }),
    sentence,
    ...(main === undefined ? {} : { validUntil: untilText(validityOf(main.kind, new Date(), main.detectorC)) }),
  };
}

function inOrder(procedure: Procedure, kept: ReadonlyMap<string, Kept>): Kept[] {
  return procedure.steps.flatMap(({ id }) => kept.get(id) ?? []);
}

/** A lamp shines into the darks as well: they are none. */
function takenFor(step: ProcedureStep, readings: readonly Reading[], darks: readonly Reading[]): StepTaken {
  return { readings, darks: step.lightOn ? darks : [] };
}

/** The step's exposures as a spectrum for people: on the axis before the run; a lamp's without a dark. */
function traceOf(
  step: ProcedureStep,
  readings: readonly Reading[],
  dark: Reading,
  { profile, before }: StepContext,
): Spectrum {
  const none = { ...dark, counts: new Uint16Array(dark.counts.length) };
  return calibrate(
    readings,
    step.lightOn ? dark : none,
    profile,
    before.axis === undefined ? {} : { axis: before.axis },
  );
}

function stepOf({ steps }: Procedure, stepId: string): ProcedureStep {
  const step = steps.find(({ id }) => id === stepId);
  if (step !== undefined) return step;
  throw unknownProcedure(stepId);
}

function unknownProcedure(id: string): LithoscopeError {
  return new LithoscopeError(
    "procedure-unknown",
    `There is no calibration "${id}" for this instrument.`,
    "Choose one from the list.",
  );
}

function running(): LithoscopeError {
  return new LithoscopeError(
    "calibration-running",
    "A calibration is under way already.",
    "Finish it, or leave it, before you begin another.",
  );
}

function notSeen({ underProbe }: ProcedureStep, { sentence }: CalibrationResult): LithoscopeError {
  return new LithoscopeError(
    "standard-not-seen",
    `The standard does not show. ${sentence}`,
    `Is this under the probe: ${underProbe}? Then take the step again.`,
  );
}
