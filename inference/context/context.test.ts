import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContextEffect, type contexts } from "../../contract/context.ts";
import type { MineralEntry } from "../../contract/mindb.ts";
import { contextPrior, mostFactor, withContext } from "./context.ts";

type Occurrence = MineralEntry["occurrences"][number];

const occurrence = (body: Occurrence["body"], setting: string, abundance: string): Occurrence => ({
  ...{ body, setting, abundance },
  evidence: "returned sample",
  source: "a source",
  confidence: "sourced",
});
const listed: Record<string, Occurrence[]> = {
  Anorthite: [occurrence("moon", "highland anorthosite", "major")],
  Olivine: [occurrence("pangaea_analogue", "Lanzarote basalt", "major")],
  Coesite: [occurrence("pangaea_analogue", "Ries suevite", "trace")],
  Gypsum: [occurrence("pangaea_analogue", "Bellerophon evaporites", "major"), occurrence("mars", "veins", "minor")],
};
const names = [...Object.keys(listed), "Quartz"];
const of = (name: string): Occurrence[] => listed[name] ?? [];

describe("the prior of a place", () => {
  it("lists what was found there: PANGAEA sites by the head of the setting, a bed of the Dolomites as the Dolomites", () => {
    const above = (context: (typeof contexts)[number]) => {
      const prior = contextPrior(context, names, of);
      return names.filter((_, i) => (prior[i] ?? 0) > 0);
    };
    expect(above("moon")).toEqual(["Anorthite"]);
    expect(above("mars")).toEqual(["Gypsum"]);
    expect(above("lanzarote")).toEqual(["Olivine"]);
    expect(above("ries")).toEqual(["Coesite"]);
    expect(above("dolomites")).toEqual(["Gypsum"]);
    expect(above("anywhere")).toEqual([]);
  });

  it("is at most a factor of 20, for a rock former", () => {
    expect(Math.exp(contextPrior("moon", ["Anorthite"], of)[0] ?? 0)).toBeCloseTo(mostFactor, 9);
    expect(Math.exp(contextPrior("ries", ["Coesite"], of)[0] ?? 0)).toBeLessThan(4);
  });
});

const answers = fc
  .tuple(
    fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([weights, unknown]) => {
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((w, i) => ({ name: `M${i}`, probability: ((1 - unknown) * w) / total }));
  });
const priors = fc.array(fc.double({ min: 0, max: Math.log(mostFactor), noNaN: true }), {
  minLength: 20,
  maxLength: 20,
});

describe("an answer at a place", () => {
  it("keeps the probability that the mineral is in the library, and its names", () => {
    fc.assert(
      fc.property(answers, priors, (minerals, prior) => {
        const before = minerals.reduce((sum, { probability }) => sum + probability, 0);
        const { minerals: after, effect } = withContext("mars", minerals, Float64Array.from(prior));
        expect(after.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(before, 9);
        expect(after.map(({ name }) => name).sort()).toEqual(minerals.map(({ name }) => name).sort());
        expect(ContextEffect.safeParse(effect).success).toBe(true);
      }),
    );
  });

  it("of 95 per cent or more never leaves the first place nor falls below 94", () => {
    const sure = fc
      .tuple(fc.double({ min: 0.95, max: 1, noNaN: true }), answers)
      .map(([p, rest]) => [
        { name: "Sure", probability: p },
        ...rest.map(({ name, probability }) => ({ name, probability: (1 - p) * probability })),
      ]);
    fc.assert(
      fc.property(sure, priors, (minerals, others) => {
        // The worst case: everything else is common here, the sure name is not listed.
        const { minerals: after, effect } = withContext("moon", minerals, Float64Array.from([0, ...others, ...others]));
        expect(after[0]?.name).toBe("Sure");
        expect(after[0]?.probability).toBeGreaterThan(0.94);
        expect(effect.minerals[0]).toMatchObject({ name: "Sure", without: minerals[0]?.probability });
      }),
    );
  });

  it("anywhere is the answer itself", () => {
    fc.assert(
      fc.property(answers, (minerals) => {
        const prior = contextPrior(
          "anywhere",
          minerals.map(({ name }) => name),
          of,
        );
        const { minerals: after, effect } = withContext("anywhere", minerals, prior);
        expect(effect.factor).toBe(1);
        for (const { name, probability } of minerals) {
          expect(after.find((m) => m.name === name)?.probability).toBeCloseTo(probability, 12);
        }
      }),
    );
  });

  it("settles between names that the spectra leave open, and shows both numbers", () => {
    const minerals = [
      { name: "Quartz", probability: 0.45 },
      { name: "Anorthite", probability: 0.4 },
    ];
    const prior = contextPrior("moon", ["Quartz", "Anorthite"], of);
    const { minerals: after, effect } = withContext("moon", minerals, prior);
    expect(after[0]?.name).toBe("Anorthite");
    expect(after[0]?.probability).toBeGreaterThan(0.65);
    expect(effect.minerals.find(({ name }) => name === "Quartz")?.without).toBe(0.45);
  });
});
