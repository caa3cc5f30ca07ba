import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as limits from "./limits.ts";

const many = [-1, 0, 1e-9, 0.1, 0.3, 0.5, 0.65, 1, 1.5, 3, 6, 10, 15, 20, 30, 50, 100, 1e3, 1e6];

describe("a limit", () => {
  const functions = [
    ["signal to noise of Raman", (v: number) => limits.signalToNoise("raman", v)],
    ["signal to noise of VNIR", (v: number) => limits.signalToNoise("vnir", v)],
    ["signal to noise of LIBS", (v: number) => limits.signalToNoise("libs", v)],
    ["flatness", limits.flatness],
    ["coverage", limits.coverage],
    ["saturation", (v: number) => limits.saturation(v, 1000)],
    ["fluorescence", limits.fluorescence],
    ["cosmic rays", limits.cosmicRays],
    ["range", (v: number) => limits.range("raman", v)],
    ["white", limits.whiteMissing],
  ] as const;

  it.each(functions)("of %s says ok at full weight, warns below it and refuses at none", (_name, limit) => {
    for (const value of many) {
      const { state, weight, sentence } = limit(value);
      expect(state).toBe(weight === 1 ? "ok" : weight === 0 ? "refuse" : "warn");
      expect(sentence).toMatch(/^[A-Z0-9].*[.?]$/);
    }
  });

  it("has a weight that is monotonic and continuous between its two values, whichever is better", () => {
    const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.double({ min: 0, max: 1, noNaN: true }), (warn, refuse, share) => {
        fc.pre(Math.abs(Math.log(warn / refuse)) > 0.1);
        const between = refuse * (warn / refuse) ** share;
        expect(limits.weightBetween(warn, { warn, refuse })).toBe(1);
        expect(limits.weightBetween(refuse, { warn, refuse })).toBe(0);
        expect(limits.weightBetween(between, { warn, refuse })).toBeCloseTo(share, 6);
      }),
    );
    expect(limits.weightBetween(5, { warn: 0, refuse: 20 })).toBe(0.75);
    expect(limits.weightBetween(0, { warn: 15, refuse: 6 })).toBe(0);
    expect(limits.weightBetween(0, { warn: 20, refuse: 100 })).toBe(1);
  });
});
