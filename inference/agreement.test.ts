import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelManifest } from "../contract/model.ts";
import { type Technique, techniques } from "../contract/spectrum.ts";
import { agreement, weigh } from "./agreement.ts";
import { believe, softmax } from "./answer.ts";

const classes = 40;
const sets = ["raman", "vnir", "libs", "raman+vnir", "raman+libs", "vnir+libs", "raman+vnir+libs"];
const fitOf = (set: string) => ({
  weights: Object.fromEntries(set.split("+").map((t) => [t, 1])),
  noReference: {},
  setThreshold: { "0.9": 0.2 },
  unknown: {
    intercept: -3,
    slopes: set
      .split("+")
      .flatMap(() => [0, 0, 0])
      .concat(0),
  },
});
const manifest = {
  classes: Array.from({ length: classes }, (_, i) => `Mineral ${i}`),
  techniques: { raman: { lacking: [] }, vnir: { lacking: [] }, libs: { lacking: [] } },
  calibration: Object.fromEntries(sets.map((set) => [set, fitOf(set)])),
} as unknown as ModelManifest;

/** Evidence in which each technique points at one class with so many nats. */
function pointing(at: Partial<Record<Technique, [mineral: number, nats: number]>>) {
  const evidence = new Float32Array(techniques.length * classes);
  techniques.forEach((technique, t) => {
    const [mineral, nats] = at[technique] ?? [0, 0];
    evidence[t * classes + mineral] = nats;
  });
  return { evidence, match: new Float32Array(techniques.length) };
}
const leader = (p: Float64Array) => p.indexOf(Math.max(...p));
const nats = fc.double({ min: 6, max: 30, noNaN: true });
const mineral = fc.integer({ min: 0, max: classes - 1 });

test("one technique is believed as it is", () => {
  fc.assert(
    fc.property(mineral, nats, fc.constantFrom(...techniques), (at, strength, technique) => {
      const said = pointing({ [technique]: [at, strength] });
      expect(weigh(manifest, [technique], said)).toEqual(believe(manifest, [technique], said));
    }),
  );
});

test("techniques that tell of one mineral are believed together, and nothing is said of disagreement", () => {
  fc.assert(
    fc.property(mineral, nats, nats, (at, a, b) => {
      const said = pointing({ raman: [at, a], libs: [at, b] });
      const { probabilities, disagreement } = weigh(manifest, ["raman", "libs"], said);
      expect(leader(probabilities)).toBe(at);
      expect(disagreement).toBeUndefined();
    }),
  );
});

test("LIBS that tells nonsense with much weight does not overrule a sure Raman spectrum", () => {
  fc.assert(
    fc.property(mineral, mineral, nats, (right, wrong, strength) => {
      fc.pre(right !== wrong);
      const said = pointing({ raman: [right, 12], libs: [wrong, 12 + strength] });
      expect(leader(believe(manifest, ["raman", "libs"], said).probabilities)).toBe(wrong);
      const { probabilities, disagreement } = weigh(manifest, ["raman", "libs"], said);
      expect(leader(probabilities)).toBe(right);
      expect(disagreement?.doubted).toEqual(["libs"]);
      expect(disagreement?.sentence).toBe(
        "LIBS does not fit Raman and hardly counts here. Measure again, all on one grain.",
      );
    }),
  );
});

test("of three techniques the odd one out is doubted", () => {
  const said = pointing({ raman: [1, 12], vnir: [7, 12], libs: [1, 12] });
  const { probabilities, disagreement } = weigh(manifest, techniques, said);
  expect(leader(probabilities)).toBe(1);
  expect(disagreement?.doubted).toEqual(["vnir"]);
});

test("the probabilities add up to one and the unknown is one, whatever the techniques say", () => {
  const anything = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), {
    minLength: techniques.length * classes,
    maxLength: techniques.length * classes,
  });
  fc.assert(
    fc.property(anything, fc.subarray([...techniques], { minLength: 1 }), (evidence, present) => {
      const said = { evidence: Float32Array.from(evidence), match: new Float32Array(techniques.length) };
      const { probabilities, unknown } = weigh(manifest, present, said);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
      expect(unknown).toBeGreaterThanOrEqual(0);
      expect(unknown).toBeLessThanOrEqual(1);
    }),
  );
});

test("a spectrum too poor to count can neither agree nor disagree", () => {
  const said = pointing({ raman: [1, 12], libs: [7, 12] });
  const { probabilities, disagreement } = weigh(manifest, ["raman", "libs"], said, { libs: 0 });
  expect(leader(probabilities)).toBe(1);
  expect(disagreement).toBeUndefined();
});

test("what says nothing of the minerals agrees with everything, neither well nor badly", () => {
  const uniform = new Float64Array(classes).fill(1 / classes);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: classes, maxLength: classes }),
      (z) => {
        expect(agreement([softmax(z), uniform])).toBeCloseTo(1, 9);
      },
    ),
  );
});

test("no technique is no answer", () => {
  expect(() => weigh(manifest, [], pointing({}))).toThrow(RangeError);
});
