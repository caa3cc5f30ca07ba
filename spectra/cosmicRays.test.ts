import { describe, expect, it } from "vitest";
import { meanWithoutCosmicRays } from "./cosmicRays.ts";
import { normal, type Random, seededRandom } from "./random.ts";

const pixels = 1024;
const line = (pixel: number, at: number, height: number, fwhm: number) =>
  height / (1 + ((2 * (pixel - at)) / fwhm) ** 2);
/** A Raman spectrum in counts: fluorescence, a strong narrow line, weaker ones. */
const truth = Float64Array.from(
  { length: pixels },
  (_, p) => 1500 + 4000 * Math.exp(-p / 500) + line(p, 300, 6000, 4) + line(p, 520, 900, 6) + line(p, 700, 300, 5),
);
/** Fluorescence bleaches and the laser warms up: each replicate is the truth in another scale, with shot noise. */
const replicate = (random: Random, scale: number) =>
  truth.map((counts) => 800 + (counts - 800) * scale + (Math.sqrt(counts / 5) + 4) * normal(random));
const measured = (random: Random, count: number) =>
  Array.from({ length: count }, (_, i) => replicate(random, 1 + 0.2 * (1 - i / count)));

describe("the mean of replicates", () => {
  it("is the plain mean where no ray struck: of 2 to 8 replicates that fade by 20 % nothing is left out", () => {
    const random = seededRandom(3);
    let rejected = 0;
    for (let round = 0; round < 60; round++) {
      const replicates = measured(random, 2 + (round % 7));
      const result = meanWithoutCosmicRays(replicates);
      rejected += result.rejected.length;
      if (result.rejected.length > 0) continue;
      const mean = truth.map((_, p) => replicates.reduce((sum, counts) => sum + counts[p]!, 0) / replicates.length);
      expect(result.mean).toEqual(mean);
    }
    // 60 measurements of 5 exposures of 1024 pixels in the mean: at most one value in 10⁵.
    expect(rejected).toBeLessThanOrEqual(3);
  });

  it("is free of rays of 15 σ and more in any one of them, in the baseline and beside lines", () => {
    const random = seededRandom(4);
    let struck = 0;
    let missed = 0;
    for (let round = 0; round < 60; round++) {
      const replicates = measured(random, 2 + (round % 7));
      const clean = replicates.map((counts) => Float64Array.from(counts));
      const rays = [40, 180, 450, 610, 860, 1000].map((base) => base + Math.floor(random() * 10));
      for (const pixel of rays) {
        const sigma = Math.sqrt(truth[pixel]! / 5) + 4;
        const counts = replicates[Math.floor(random() * replicates.length)]!;
        counts[pixel]! += sigma * (15 + 400 * random());
        struck++;
      }
      const { rejected } = meanWithoutCosmicRays(replicates);
      missed += rays.filter((pixel) => !rejected.some((ray) => ray.pixel === pixel)).length;
      const { mean } = meanWithoutCosmicRays(replicates);
      for (const { pixel } of rejected) {
        const others = clean.map((counts) => counts[pixel]!);
        expect(mean[pixel]).toBeGreaterThanOrEqual(Math.min(...others) - 1e-9);
        expect(mean[pixel]).toBeLessThanOrEqual(Math.max(...others) + 1e-9);
      }
    }
    expect(struck).toBe(360);
    expect(missed / struck).toBeLessThanOrEqual(0.02);
  });

  it("takes the spilled charge beside a ray with it", () => {
    const replicates = measured(seededRandom(5), 4);
    replicates[2]![600]! += 5000;
    replicates[2]![601]! += 700;
    const { rejected } = meanWithoutCosmicRays(replicates);
    expect(rejected).toEqual([
      { replicate: 2, pixel: 600 },
      { replicate: 2, pixel: 601 },
    ]);
  });

  it("keeps a strong line that grows or fades from one replicate to the next", () => {
    const random = seededRandom(6);
    const replicates = [1, 1.1, 1.25, 1.3].map((scale) => replicate(random, scale));
    expect(meanWithoutCosmicRays(replicates).rejected.filter(({ pixel }) => Math.abs(pixel - 300) < 8)).toEqual([]);
  });

  it("leaves alone what is wider than a ray", () => {
    const replicates = measured(seededRandom(8), 3);
    for (let pixel = 600; pixel < 606; pixel++) replicates[1]![pixel]! += 5000;
    expect(meanWithoutCosmicRays(replicates).rejected).toEqual([]);
  });

  it("has nothing to compare a single exposure with", () => {
    const [only] = measured(seededRandom(7), 1);
    only![100]! += 9000;
    expect(meanWithoutCosmicRays([only!])).toEqual({ mean: only, rejected: [] });
    expect(() => meanWithoutCosmicRays([])).toThrow(RangeError);
    expect(() => meanWithoutCosmicRays([new Float64Array(3), new Float64Array(4)])).toThrow(RangeError);
  });
});
