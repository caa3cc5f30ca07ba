import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleIdFor } from "./traverse.ts";

const day = new Date("2026-11-27T23:59:00Z");

test("a sample's id is its site, the UTC day and the next number", () => {
  expect(sampleIdFor("LZ", day, [])).toBe("LZ-261127-01");
  expect(sampleIdFor("LZ", day, ["LZ-261127-01", "LZ-261127-07", "LZ-261126-40", "LZB-261127-30", "Sample 9"])).toBe(
    "LZ-261127-08",
  );
});

test("an id that is taken is never given again, also beyond 99", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), (count) => {
      const taken = new Set<string>();
      for (let i = 0; i < count; i += 1) {
        const id = sampleIdFor("R2", day, taken);
        expect(taken.has(id)).toBe(false);
        taken.add(id);
      }
    }),
    { numRuns: 20 },
  );
});
