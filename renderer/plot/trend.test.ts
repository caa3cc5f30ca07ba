import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CalibrationTrend } from "../../contract/calibration.ts";
import { idOf } from "../store/testing.ts";
import { dayText, trendScale, trendWords } from "./trend.ts";

const point = (value: number, verdict: "pass" | "warn" | "fail" = "pass"): CalibrationTrend["points"][number] => ({
  calibrationId: idOf(1),
  at: "2026-10-29T09:00:00.000Z",
  value,
  verdict,
  accepted: true,
});
const limits = { pass: 2.5, warn: 5 };

describe("a trend over time", () => {
  it("always shows zero, both limits and every point", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { maxLength: 20 }), (values) => {
        const [low, high] = trendScale({ points: values.map((v) => point(v)), limits });
        for (const value of [0, limits.warn, ...values]) {
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        }
      }),
    );
  });

  it("spends no room below zero on figures that have no sign", () => {
    expect(trendScale({ points: [point(0.3), point(3.6)], limits })[0]).toBe(0);
  });

  it("says in words how many checks there were and how many did not pass", () => {
    const trend: CalibrationTrend = {
      kind: "raman-shift",
      label: "Largest residual",
      unit: "cm⁻¹",
      limits,
      points: [],
    };
    expect(trendWords(trend)).toBe("Largest residual: no checks yet.");
    expect(trendWords({ ...trend, points: [point(0.4), point(3.6, "warn")] })).toBe(
      "Largest residual, 2 checks, the last 3.6 cm⁻¹, 1 not passed. Pass up to 2.5, warn up to 5 cm⁻¹.",
    );
  });

  it("names days in UTC", () => {
    expect(dayText("2026-10-29T23:59:59.000Z")).toBe("29 Oct");
    expect(dayText(undefined)).toBe("");
  });
});
