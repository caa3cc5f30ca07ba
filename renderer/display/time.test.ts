import { describe, expect, it } from "vitest";
import { ageWords, runningTime, secondsLeft, unbroken, utcMinute, utcTime } from "./time.ts";

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

it("a number and its unit stay on one line, and other words do not", () => {
  expect(unbroken("05:19 UTC or ±5 °C")).toBe("05:19\u00a0UTC or ±5\u00a0°C");
  expect(unbroken("within 0.1 cm⁻¹, 785.20 nm; 10 of 11 lines")).toBe(
    "within 0.1\u00a0cm⁻¹, 785.20\u00a0nm; 10 of 11 lines",
  );
  expect(unbroken("7 steps")).toBe("7 steps");
});
