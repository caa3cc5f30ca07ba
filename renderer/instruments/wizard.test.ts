import { describe, expect, it } from "vitest";
import type { CalibrationResult, Verdict } from "../../contract/calibration.ts";
import type { CalibrationRun, ProcedureStep, RunStep } from "../../contract/procedure.ts";
import { idOf } from "../store/testing.ts";
import { missingEntries, runVerdict, screenAfter, shownScreen, signing, stepMark, stepViews } from "./wizard.ts";

const step = (id: string, more: Partial<ProcedureStep> = {}): ProcedureStep => ({
  id,
  kind: "raman-shift",
  title: id,
  instruction: "",
  underProbe: "",
  expected: [],
  unit: "cm⁻¹",
  lightOn: true,
  doneWhen: "",
  optional: false,
  entries: [],
  ...more,
});
const result = (verdict: Verdict): CalibrationResult => ({
  kind: "raman-shift",
  unit: "cm⁻¹",
  lines: [],
  figures: [],
  asFound: { verdict, sentence: "" },
  verdict,
  sentence: "",
});
const run = (states: Record<string, RunStep["state"]>, more: Partial<CalibrationRun> = {}): CalibrationRun => ({
  runId: idOf(1),
  procedure: { id: "raman", technique: "raman", title: "Raman", steps: Object.keys(states).map((id) => step(id)) },
  instrumentId: "RMN-0417",
  startedAt: "2026-11-21T09:40:00.000Z",
  state: "open",
  steps: Object.entries(states).map(([stepId, state]) => ({ stepId, state, results: [] })),
  sentence: "",
  ...more,
});

describe("the wizard's screens", () => {
  it("begins at the step to take next", () => {
    expect(shownScreen(run({ dark: "waiting", polystyrene: "waiting" }, { nextStepId: "dark" }), undefined)).toBe(
      "dark",
    );
  });

  it("stays at a finished step until the operator goes on, since its table must be read", () => {
    const now = run({ dark: "done", polystyrene: "waiting" }, { nextStepId: "polystyrene" });
    expect(shownScreen(now, "dark")).toBe("dark");
    expect(screenAfter(now)).toBe("polystyrene");
  });

  it("shows what is being measured whatever was looked at", () => {
    expect(shownScreen(run({ dark: "done", polystyrene: "acquiring" }, { nextStepId: "polystyrene" }), "dark")).toBe(
      "polystyrene",
    );
  });

  it("comes to the signature when no step is left, and not before", () => {
    const open = run({ dark: "done", polystyrene: "waiting" }, { nextStepId: "polystyrene" });
    expect(shownScreen(open, signing)).toBe("polystyrene");
    const all = run({ dark: "done", polystyrene: "done" }, { state: "signing" });
    expect(shownScreen(all, signing)).toBe(signing);
    expect(shownScreen(all, undefined)).toBe(signing);
    expect(shownScreen(all, "dark")).toBe("dark"); // looked at again
  });

  it("forgets a step of another procedure", () => {
    expect(shownScreen(run({ dark: "waiting" }, { nextStepId: "dark" }), "white")).toBe("dark");
  });
});

describe("the row of steps", () => {
  it("a step wears the worst verdict of its results", () => {
    expect(stepMark({ state: "done", results: [result("pass"), result("warn")] })).toBe("look");
    expect(stepMark({ state: "done", results: [result("fail"), result("warn")] })).toBe("failed");
    expect(stepMark({ state: "waiting", results: [] })).toBeUndefined();
    expect(stepMark({ state: "skipped", results: [] })).toBe("off");
  });

  it("a step that the run does not name yet is waiting", () => {
    const views = stepViews({
      ...run({ dark: "done" }),
      procedure: { ...run({}).procedure, steps: [step("a"), step("b")] },
    });
    expect(views.map(({ run, number }) => [run.state, number])).toEqual([
      ["waiting", 1],
      ["waiting", 2],
    ]);
  });

  it("a run fails by one step, and says nothing before the first result", () => {
    const { steps } = run({ a: "done", b: "done", c: "waiting" });
    expect(runVerdict({ steps })).toBeUndefined();
    expect(
      runVerdict({ steps: steps.map((s, i) => ({ ...s, results: i === 1 ? [result("fail")] : [result("pass")] })) }),
    ).toBe("fail");
  });
});

describe("what the operator must enter", () => {
  it("names what is required and empty, blanks included", () => {
    const entry = { format: "text", hint: "" } as const;
    const needs = step("white", {
      entries: [
        { ...entry, id: "serial", label: "Serial number of the tile", required: true },
        { ...entry, id: "certificate", label: "Certificate", required: false },
      ],
    });
    expect(missingEntries(needs, {})).toEqual(["Serial number of the tile"]);
    expect(missingEntries(needs, { serial: "  " })).toEqual(["Serial number of the tile"]);
    expect(missingEntries(needs, { serial: "WS-12" })).toEqual([]);
  });
});
