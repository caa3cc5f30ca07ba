import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelManifest } from "../contract/model.ts";
import type { Technique } from "../contract/spectrum.ts";
import { believe, fuse, type RawScores, softmax, stated } from "./answer.ts";

const alone = (technique: string, weight: number) => ({
  weights: { [technique]: weight },
  noReference: { [technique]: -4 },
  setThreshold: { "0.9": 0.2 },
  unknown: { intercept: 2, slopes: [0, -5, 0, 0] },
  calibratedOn: 100,
});
const manifest = {
  classes: ["Quartz", "Calcite", "Gypsum", "Albite"],
  techniques: { raman: { lacking: [] }, vnir: { lacking: [3] }, libs: { lacking: [] } },
  calibration: {
    raman: alone("raman", 0.7),
    vnir: alone("vnir", 1),
    "raman+libs": {
      ...alone("raman", 0.7),
      weights: { raman: 0.8, libs: 0.5 },
      unknown: { intercept: -1, slopes: [-0.5, -2, 0, 0, 0, -0.1, 0.3] },
    },
  },
} as unknown as ModelManifest;

const interpret = (of: ModelManifest, present: readonly Technique[], said: RawScores, most: number) =>
  stated(of, believe(of, present, said), most);

const evidence = fc
  .array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 12, maxLength: 12 })
  .map((v) => Float32Array.from(v));
const match = fc
  .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((v) => Float32Array.from(v));
const scores = fc.record({ evidence, match });

test("the minerals' probabilities add up to one, ranked", () => {
  fc.assert(
    fc.property(scores, (said) => {
      const { minerals } = interpret(manifest, ["raman", "libs"], said, 4);
      const ranked = minerals.map((x) => x.probability);
      expect(ranked.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(ranked).toEqual(ranked.toSorted((a, b) => b - a));
    }),
  );
});

test("the set is never empty, begins with the top name and holds only names at or above the threshold behind it", () => {
  fc.assert(
    fc.property(scores, (said) => {
      const { minerals, set } = interpret(manifest, ["raman"], said, 4);
      expect(set.names[0]).toBe(minerals[0]?.name);
      const p = softmax(fuse(manifest, ["raman"], said));
      for (const name of set.names.slice(1)) expect(p[manifest.classes.indexOf(name)]).toBeGreaterThanOrEqual(0.2);
    }),
  );
});

test("the set is not cut with the list of minerals", () => {
  const said = { evidence: Float32Array.of(1, 1, 1, -9, 0, 0, 0, 0, 0, 0, 0, 0), match: new Float32Array(3) };
  const { minerals, set } = interpret(manifest, ["raman"], said, 2);
  expect(minerals).toHaveLength(2);
  expect(set.names).toEqual(["Quartz", "Calcite", "Gypsum"]);
});

test("a better match makes unknown less likely", () => {
  const at = (similarity: number) =>
    interpret(manifest, ["raman"], { evidence: new Float32Array(12), match: Float32Array.of(similarity, 0, 0) }, 4)
      .unknown;
  expect(at(0.9)).toBeLessThan(at(0.3));
});

test("the signs of the unknown are the leader's probability and each technique's match, evidence and regret", () => {
  const said = {
    evidence: Float32Array.of(3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0),
    match: Float32Array.of(0.4, 0, 0.9),
  };
  const { unknown, minerals } = interpret(manifest, ["libs", "raman"], said, 4);
  const [leader] = minerals;
  expect(leader?.name).toBe("Quartz");
  const expected = -1 - 0.5 * Math.log(leader!.probability) - 2 * 0.4 - 0.1 * 1 + 0.3 * (2 - 1);
  expect(Math.log(unknown / (1 - unknown))).toBeCloseTo(expected, 5);
});

test("a technique that is absent changes nothing, whatever its row says", () => {
  fc.assert(
    fc.property(scores, evidence, (said, other) => {
      const mixed = Float32Array.from(said.evidence, (v, i) => (i < 4 ? v : (other[i] ?? 0)));
      expect(interpret(manifest, ["raman"], { ...said, evidence: mixed }, 4)).toEqual(
        interpret(manifest, ["raman"], said, 4),
      );
    }),
  );
});

test("a technique of no reliability says nothing; one of half counts half", () => {
  fc.assert(
    fc.property(scores, (said) => {
      const silent = fuse(manifest, ["raman", "libs"], said, { libs: 0 });
      for (const [c, v] of silent.entries()) expect(v).toBeCloseTo(0.8 * said.evidence[c]!, 9);
      const half = fuse(manifest, ["raman", "libs"], said, { libs: 0.5 });
      for (const [c, v] of half.entries()) expect(v - silent[c]!).toBeCloseTo(0.25 * said.evidence[8 + c]!, 9);
    }),
  );
});

test("a class that the technique lacks stands lower by the fitted odds", () => {
  const said = { evidence: new Float32Array(12), match: new Float32Array(3) };
  expect([...fuse(manifest, ["vnir"], said)]).toEqual([0, 0, 0, -4]);
});

test("adding a constant to all logits changes nothing", () => {
  fc.assert(
    fc.property(evidence, fc.integer({ min: -30, max: 30 }), (l, shift) => {
      const moved = softmax(Float64Array.from(l, (v) => v + shift));
      for (const [i, p] of softmax(l).entries()) expect(moved[i]).toBeCloseTo(p, 9);
    }),
  );
});
