import { describe, expect, it } from "vitest";
import { ageWords, runningTime, secondsLeft, utcMinute, utcTime } from "./time.ts";

const at = "2026-11-21T10:24:31.500Z";
const later = (seconds: number): number => Date.parse(at) + seconds * 1000;

describe("times", () => {
  it("are UTC, whatever the tablet's zone", () => {
    expect(utcTime("2026-11-21T10:24:31.500+02:00")).toBe("08:24:31");
    expect(utcMinute(Date.parse(at))).toBe("10:24");
  });

  it("age in words, in the unit that fits", () => {
    expect([5, 130, 65 * 60, 26 * 3600, 3 * 86_400].map((s) => ageWords(at, later(s)))).toEqual([
      "under 1\u00a0min",
      "2\u00a0min",
      "65\u00a0min",
      "26\u00a0h",
      "3\u00a0days",
    ]);
  });

  it("do not go below nothing when the clock was set back", () => {
    expect(ageWords(at, later(-100))).toBe("under 1\u00a0min");
    expect(runningTime(at, later(-100))).toBe("0:00");
  });

  it("run as minutes and seconds", () => {
    expect(runningTime(at, later(42))).toBe("0:42");
    expect(runningTime(at, later(615))).toBe("10:15");
  });

  it("never count down to 0 while one still waits", () => {
    expect([5400, 1000, 1, 0].map(secondsLeft)).toEqual([6, 1, 1, 1]);
  });
});
