import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { constituentsOf } from "../../contract/rocks/constituents.ts";
import { type Group, groupIndex, groupMinerals, groupOf, groups } from "../../contract/rocks/groups.ts";
import manifest from "../../models/packages/fusion-1/manifest.json" with { type: "json" };
import { seededRandom } from "../../spectra/random.ts";
import { betaCdf, dirichlet } from "./distributions.ts";
import { evidenceOf, type RockSpot } from "./evidence.ts";
import { rockFacts } from "./facts.ts";
import { modalMineralogy } from "./modal.ts";
import { drawModes } from "./modes.ts";
import { chemistryOf, looksOf } from "./schemes/looks.ts";
import { rockSchemes } from "./schemes/schemes.ts";

describe("published ranges", () => {
  test("are read as written", () => {
    expect(
      constituentsOf("plagioclase 77.5-90; olivine < 5; troilite 5; angular clasts > 2 mm > 30; olivine Fa16-20 30-40"),
    ).toEqual([
      { term: "plagioclase", range: [77.5, 90] },
      { term: "olivine", range: [0, 5] },
      { term: "troilite", range: [5, 5] },
      { term: "angular clasts > 2 mm", range: [30, 100] },
      { term: "olivine Fa16-20", range: [30, 40] },
    ]);
  });

  test("what is no plain range stays as words", () => {
    expect(constituentsOf("orthopyroxene > 95 of pyroxene; variable")).toEqual([
      { term: "orthopyroxene > 95 of pyroxene" },
      { term: "variable" },
    ]);
  });

  test("any range comes back", () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 51, max: 100 }));
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]+( [a-z]+)?$/), range, (term, [low, high]) => {
        expect(constituentsOf(`${term} ${low}-${high}`)).toEqual([{ term, range: [low, high] }]);
      }),
    );
  });
});

describe("the table of groups", () => {
  test("holds each mineral once", () => {
    const all = Object.values(groupMinerals).flat();
    expect(new Set(all).size).toBe(all.length);
  });

  test("knows the rock formers among the classes of the shipped model", () => {
    const known = manifest.classes.filter((name) => groupOf(name) !== "other mineral");
    expect(known.length).toBeGreaterThan(200);
    for (const name of [
      "Forsterite",
      "Enstatite",
      "Augite",
      "Anorthite",
      "Albite",
      "Quartz",
      "Calcite",
      "Dolomite",
      "Gypsum",
    ])
      expect(known).toContain(name);
  });
});

