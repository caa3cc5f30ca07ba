import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelManifest } from "../contract/model.ts";
import { interpret, softmax } from "./answer.ts";

const calibration = { temperature: 1.3, setThreshold: { "0.9": 0.2 }, calibratedOn: 100 };
const fit = { intercept: 2, slope: -5 };
const manifest = {
  classes: ["Quartz", "Calcite", "Gypsum", "Albite"],
  calibration: { raman: calibration, "raman+libs": calibration },
  unknown: { prior: 0.05, raman: fit, vnir: fit, libs: { intercept: -1, slope: 0 } },
} as unknown as ModelManifest;

const logits = fc
  .array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((v) => Float32Array.from(v));
const match = fc
  .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((v) => Float32Array.from(v));

test("the minerals' probabilities and unknown add up to one, ranked", () => {
  fc.assert(
    fc.property(logits, match, (l, m) => {
      const { minerals, unknown } = interpret(manifest, ["raman"], { logits: l, match: m }, 4);
      expect(minerals.reduce((sum, { probability }) => sum + probability, unknown)).toBeCloseTo(1, 12);
      const ranked = minerals.map((x) => x.probability);
      expect(ranked).toEqual(ranked.toSorted((a, b) => b - a));
    }),
  );
});

test("the set is never empty, begins with the top name and holds only names at or above the threshold behind it", () => {
  fc.assert(
    fc.property(logits, match, (l, m) => {
      const { minerals, set } = interpret(manifest, ["raman"], { logits: l, match: m }, 4);
      expect(set.names[0]).toBe(minerals[0]?.name);
      const p = softmax(l, calibration.temperature);
      for (const name of set.names.slice(1)) expect(p[manifest.classes.indexOf(name)]).toBeGreaterThanOrEqual(0.2);
    }),
  );
});

test("the set is not cut with the list of minerals", () => {
  const scores = { logits: Float32Array.of(1, 1, 1, -9), match: new Float32Array(3) };
  const { minerals, set } = interpret(manifest, ["raman"], scores, 2);
  expect(minerals).toHaveLength(2);
  expect(set.names).toEqual(["Quartz", "Calcite", "Gypsum"]);
});

test("a better match makes unknown less likely", () => {
  const at = (similarity: number) =>
    interpret(manifest, ["raman"], { logits: new Float32Array(4), match: Float32Array.of(similarity, 0, 0) }, 4)
      .unknown;
  expect(at(0.9)).toBeLessThan(at(0.3));
});

test("with two techniques the log-odds of unknown are averaged", () => {
  const scores = { logits: new Float32Array(4), match: Float32Array.of(0.4, 0, 0.9) };
  const { unknown } = interpret(manifest, ["libs", "raman"], scores, 4);
  expect(Math.log(unknown / (1 - unknown))).toBeCloseTo((2 - 5 * 0.4 - 1) / 2, 5);
});

test("adding a constant to all logits changes nothing", () => {
  fc.assert(
    fc.property(logits, fc.integer({ min: -30, max: 30 }), (l, shift) => {
      const moved = softmax(
        l.map((v) => Math.fround(v) + shift),
        1,
      );
      for (const [i, p] of softmax(l, 1).entries()) expect(moved[i]).toBeCloseTo(p, 4);
    }),
  );
});
