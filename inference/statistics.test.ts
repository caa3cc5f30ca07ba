import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialTail, levelOf, mcnemarP, onesidedKsP, quantilesOf } from "./statistics.ts";

describe("McNemar's exact p", () => {
  test("is what a coin gives", () => {
    expect(mcnemarP(0, 0)).toBe(1);
    expect(mcnemarP(5, 0)).toBeCloseTo(2 / 32, 12);
    expect(mcnemarP(1, 7)).toBeCloseTo((2 * 9) / 256, 12);
    expect(mcnemarP(6, 6)).toBe(1);
  });

  test("keeps its digits far out", () => expect(mcnemarP(0, 206) / 2 ** -205).toBeCloseTo(1, 6));

  test("does not care which model is called A", () => {
    const counts = fc.integer({ min: 0, max: 500 });
    fc.assert(fc.property(counts, counts, (a, b) => mcnemarP(a, b) === mcnemarP(b, a)));
  });
});

describe("the upper tail of a binomial distribution", () => {
  const trials = fc.integer({ min: 1, max: 200 });
  const probability = fc.double({ min: 0.001, max: 0.999, noNaN: true });

  test("is certain from nothing on, impossible beyond the trials, and falls between", () => {
    fc.assert(
      fc.property(trials, probability, (n, p) => {
        const tail = Array.from({ length: n + 2 }, (_, k) => binomialTail(n, p, k));
        expect(tail[0]).toBe(1);
        expect(tail[n + 1]).toBe(0);
        expect(tail.every((value, k) => k === 0 || value <= (tail[k - 1] ?? 0) + 1e-12)).toBe(true);
      }),
    );
  });

  test("of the failures is the rest", () => {
    fc.assert(
      fc.property(trials, probability, fc.double({ min: 0, max: 1, noNaN: true }), (n, p, share) => {
        const k = Math.round(share * n);
        expect(binomialTail(n, p, k) + binomialTail(n, 1 - p, n - k + 1)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("a reference's quantiles", () => {
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 60 });

  test("ascend from the least to the largest value", () => {
    fc.assert(
      fc.property(values, (given) => {
        const quantiles = quantilesOf(given, 21);
        expect(quantiles[0] === Math.min(...given)).toBe(true); // 0 and -0 are the same value
        expect(quantiles[20] === Math.max(...given)).toBe(true);
        expect(quantiles.every((q, i) => i === 0 || q >= (quantiles[i - 1] ?? q) - 1e-9)).toBe(true);
      }),
    );
  });

  test("give a level back between the quantiles, and both ends of a jump", () => {
    expect(levelOf(2.5, [1, 2, 3, 4, 5], "upper")).toBeCloseTo(0.375, 12);
    expect([levelOf(2, [1, 2, 2, 2, 5], "lower"), levelOf(2, [1, 2, 2, 2, 5], "upper")]).toEqual([0.25, 0.75]);
    expect([levelOf(0, [1, 2], "upper"), levelOf(3, [1, 2], "lower")]).toEqual([0, 1]);
  });
});

describe("the one-sided Kolmogorov–Smirnov bound", () => {
  const uniform = Array.from({ length: 101 }, (_, i) => i / 100);
  const even = Array.from({ length: 40 }, (_, i) => (i + 0.5) / 40);

  test("is Massart's exp(−2nD²) for a reference that is known", () => {
    // all 40 values at 0: D = 1
    expect(
      onesidedKsP(
        even.map(() => 0),
        uniform,
        1e12,
        "lower",
      ),
    ).toBeCloseTo(Math.exp(-80), 40);
    expect(
      onesidedKsP(
        even.map(() => 0),
        uniform,
        1e12,
        "higher",
      ),
    ).toBe(1);
  });

  test("says nothing of a sample that lies as the reference does", () => {
    expect(onesidedKsP(even, uniform, 1000, "lower")).toBeGreaterThan(0.9);
    expect(onesidedKsP(even, uniform, 1000, "higher")).toBeGreaterThan(0.9);
  });

  test("is milder on a reference of few spots", () => {
    const low = even.map((v) => v * 0.5);
    expect(onesidedKsP(low, uniform, 40, "lower")).toBeGreaterThan(onesidedKsP(low, uniform, 4000, "lower"));
  });

  test("does not change when all values go through one rising function", () => {
    const rising = (v: number) => Math.log(v + 0.01);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), (sample) => {
        const own = sample.map((v) => Math.round(v * 100) / 100); // at quantiles, where interpolation does not matter
        const [plain, risen] = [
          onesidedKsP(own, uniform, 500, "lower"),
          onesidedKsP(own.map(rising), uniform.map(rising), 500, "lower"),
        ];
        expect(risen).toBeCloseTo(plain, 9);
      }),
    );
  });
});
