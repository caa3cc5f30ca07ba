import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { together } from "./mixture.ts";
import { gain, type Pair, partsOf } from "./pair.ts";
import type { Prototype } from "./prototype.ts";
import { ramanPairs, ramanQuery, smoothed } from "./ramanPairs.ts";
import { gaussianFilter } from "./smooth.ts";
import { coverageOf, linearFeatures, vnirPairs } from "./vnirPairs.ts";

const cells = 400;
/** Each run fits all pairs. */
const few = { numRuns: 20 };
const all = new Float64Array(cells).fill(1);

/** Lines of a spectrum: positions and heights, a few cells wide. */
function lines(positions: readonly number[]): Float64Array {
  return Float64Array.from({ length: cells }, (_, i) =>
    positions.reduce((sum, at, k) => sum + (1 + (k % 3)) * Math.exp(-0.5 * ((i - at) / 2.5) ** 2), 0),
  );
}

/** Three minerals without a line in common, the first two under the spot. */
const minerals = [lines([40, 90, 300]), lines([150, 210, 350]), lines([70, 120, 260])];
const ramanReferences: Prototype[] = minerals.map((values, owner) => ({
  owner,
  values: smoothed(values, all),
  mask: all,
}));
const area = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
const noStanding = new Float64Array(3);

function mixed(share: number, scale = 1): Float64Array {
  const [a, b] = [minerals[0]!, minerals[1]!];
  return a.map((value, i) => scale * ((share * value) / area(a) + ((1 - share) * (b[i] ?? 0)) / area(b)));
}

const best = (pairs: readonly Pair[]) => pairs.reduce((a, b) => (b.score > a.score ? b : a));
const share = fc.double({ min: 0.1, max: 0.9, noNaN: true });

describe("two minerals under a Raman spot", () => {
  test("are found again with their shares", () => {
    fc.assert(
      fc.property(share, (f) => {
        const found = best(ramanPairs(ramanQuery(mixed(f), all, noStanding), ramanReferences).pairs);
        expect([found.first, found.second]).toEqual([0, 1]);
        expect(found.share).toBeCloseTo(f, 6);
        expect(found.misfit).toBeCloseTo(0, 6);
      }),
      few,
    );
  });

  test("do not depend on the scale of the intensity", () => {
    fc.assert(
      fc.property(share, fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (f, scale) => {
        const one = best(ramanPairs(ramanQuery(mixed(f), all, noStanding), ramanReferences).pairs);
        const two = best(ramanPairs(ramanQuery(mixed(f, scale), all, noStanding), ramanReferences).pairs);
        expect(two.share).toBeCloseTo(one.share, 9);
        expect(two.score).toBeCloseTo(one.score, 6);
      }),
      few,
    );
  });

  test("gain more over the best mineral alone than one mineral does", () => {
    const two = gain(ramanPairs(ramanQuery(mixed(0.5), all, noStanding), ramanReferences));
    const one = gain(ramanPairs(ramanQuery(mixed(0.999), all, noStanding), ramanReferences));
    expect(two).toBeGreaterThan(0.3);
    expect(one).toBeLessThan(0.01);
  });
});

describe("two minerals side by side in the VNIR field of view", () => {
  const reflectance = [
    Float64Array.from({ length: cells }, (_, i) => 0.6 - 0.3 * Math.exp(-0.5 * ((i - 120) / 25) ** 2)),
    Float64Array.from({ length: cells }, (_, i) => 0.3 + 0.0005 * i - 0.15 * Math.exp(-0.5 * ((i - 280) / 12) ** 2)),
  ];
  const references: Prototype[] = reflectance.map((values, owner) => ({
    owner,
    values: linearFeatures(values, all),
    mask: coverageOf(all),
  }));

  test("are found again with their shares, the mean with the network's", () => {
    fc.assert(
      fc.property(share, (f) => {
        const y = reflectance[0]!.map((value, i) => f * value + (1 - f) * (reflectance[1]![i] ?? 0));
        const [found] = vnirPairs(y, all, [0.5, 0.5], [0, 1], references).pairs;
        expect(found!.share).toBeCloseTo((f + 0.5) / 2, 6);
        expect(found!.misfit).toBeCloseTo(0, 6);
      }),
    );
  });

  test("a gap is bridged by a straight line", () => {
    const line = Float64Array.from({ length: cells }, (_, i) => 0.2 + 0.001 * i);
    const gap = all.map((_, i) => (i > 100 && i < 150 ? 0 : 1));
    const features = linearFeatures(
      line.map((value, i) => value * gap[i]!),
      gap,
    );
    expect(features[125]).toBeCloseTo(0.001, 5);
    expect(features[cells + 125]).toBeCloseTo(0.02 * 0.325, 9);
  });
});

describe("from pairs to fractions", () => {
  const pair = fc.record({
    first: fc.integer({ min: 0, max: 5 }),
    second: fc.integer({ min: 6, max: 9 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    score: fc.double({ min: -50, max: 50, noNaN: true }),
    misfit: fc.constant(0.1),
  });

  test("the chances of all parts add up to two, their expected shares to one", () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 30 }), (pairs) => {
        const parts = [...partsOf(pairs).values()];
        expect(parts.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(2, 9);
        expect(parts.reduce((sum, { chance, share }) => sum + chance * share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  test("a technique that sees the pair the other way round still means the same minerals", () => {
    const one: Pair = { first: 1, second: 2, share: 0.3, score: -1, misfit: 0.1 };
    const two: Pair = { first: 2, second: 1, share: 0.6, score: -2, misfit: 0.2 };
    const errorOf = { raman: 0.1, vnir: 0.1 };
    const [both] = together([one], [two], errorOf);
    expect(both).toMatchObject({ first: 1, second: 2, score: -3 });
    expect(both!.share).toBeCloseTo(0.35, 12);
  });

  test("a pair that VNIR did not try keeps its share and takes VNIR's lowest score", () => {
    const one: Pair = { first: 1, second: 2, share: 0.3, score: -1, misfit: 0.1 };
    const [both] = together([one], [{ ...one, first: 3, score: -7 }], { raman: 0.1, vnir: 0.4 });
    expect(both).toEqual({ ...one, score: -8 });
  });
});

test("the Gaussian keeps a constant, its derivative the slope of a line away from the ends", () => {
  expect(gaussianFilter(new Float64Array(50).fill(2), 3)[25]).toBeCloseTo(2, 12);
  const line = Float64Array.from({ length: 100 }, (_, i) => 0.5 * i);
  expect(gaussianFilter(line, 3, 1)[50]).toBeCloseTo(0.5, 3);
});