describe("the list of rocks", () => {
  test("has 122 rocks, each with a scheme, a source and looks", () => {
    expect(rockSchemes()).toHaveLength(122);
    for (const { facts } of rockSchemes()) expect(facts.source, facts.name).not.toBe("");
    const names = new Set(rockFacts().map(({ name }) => name));
    for (const name of [...Object.keys(looksOf), ...Object.keys(chemistryOf)]) expect(names).toContain(name);
  });

  test.each(rockSchemes().map((scheme) => [scheme.facts.name, scheme] as const))(
    "%s: modes meet its ranges",
    (_name, scheme) => {
      for (const place of scheme.places) {
        const composition = scheme.composition(place);
        const modes = drawModes(composition, 20, seededRandom(1));
        for (let n = 0; n < 20; n++) {
          const mode = modes.subarray(n * groups.length, (n + 1) * groups.length);
          expect(mode.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
          for (const { groups: of, low } of composition.parts) {
            const share = Object.keys(of).reduce((sum, group) => sum + (mode[groupIndex[group as Group]] ?? 0), 0);
            expect(share * 100).toBeGreaterThanOrEqual(low - 0.01);
          }
          for (const { of, among, low, high } of composition.ratios) {
            const sum = (list: readonly Group[]) =>
              list.reduce((total, group) => total + (mode[groupIndex[group]] ?? 0), 0);
            expect((100 * sum(of)) / sum(among)).toBeGreaterThanOrEqual(low - 0.01);
            expect((100 * sum(of)) / sum(among)).toBeLessThanOrEqual(high + 0.01);
          }
        }
      }
    },
  );
});

vi.setConfig({ testTimeout: 180_000 });

const good = { raman: { verdict: "good" as const, weight: 1, signalToNoise: 40, checks: [] } };
const named = (name: string, probability = 0.9): RockSpot => ({
  identification: { minerals: [{ name, probability }], unknown: (1 - probability) / 2, quality: good },
});
const shareOf = (spots: readonly RockSpot[], name: string) =>
  modalMineralogy(spots.flatMap(evidenceOf), seededRandom(1)).find(({ constituent }) => constituent.name === name)!;

describe("modal mineralogy", () => {
  test("two spots in three on olivine is two thirds, with an interval that holds it", () => {
    const spots = Array.from({ length: 30 }, (_, i) => named(i % 3 === 0 ? "Augite" : "Forsterite"));
    const { share, low, high } = shareOf(spots, "olivine");
    expect(share).toBeCloseTo(2 / 3, 1);
    expect(low).toBeGreaterThan(0.48);
    expect(high).toBeLessThan(0.82);
  });

  test("an interval of 90 % holds the share of a rarer constituent about 9 times in 10", () => {
    const random = seededRandom(5);
    const enstatite = 0.1;
    let held = 0;
    for (let sample = 0; sample < 60; sample++) {
      const spots = Array.from({ length: 30 }, () => named(random() < enstatite ? "Enstatite" : "Forsterite", 0.98));
      const { low, high } = shareOf(spots, "orthopyroxene");
      if (low <= enstatite && enstatite <= high) held += 1;
    }
    expect(held / 60).toBeGreaterThan(0.78); // binomial intervals of 30 counts hold between 0.8 and 0.97
  });

  test("shares add up to one and lie in their intervals, whatever the answers", () => {
    const name = fc.constantFrom(...manifest.classes);
    const spot = fc.record({
      name,
      p: fc.double({ min: 0, max: 1, noNaN: true }),
      u: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(spot, { maxLength: 20 }), (given) => {
        const spots = given.map(({ name, p, u }) => ({
          identification: { minerals: [{ name, probability: p * (1 - u) }], unknown: u, quality: good },
        }));
        const shares = modalMineralogy(spots.flatMap(evidenceOf), seededRandom(2));
        expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        for (const { low, share, high } of shares) expect(low <= share && share <= high).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("more spots make the interval narrower", () => {
    const width = (n: number) => {
      const { low, high } = shareOf(
        Array.from({ length: n }, (_, i) => named(i % 2 === 0 ? "Quartz" : "Calcite")),
        "silica",
      );
      return high - low;
    };
    expect(width(60)).toBeLessThan(width(20));
  });

  test("the probabilities of all names count: undecided pyroxenes are no olivine", () => {
    const spots = Array.from({ length: 20 }, () => ({
      identification: {
        minerals: ["Forsterite", "Augite", "Diopside"].map((name, i) => ({ name, probability: [0.36, 0.32, 0.3][i]! })),
        unknown: 0.02,
        quality: good,
      },
    }));
    expect(shareOf(spots, "clinopyroxene").share).toBeGreaterThan(shareOf(spots, "olivine").share);
  });

  test("the tails of answers do not add up to a mineral that nobody named", () => {
    const tail = { minerals: [{ name: "Schwartzembergite", probability: 0.12 }], unknown: 0.02, quality: good };
    const minerals = ["Forsterite", "Augite", "Enstatite", "Magnetite"];
    const spots = Array.from({ length: 8 }, (_, i) => ({
      identification: { ...tail, minerals: [{ name: minerals[i % 4]!, probability: 0.8 }, ...tail.minerals] },
    }));
    expect(shareOf(spots, "other mineral").share).toBeLessThan(0.1);
    const tourmaline = Array.from({ length: 8 }, () => named("Schorl"));
    expect(shareOf([...spots, ...tourmaline], "other mineral").share).toBeGreaterThan(0.4);
  });

  test("a mixed spot counts by its fractions", () => {
    const spots = Array.from({ length: 20 }, () => ({
      identification: {
        minerals: [{ name: "Forsterite", probability: 0.9 }],
        unknown: 0.02,
        mixture: [
          { name: "Forsterite", fraction: 0.25 },
          { name: "Anorthite", fraction: 0.75 },
        ],
        quality: good,
      },
    }));
    expect(shareOf(spots, "olivine").share).toBeCloseTo(0.25, 1);
  });

  test("a spot too poor to name is left out, unless the eye saw metal", () => {
    const poor = {
      minerals: [{ name: "Quartz", probability: 0.2 }],
      unknown: 0.6,
      quality: { raman: { ...good.raman, verdict: "poor" as const } },
    };
    expect(evidenceOf({ identification: poor })).toEqual([]);
    const metallic = Array.from({ length: 10 }, () => ({ identification: poor, look: "metal" as const }));
    // Iron and troilite both shine.
    expect(shareOf(metallic, "metal").share + shareOf(metallic, "sulfide").share).toBeGreaterThan(0.8);
  });
});

describe("distributions", () => {
  test("Beta: the distribution function of known cases", () => {
    for (const x of [0.1, 0.35, 0.8]) {
      expect(betaCdf(x, 1, 1)).toBeCloseTo(x, 10);
      expect(betaCdf(x, 2, 1)).toBeCloseTo(x * x, 10);
      expect(betaCdf(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 10);
    }
    expect(betaCdf(0.3, 4, 7)).toBeCloseTo(0.3503892816, 9); // R: pbeta(0.3, 4, 7)
  });

  test("Dirichlet: shares add up to one and have the mean of the concentrations", () => {
    const random = seededRandom(3);
    const draws = Array.from({ length: 4000 }, () => dirichlet([3, 1, 0.2], random));
    for (const draw of draws) expect(draw.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    for (const [i, a] of [3, 1, 0.2].entries()) {
      expect(draws.reduce((sum, draw) => sum + draw[i]!, 0) / draws.length).toBeCloseTo(a / 4.2, 1);
    }
  });
});
