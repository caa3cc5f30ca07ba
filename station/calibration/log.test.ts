import { describe, expect, it } from "vitest";
import type { CalibrationKind, CalibrationResult } from "../../contract/calibration.ts";
import type { JournalEvent, JournalLine } from "../../contract/journal.ts";
import { reading } from "../../devices/testing/reading.ts";
import { CalibrationLog } from "./log.ts";
import { ageText, overrideMinutes, stateOf, untilText, validityOf } from "./validity.ts";

const at = new Date("2026-11-21T09:43:00.000Z");
const later = (minutes: number) => ({ at: new Date(at.getTime() + minutes * 60_000) });
/** ULIDs in the order of their number. */
const id = (n: number) => `01K0000000000000000000${String(n).padStart(4, "0")}`;
const session = (n: number) => `01J0000000000000000000${String(n).padStart(4, "0")}`;
const signature = { operator: "A. Operator", comment: "" };
const axis = (excitationNm: number): CalibrationResult["correction"] => ({ kind: "raman-axis", excitationNm });

function record(n: number, kind: CalibrationKind, correction?: CalibrationResult["correction"]): JournalEvent {
  const sentence = "Said.";
  return {
    kind: "calibration-accepted",
    ...{ calibrationId: id(n), runId: id(900), procedureId: "raman", at: at.toISOString(), signature },
    ...{ instrument: reading({ fill: 1 }).instrument, profile: { technique: "raman", excitationNm: 785 } },
    result: {
      ...{ kind, unit: "cm⁻¹", lines: [], figures: [], limits: { pass: 2.5, warn: 5 }, verdict: "pass", sentence },
      asFound: { verdict: "warn", worst: 3 + n, sentence },
      ...(correction && { correction }),
    },
    ...{ validity: validityOf(kind, at, 25), readings: [reading({ fill: 1 })] },
  };
}

function logOf(...events: readonly (readonly [number, JournalEvent])[]): CalibrationLog {
  const log = new CalibrationLog();
  for (const [n, event] of events) log.see(session(n), { event } as JournalLine);
  return log;
}

const state = (log: CalibrationLog, now = later(1)) => log.inForce("S1", "raman", now)[0];
const opened: JournalEvent = { kind: "sample-created", sampleId: id(500), name: "a" };

describe("validity", () => {
  const shift = validityOf("raman-shift", at, 25);
  const white = validityOf("white", at, undefined);
  it("of a shift: due after two hours or five degrees, expired after a day of sessions", () => {
    expect(stateOf(shift, { ...later(119), sessionsSince: 0, detectorC: 29.9 })).toBe("current");
    expect(stateOf(shift, { ...later(120), sessionsSince: 0 })).toBe("due");
    expect(stateOf(shift, { ...later(1), sessionsSince: 0, detectorC: 30.1 })).toBe("due");
    expect(stateOf(shift, { ...later(1), sessionsSince: 4 })).toBe("current");
    expect(stateOf(shift, { ...later(1), sessionsSince: 5 })).toBe("expired");
    expect(untilText(shift)).toBe("11:43 UTC or ±5 °C");
  });
  it("of a white: minutes, whatever the session", () => {
    expect([9, 10, 15].map((m) => stateOf(white, { ...later(m), sessionsSince: 3 }))).toEqual([
      "current",
      "due",
      "expired",
    ]);
    expect(untilText(white)).toBe("09:58 UTC");
  });
  it("is told in words", () => {
    expect([ageText(9 * 60_000), ageText(26 * 3_600_000)]).toEqual(["9 min", "26 h"]);
    expect(untilText(validityOf("resolution", at, 25))).toBe("5 sessions");
  });
});

describe("what is in force", () => {
  it("is the newest accepted of its kind of correction; the one before is replaced, and comes back if it is withdrawn", () => {
    const log = logOf([1, record(1, "raman-shift", axis(785.1))], [1, record(2, "raman-shift", axis(785.2))]);
    expect(state(log)).toMatchObject({ calibrationId: id(2), shortId: "S-002", state: "current" });
    expect(log.history({}, later(1)).map((s) => s.state)).toEqual(["current", "replaced"]);
    expect(log.forReading("S1", later(1)).axis).toMatchObject({ excitationNm: 785.2 });
    expect(log.forReading("another", later(1))).toEqual({});
    log.see(session(1), {
      event: { kind: "calibration-withdrawn", calibrationId: id(2), ...signature },
    } as JournalLine);
    expect(state(log)).toMatchObject({ calibrationId: id(1), shortId: "S-001" });
  });

  it("is never a refused one, nor one of a check", () => {
    const refused = { ...record(1, "raman-shift", axis(785.1)), kind: "calibration-refused" } as JournalEvent;
    const log = logOf([1, refused], [1, record(2, "resolution")]);
    expect(state(log)).toMatchObject({ from: "factory" });
    expect(log.history({ kind: "raman-shift" }, later(1))[0]?.state).toBe("refused");
    expect(log.trend("S1", "raman-shift").points).toMatchObject([{ value: 4, accepted: false }]);
  });

  it("is locked once it has expired, until an operator lets it through, and for no longer", () => {
    const traverses = [2, 3, 4, 5, 6].map((n) => [n, opened] as const);
    const log = logOf([1, record(1, "raman-shift", axis(785.1))], ...traverses);
    expect(state(log)).toMatchObject({ state: "expired", sentence: "1 min old, expired" });
    expect(() => log.forReading("S1", later(1))).toThrow(/S-001 .* has expired/);
    const until = later(overrideMinutes).at.toISOString();
    log.see(session(2), {
      event: {
        ...{ kind: "calibration-overridden", calibrationId: id(1), calibrationKind: "raman-shift", serialNumber: "S1" },
        ...{ until, ...signature },
      },
    } as JournalLine);
    expect(log.forReading("S1", later(1)).axis?.calibrationId).toBe(id(1));
    expect(state(log)?.sentence).toContain("let through by A. Operator");
    expect(() => log.forReading("S1", later(overrideMinutes))).toThrow("expired");
  });

  it("does not lock an instrument that was never calibrated", () => {
    expect(logOf([1, opened]).forReading("S1", later(1))).toEqual({});
  });

  it("is found again by the ids that a spectrum names, also when it was replaced since", () => {
    const log = logOf([1, record(1, "raman-shift", axis(785.1))], [1, record(2, "raman-shift", axis(785.2))]);
    const named = log.named([{ kind: "ramanShift", excitationNm: 785.1, calibrationId: id(1) }]);
    expect(named.axis).toMatchObject({ calibrationId: id(1), excitationNm: 785.1 });
    expect(log.named([{ kind: "ramanShift", excitationNm: 785 }])).toEqual({});
  });

  it("does not depend on the order in which the journals are read", () => {
    const events = [
      [2, opened],
      [1, record(2, "raman-shift", axis(785.2))],
      [1, record(1, "raman-shift", axis(785.1))],
    ] as const;
    expect(state(logOf(...events))).toEqual(state(logOf(...events.toReversed())));
  });
});
