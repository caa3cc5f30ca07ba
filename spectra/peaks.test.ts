import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPeaks } from "./peaks.ts";
import { gaussianNoise } from "./testing.ts";

const axis = Float64Array.from({ length: 1500 }, (_, i) => 100 + 0.7 * i);
const line = (at: number, height: number, width: number) => (x: number) =>
  height * Math.exp(-(((x - at) / width) ** 2));

describe("the lines of a spectrum", () => {
  it("of quartz are found at 206, 355 and 464 cm⁻¹ over a background, whatever the noise of 1 %", () => {
    const quartz = [line(206, 500, 8), line(355, 150, 6), line(464, 1000, 5)];
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const noise = gaussianNoise(seed, axis.length);
        const y = axis.map((x, i) => 3000 + x + quartz.reduce((sum, q) => sum + q(x), 0) + 10 * noise[i]!);
        const found = findPeaks(axis, y);
        expect(found).toHaveLength(3);
        [206, 355, 464].forEach((at, k) => {
          expect(Math.abs(found[k]!.position - at)).toBeLessThan(4);
        });
        expect(Math.abs(found[2]!.height / 1000 - 1)).toBeLessThan(0.15);
      }),
      { numRuns: 30 },
    );
  });

  it("are placed between the points by a parabola, also on an irregular axis", () => {
    const parabola = (x: number) => Math.max(0, 100 - (x - 50.3) ** 2);
    const x = Float64Array.of(10, 20, 30, 40, 48, 49.5, 52, 60, 70, 80, 90);
    expect(findPeaks(x, x.map(parabola))[0]?.position).toBeCloseTo(50.3, 10);
  });

  it("are not found in pure noise", () => {
    const seeds = Array.from({ length: 100 }, (_, seed) => seed);
    const noisy = seeds.filter((seed) => findPeaks(axis, gaussianNoise(seed, axis.length)).length > 0);
    expect(noisy.length).toBeLessThanOrEqual(2);
  });

  it("keep their prominence above the higher saddle", () => {
    const x = Float64Array.from({ length: 8 }, (_, i) => i);
    const y = Float64Array.of(0, 5, 3, 9, 1, 6, 0, 0);
    const all = findPeaks(x, y, { leastSigmas: 0, leastShare: 0 });
    expect(all.map(({ prominence }) => prominence)).toEqual([2, 9, 5]);
  });

  it("do not exist in a line without a maximum, and deleted points are skipped", () => {
    expect(findPeaks(axis, axis)).toEqual([]);
    expect(findPeaks(Float64Array.of(1, 2), Float64Array.of(1, 2))).toEqual([]);
    const y = axis.map((x, i) => (i % 50 === 0 ? Number.NaN : line(464, 1000, 5)(x)));
    expect(findPeaks(axis, y).map(({ position }) => Math.round(position))).toEqual([464]);
  });
});
