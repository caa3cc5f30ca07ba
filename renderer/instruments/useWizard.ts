import { useState } from "react";
import type { CalibrationRun, StepEntries } from "../../contract/procedure.ts";
import { operatorNow, setOperator } from "../app/settings.ts";
import { useLive, useStation, useTask } from "../parts/hooks.ts";
import type { Signing } from "./Sign.tsx";
import { missingEntries, type StepView, screenAfter, shownScreen, stepViews } from "./wizard.ts";

/** What the wizard's two columns share: the screen shown, what was typed, and what can be done now. */
export interface WizardView {
  readonly run: CalibrationRun;
  readonly steps: readonly StepView[];
  /** A step's id or {@link signing}. */
  readonly screen: string;
  /** The step shown; undefined on the signing screen. */
  readonly shown: StepView | undefined;
  readonly entries: StepEntries;
  readonly setEntries: (entries: StepEntries) => void;
  /** Entries that the step shown still needs. */
  readonly missing: readonly string[];
  readonly signature: Signing;
  readonly setSignature: (signature: Signing) => void;
  readonly busy: boolean;
  show(screen: string): void;
  next(): void;
  take(): void;
  skip(): void;
  stop(): void;
  accept(): void;
  refuse(): void;
  abandon(): void;
}

/** The wizard over the run under way; undefined while there is none. */
export function useWizard(): WizardView | undefined {
  const station = useStation();
  const { calibration: run } = useLive();
  const [wanted, setWanted] = useState<string>();
  const [typed, setTyped] = useState<Record<string, StepEntries>>({});
  const [signature, setSignature] = useState<Signing>(() => ({ operator: operatorNow(), comment: "" }));
  const [busy, start] = useTask();
  if (!run) return undefined;

  const { runId } = run;
  const steps = stepViews(run);
  const screen = shownScreen(run, wanted);
  const shown = steps.find(({ step }) => step.id === screen);
  const key = `${runId} ${screen}`;
  const entries = typed[key] ?? {};
  const missing = shown ? missingEntries(shown.step, entries) : [];
  const sign = (how: "acceptCalibration" | "refuseCalibration"): void =>
    start(async () => {
      setOperator(signature.operator.trim());
      if (await station[how](runId, signature)) setSignature({ operator: signature.operator, comment: "" });
    });
  return {
    run,
    steps,
    screen,
    shown,
    entries,
    setEntries: (next) => setTyped({ ...typed, [key]: next }),
    missing,
    signature,
    setSignature,
    busy,
    show: setWanted,
    next: () => setWanted(screenAfter(run)),
    take: () => {
      if (!shown || missing.length > 0) return;
      setWanted(screen); // stay at it when it is done, since its table must be read
      start(() => station.takeCalibrationStep(runId, screen, entries));
    },
    skip: () =>
      start(async () => {
        if (await station.skipCalibrationStep(runId, screen)) setWanted(undefined);
      }),
    stop: () => void station.cancel(),
    accept: () => sign("acceptCalibration"),
    refuse: () => sign("refuseCalibration"),
    abandon: () => start(() => station.abandonCalibration(runId)),
  };
}
