import type { Verdict } from "../../contract/calibration.ts";
import type { CalibrationRun, ProcedureStep, RunStep } from "../../contract/procedure.ts";
import type { MarkName } from "../parts/icons.tsx";
import { verdictMark, worstVerdict } from "./verdict.ts";

/** The last screen of a run, which is no step of it. */
export const signing = "signing";

/** A step of the procedure with how far it has come. */
export interface StepView {
  readonly step: ProcedureStep;
  readonly run: RunStep;
  readonly number: number;
}

export const stepViews = ({ procedure, steps }: Pick<CalibrationRun, "procedure" | "steps">): StepView[] =>
  procedure.steps.map((step, i) => ({
    step,
    run: steps.find(({ stepId }) => stepId === step.id) ?? { stepId: step.id, state: "waiting", results: [] },
    number: i + 1,
  }));

/** The mark before a step's title; undefined while it only has a number. */
export function stepMark({ state, results }: Pick<RunStep, "state" | "results">): MarkName | undefined {
  switch (state) {
    case "waiting":
      return undefined;
    case "acquiring":
      return "busy";
    case "skipped":
      return "off";
    case "failed":
      return "failed";
    case "done":
      return verdictMark[worstVerdict(results.map(({ verdict }) => verdict)) ?? "pass"];
  }
}

/**
 * The screen to show: what is being measured before all else, then the one that the operator looks at, else the next to
 * take; {@link signing} when there is none left.
 */
export function shownScreen(run: CalibrationRun, wanted: string | undefined): string {
  const acquiring = run.steps.find(({ state }) => state === "acquiring");
  if (acquiring) return acquiring.stepId;
  if (wanted === signing && run.state !== "open") return signing;
  if (run.procedure.steps.some(({ id }) => id === wanted)) return wanted ?? signing;
  return run.nextStepId ?? signing;
}

/** Where "next" leads from a step: the next one to take, or the signature. */
export const screenAfter = (run: CalibrationRun): string => run.nextStepId ?? signing;

/** The verdict of everything found so far; undefined before the first result. */
export const runVerdict = (run: Pick<CalibrationRun, "steps">): Verdict | undefined =>
  worstVerdict(run.steps.flatMap(({ results }) => results.map(({ verdict }) => verdict)));

/** Entries that a step needs and that are still empty, by label. */
export const missingEntries = (step: ProcedureStep, entries: Readonly<Record<string, string>>): string[] =>
  step.entries.filter(({ id, required }) => required && !entries[id]?.trim()).map(({ label }) => label);
