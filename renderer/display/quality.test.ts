import { describe, expect, it } from "vitest";
import type { CheckState, QualityCheck, TechniqueQuality } from "../../contract/identification.ts";
import { checkWords, remarks, shownChecks, timesNoise, whatToDo } from "./quality.ts";

const check = (id: QualityCheck["id"], state: CheckState, weight: number, value = 1, limit = 1): QualityCheck => ({
  ...{ id, state, weight, value, limit },
  sentence: `What ${id} found.`,
});
const missed = (id: QualityCheck["id"], value: number, limit: number) => check(id, "refuse", 0, value, limit);
const quality = (...checks: QualityCheck[]): TechniqueQuality => {
  const weight = Math.min(1, ...checks.map((own) => own.weight));
  return { verdict: weight === 0 ? "poor" : weight < 1 ? "fair" : "good", weight, signalToNoise: 3, checks };
};

describe("a missed limit", () => {
  it("is shown with its value and its limit", () => {
    expect(checkWords(missed("signal-to-noise", 3.14, 10))).toEqual({
      label: "Signal to noise",
      value: "3.1",
      limit: "needs 10",
    });
    expect(checkWords(missed("saturation", 0.12, 0.05)).limit).toBe("below 5\u00a0%");
    expect(checkWords(missed("fluorescence", 340, 150))).toMatchObject({ value: "340", limit: "below 150" });
    expect(checkWords(missed("white", 0, 1))).toMatchObject({ value: "none", limit: "white is 1" });
  });

  it("has no exact number where the noise is too small to measure", () => {
    expect([3.14, 64.2, 1000, 1001, 250_000].map(timesNoise)).toEqual(["3.1", "64", "1000", "over 1000", "over 1000"]);
    expect(checkWords(missed("signal-to-noise", 4e5, 10)).value).toBe("over 1000");
  });

  it("stands before the others, of which four have room", () => {
    const all = quality(
      check("signal-to-noise", "ok", 1),
      check("flat", "ok", 1),
      check("coverage", "ok", 1),
      check("cosmic-rays", "warn", 0.9),
      check("fluorescence", "refuse", 0),
    );
    expect(shownChecks(all).map(({ id }) => id)).toEqual(["fluorescence", "cosmic-rays", "signal-to-noise", "flat"]);
  });

  it("leads to three things to do, the first of them about what was missed", () => {
    expect(whatToDo("raman", quality(missed("signal-to-noise", 3, 10)), false)[0]).toContain("dot");
    expect(whatToDo("raman", quality(missed("saturation", 0.5, 0.05)), false)[0]).toContain("away");
    expect(whatToDo("raman", quality(missed("fluorescence", 500, 150)), false)[0]).toContain("glow");
    expect(whatToDo("vnir", quality(missed("coverage", 0.1, 0.5)), true)[0]).toContain("unit");
    expect(whatToDo("vnir", quality(missed("white", 0, 1)), false)[0]).toContain("white reference");
  });
});

describe("the remarks beside an answer", () => {
  const good = quality(check("signal-to-noise", "ok", 1));
  const noisy = (weight: number) => quality(check("signal-to-noise", weight === 0 ? "refuse" : "warn", weight));

  it("are silent of spectra without fault", () => {
    expect(remarks({ quality: { raman: good, libs: good } })).toEqual([]);
  });

  it("say how much a technique counts beside others, and why", () => {
    const words = (weight: number) => remarks({ quality: { raman: good, vnir: noisy(weight) } });
    expect(words(0.5)).toEqual(["VNIR counts half: noisy."]);
    expect(words(0.8)).toEqual(["VNIR counts three quarters: noisy."]);
    expect(words(0.3)).toEqual(["VNIR counts a quarter: noisy."]);
    expect(words(0.05)).toEqual(["VNIR hardly counts: noisy."]);
    expect(words(0)).toEqual(["VNIR does not count: noisy."]);
    expect(words(0.95)).toEqual(["VNIR: What signal-to-noise found."]);
  });

  it("say of a technique alone what was found, the worst of it", () => {
    const two = quality(check("cosmic-rays", "warn", 0.95), check("fluorescence", "warn", 0.4));
    expect(remarks({ quality: { raman: two } })).toEqual(["What fluorescence found."]);
  });
});
