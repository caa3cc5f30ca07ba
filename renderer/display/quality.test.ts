import { describe, expect, it } from "vitest";
import type { QualityCheck } from "../../contract/identification.ts";
import { checkWords, timesNoise, whatToDo } from "./quality.ts";

const check = (id: QualityCheck["id"], value: number, limit: number): QualityCheck => ({
  ...{ id, value, limit, passed: false },
  sentence: "",
});

describe("a missed limit", () => {
  it("is shown with its value and its limit", () => {
    expect(checkWords(check("signal-to-noise", 3.14, 10))).toEqual({
      label: "Signal to noise",
      value: "3.1",
      limit: "needs 10",
    });
    expect(checkWords(check("saturation", 0.12, 0.05)).limit).toBe("at most 5\u00a0%");
  });

  it("has no exact number where the noise is too small to measure", () => {
    expect([3.14, 64.2, 1000, 1001, 250_000].map(timesNoise)).toEqual(["3.1", "64", "1000", "over 1000", "over 1000"]);
    expect(checkWords(check("signal-to-noise", 4e5, 10)).value).toBe("over 1000");
  });

  it("leads to three things to do, the first of them about what was missed", () => {
    const poor = (failed: QualityCheck) => ({ verdict: "poor" as const, signalToNoise: 3, checks: [failed] });
    expect(whatToDo("raman", poor(check("signal-to-noise", 3, 10)), false)[0]).toContain("dot");
    expect(whatToDo("raman", poor(check("saturation", 0.5, 0.05)), false)[0]).toContain("away");
    expect(whatToDo("vnir", poor(check("coverage", 0.1, 0.5)), true)[0]).toContain("unit");
  });
});
