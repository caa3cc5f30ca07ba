import fc from "fast-check";
import { expect, test } from "vitest";
import { type Comparable, comparable, similarity } from "./similarity.ts";
import vectors from "./testing/similarity.json" with { type: "json" };

/** The generator that models/lithoscope_models/fewshot.py (`drawn`) uses too: whole numbers only, so both draw the same. */
function drawn(seed: number, count: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1103 + 12345) % 65536;
    return (state % 2001) / 1000 - 1;
  });
}

/** A made-up spectrum: smooth enough that a shift changes little, of length 1, covered from `first` to `end`. */
function made(seed: number, cells: number, first: number, end: number): Comparable {
  const raw = drawn(seed, 2 * cells);
  const mask = Float32Array.from({ length: cells }, (_, i) => (i >= first && i < end ? 1 : 0));
  const smooth = raw.map((_, i) => {
    const cell = i % cells;
    const [before, after] = [cell > 0 ? raw[i - 1]! : 0, cell < cells - 1 ? raw[i + 1]! : 0];
    return (before + raw[i]! + after) * mask[cell]!;
  });
  const length = Math.hypot(...smooth);
  return comparable(
    smooth.map((v) => v / length),
    mask,
  );
}

test.each(vectors.cases)("compares as the graph does: $query with $reference", ({ query, reference, expected }) => {
  const [a, b] = [query, reference].map(([seed, first, end]) => made(seed!, vectors.cells, first!, end!));
  expect(similarity(a!, b!)).toBeCloseTo(expected, 5);
});

const spectrum = fc
  .tuple(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 240, max: 301 }))
  .map(([seed, first, end]) => made(seed, 301, first, end));

test("a spectrum is like itself, and none is more like it than that", () => {
  fc.assert(
    fc.property(spectrum, (one) => {
      expect(similarity(one, one)).toBeGreaterThan(0.99);
      expect(similarity(one, one)).toBeLessThan(1.15); // energy is counted by blocks of cells
    }),
  );
});

test("two spectra are as alike whichever is asked about", () => {
  fc.assert(
    fc.property(spectrum, spectrum, (one, other) => {
      expect(similarity(one, other)).toBeCloseTo(similarity(other, one), 5);
    }),
  );
});

test("a shift of two cells is forgiven, one of three is not", () => {
  const line = (at: number) => {
    const features = new Float32Array(2 * 101);
    features[at] = 1;
    return comparable(features, new Float32Array(101).fill(1));
  };
  expect(similarity(line(50), line(52))).toBeCloseTo(1, 6);
  expect(similarity(line(50), line(53))).toBe(0);
});

test("spectra without a common range are not alike", () => {
  expect(similarity(made(1, 101, 0, 40), made(2, 101, 60, 101))).toBe(0);
});

test("features must be two for each cell", () => {
  expect(() => comparable(new Float32Array(100), new Float32Array(100))).toThrow(RangeError);
});
