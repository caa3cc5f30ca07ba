import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastSquares, median, robustLeastSquares } from "./leastSquares.ts";
import { matchLines } from "./match.ts";
import { polynomial, withErrors } from "./polynomial.ts";

const value = fc.double({ min: -50, max: 50, noNaN: true });
const design = Array.from({ length: 12 }, (_, i) => [1, i / 6 - 1, (i / 6 - 1) ** 2]);

describe("least squares", () => {
  it("finds the terms that made the values", () => {
    fc.assert(
      fc.property(value, value, value, (...terms) => {
        const y = design.map((row) => row.reduce((sum, a, k) => sum + a * terms[k]!, 0));
        const { x } = leastSquares(
          design,
          y,
          y.map(() => 1),
        )!;
        for (const [k, term] of terms.entries()) expect(x[k]).toBeCloseTo(term, 6);
      }),
    );
  });

  it("keeps to the many when two of twelve are far off", () => {
    fc.assert(
      fc.property(value, value, fc.integer({ min: 0, max: 11 }), fc.integer({ min: 0, max: 11 }), (a, b, i, j) => {
        const y = design.map((row) => a + b * row[1]!);
        y[i]! += 300;
        y[j]! -= 200;
        const rows = design.map((row) => row.slice(0, 2));
        const { x, robustness } = robustLeastSquares(
          rows,
          y,
          y.map(() => 0.1),
        )!;
        expect(x[0]).toBeCloseTo(a, 3);
        expect(x[1]).toBeCloseTo(b, 3);
        if (i !== j) expect([robustness[i], robustness[j]]).toEqual([0, 0]);
      }),
    );
  });

  it("says so when the rows do not determine the terms", () => {
    expect(
      leastSquares(
        [
          [1, 2],
          [2, 4],
        ],
        [1, 2],
        [1, 1],
      ),
    ).toBeUndefined();
    expect(median([3, 1, 2, 10])).toBe(2.5);
  });
});

describe("errors of a detector", () => {
  it("are the same as powers of the pixel and as powers of its place on the detector", () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 1023 }),
        (errors, pixel) => {
          const sum = polynomial(withErrors([300, 0.2], errors, 1024), pixel);
          const u = (2 * pixel) / 1023 - 1;
          expect(sum).toBeCloseTo(300 + 0.2 * pixel + polynomial(errors, u), 6);
        },
      ),
    );
  });
});

describe("which line is which", () => {
  const expected = [100, 240, 300, 410, 560, 720, 800].map((target, i) => ({
    ...{ target, role: i === 2 ? ("primary" as const) : ("key" as const), strength: 1 + (i % 3) },
  }));
  const limits = { offset: 20, stretch: 10, tolerance: 4 };
  const axis = { low: 0, high: 900 };

  it("comes out under any offset and stretch, with a line missing and strangers between; no line serves twice", () => {
    const offset = fc.double({ min: -15, max: 15, noNaN: true });
    const stretch = fc.double({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(offset, stretch, fc.constantFrom(0, 1, 3, 4, 5, 6), (a, b, missing) => {
        const seen = expected.flatMap(({ target, strength }, i) => {
          if (i === missing) return [];
          const u = (target - 450) / 450;
          return [{ seen: target - a - b * u, height: 1000 * strength, from: i }];
        });
        const strangers = [170, 355, 640].map((at) => ({ seen: at, height: 400, from: -1 }));
        const all = [...seen, ...strangers].sort((x, y) => x.seen - y.seen);
        const { assigned } = matchLines(expected, all, axis, limits)!;
        const found = assigned.filter((k) => k >= 0);
        expect(new Set(found).size).toBe(found.length);
        for (const [i, k] of assigned.entries()) if (i !== missing) expect(all[k]?.from).toBe(i);
      }),
    );
  });

  it("is a guess where a comb of lines fits in two places", () => {
    const comb = Array.from({ length: 8 }, (_, i) => ({ target: 100 + 15 * i, role: "key" as const, strength: 1 }));
    const seen = Array.from({ length: 10 }, (_, i) => ({ seen: 85 + 15 * i, height: 100 }));
    expect(matchLines(comb, seen, { low: 50, high: 300 }, limits)!.rival).toBeGreaterThan(0.8);
  });
});
