import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percentText, wholePercents } from "./percent.ts";

const shares = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 })
  .filter((list) => list.some((share) => share > 1e-6));

describe("whole per cents", () => {
  it("always add up to 100", () => {
    fc.assert(fc.property(shares, (list) => wholePercents(list).reduce((a, b) => a + b, 0) === 100));
  });

  it("never give the larger share the smaller number", () => {
    fc.assert(
      fc.property(shares, (list) => {
        const percents = wholePercents(list);
        const byShare = list.map((share, i) => ({ share, percent: percents[i]! })).sort((a, b) => a.share - b.share);
        return byShare.every(
          (one, i) => i === 0 || byShare[i - 1]!.share === one.share || byShare[i - 1]!.percent <= one.percent,
        );
      }),
    );
  });

  it("give the missing per cent to the larger of two shares that round to the same value", () => {
    const almostOne = 0.9999999999999991;
    const larger = 0.9999999999999992;
    const [small, large] = wholePercents([almostOne, larger, 0.013423017458989994]);
    expect(small).toBeLessThanOrEqual(large!);
  });

  it("are within one of the exact share", () => {
    fc.assert(
      fc.property(shares, (list) => {
        const total = list.reduce((a, b) => a + b, 0);
        return wholePercents(list).every((percent, i) => Math.abs(percent - (100 * list[i]!) / total) < 1 + 1e-9);
      }),
    );
  });

  it("cannot be made of nothing", () => {
    expect(() => wholePercents([0, 0])).toThrow(RangeError);
  });

  it("never claim certainty or impossibility in words", () => {
    expect(percentText(100)).toBe("over 99\u00a0%");
    expect(percentText(0)).toBe("under 1\u00a0%");
    expect(percentText(91)).toBe("91\u00a0%");
  });
});
