import { describe, expect, it } from "vitest";
import type { CorrectionInForce } from "../../contract/calibration.ts";
import { correctionRow, isLocked, permissionHelp, validityWords } from "./words.ts";

const at = "2026-11-21T10:00:00.000Z";
const nowMs = Date.parse("2026-11-22T12:00:00.000Z");
const shift: CorrectionInForce = {
  kind: "raman-shift",
  from: "calibration",
  shortId: "S-040",
  at,
  state: "current",
  sentence: "",
};

describe("corrections in force", () => {
  it("name their record and its age, or say that there is none", () => {
    expect(correctionRow(shift, nowMs)).toEqual({
      label: "Shift",
      value: "S-040, 26\u00a0h",
      mark: undefined,
      word: undefined,
    });
    expect(correctionRow({ ...shift, from: "none" }, nowMs).value).toBe("none");
    expect(correctionRow({ ...shift, from: "factory" }, nowMs).value).toBe("factory");
  });

  it("an expired one is locked, and an override that has run out unlocks nothing", () => {
    const expired = { ...shift, state: "expired" } as const;
    const until = (iso: string) => ({ ...expired, override: { until: iso, operator: "Ada" } });
    expect(isLocked(expired, nowMs)).toBe(true);
    expect(isLocked(until("2026-11-22T13:00:00.000Z"), nowMs)).toBe(false);
    expect(isLocked(until("2026-11-22T11:59:00.000Z"), nowMs)).toBe(true);
    expect(correctionRow(expired, nowMs)).toMatchObject({ mark: "failed", word: "expired" });
    expect(correctionRow(until("2026-11-22T13:00:00.000Z"), nowMs)).toMatchObject({ mark: "look" });
  });
});

describe("how long a calibration holds", () => {
  it("names every limit, each with its unit, and says nothing where there is none", () => {
    expect(
      validityWords({
        dueAt: "2026-11-22T11:43:00.000Z",
        sessions: 3,
        temperature: { atC: 24.52, withinC: 5 },
      }),
    ).toBe("repeat by 2026-11-22, 11:43 UTC; for 3 sessions; within 5\u00a0°C of 24.5\u00a0°C");
    expect(validityWords({ sessions: 1 })).toBe("for this session");
    expect(validityWords({})).toBeUndefined();
  });
});

describe("help with permissions", () => {
  it("speaks of the system that the page runs on, and of nothing else", () => {
    expect(permissionHelp("port-denied", "Linux x86_64")?.steps.join(" ")).toContain("dialout");
    expect(permissionHelp("port-denied", "Win32")?.steps.join(" ")).toContain("Device Manager");
    expect(permissionHelp("port-denied", "MacIntel")?.steps.join(" ")).toContain("System Settings");
    expect(permissionHelp("device-timeout", "Linux x86_64")).toBeUndefined();
  });
});
