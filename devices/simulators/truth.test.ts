import fc from "fast-check";
import { expect, it } from "vitest";
import { staleTruthCounts, truthCounts, truthOf } from "./truth.ts";

const anyTruth = fc.record({
  session: fc.integer({ min: 0, max: 1023 }),
  acquisition: fc.integer({ min: 1, max: 2 ** 20 - 1 }),
  integrationUs: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  scansToAverage: fc.integer({ min: 1, max: 1023 }),
  lightOn: fc.boolean(),
});

it("a spectrum tells where it came from, in ten bits a pixel", () => {
  fc.assert(
    fc.property(anyTruth, (truth) => {
      const counts = truthCounts(truth, 288);
      expect(Math.max(...counts)).toBeLessThan(1024);
      expect(truthOf(counts)).toEqual(truth);
    }),
  );
});

it("no pixel can be wrong without being seen, and no part of another spectrum", () => {
  fc.assert(
    fc.property(anyTruth, anyTruth, fc.nat(287), fc.integer({ min: 1, max: 0xffff }), (truth, other, at, change) => {
      const counts = truthCounts(truth, 288);
      const wrong = counts.map((count, i) => (i === at ? count ^ change : count));
      expect(truthOf(wrong)).not.toEqual(truth);
      const mixed = Uint16Array.of(...counts.subarray(0, 144), ...truthCounts(other, 288).subarray(144));
      fc.pre(JSON.stringify(truth) !== JSON.stringify(other));
      expect(truthOf(mixed)).toBeUndefined();
    }),
  );
});

it("what a session before sent is not of this one", () => {
  expect(truthOf(staleTruthCounts(6, 288))?.session).toBe(7);
});
