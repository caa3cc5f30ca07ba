import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFormula } from "../../contract/chemistry/formula.ts";
import { compositionOf } from "../../contract/chemistry/fractions.ts";
import { atomicWeight } from "../../contract/chemistry/weights.ts";
import type { ElementSymbol } from "../../contract/elements.ts";
import { sharedMissing, sharedTable } from "../testing.ts";
import { checkStoichiometry } from "./check.ts";

const rangesOf = (formula: string) => {
  const composition = compositionOf(formula);
  if (composition === undefined) throw new Error(`not understood: ${formula}`);
  return Object.fromEntries(
    [...composition.elements].map(([symbol, { low, high }]) => [
      symbol,
      [Math.round(1000 * low) / 10, Math.round(1000 * high) / 10],
    ]),
  );
};

describe("the composition of a formula", () => {
  it.each([
    ["SiO2", { Si: [46.7, 46.7], O: [53.3, 53.3] }],
    ["Fe3+2(SO4)3·9H2O", { Fe: [19.9, 19.9], S: [17.1, 17.1], O: [59.8, 59.8], H: [3.2, 3.2] }],
    ["Fe3+O(OH)", { Fe: [62.9, 62.9], O: [36, 36], H: [1.1, 1.1] }],
    // Olivine: the first of a site has at least half of it.
    ["(Mg,Fe2+)2SiO4", { Mg: [14.1, 34.6], Fe: [0, 32.4], Si: [16.3, 20], O: [37.2, 45.5] }],
    ["(Fe0.95Mg0.05)S", { Fe: [61.4, 61.4], Mg: [1.4, 1.4], S: [37.1, 37.1] }],
    ["[box]Ca2", { Ca: [100, 100] }],
    ["Cu1-2S", { Cu: [66.5, 79.9], S: [20.1, 33.5] }],
    ["K{Al[SO4]2}·0.5H2O", { K: [14.6, 14.6], Al: [10.1, 10.1], S: [24, 24], O: [50.9, 50.9], H: [0.4, 0.4] }],
  ])("%s", (formula, ranges) => {
    expect(rangesOf(formula)).toEqual(ranges);
  });

  it("says when a count is unknown, and then spans it", () => {
    const composition = compositionOf("Al(OH)3·nH2O (n < 3)");
    expect(composition?.indefinite).toBe(true);
    const { low = 0, high = 0 } = composition?.elements.get("Al") ?? {};
    expect(low).toBeLessThan(0.15);
    expect(high).toBeCloseTo(26.982 / 78.003, 3);
  });

  it("is undefined for what is no formula", () => {
    for (const text of ["", "quartz", "Si(O2", "SiO2)", "(Mg,)O", "·"]) expect(parseFormula(text)).toBeUndefined();
  });

  const symbol = fc.constantFrom<ElementSymbol>("Na", "Mg", "Al", "Si", "S", "K", "Ca", "Fe", "Cu", "O", "H", "Pb");
  const count = fc.integer({ min: 1, max: 9 });
  const element = fc.tuple(symbol, count).map(([s, n]) => `${s}${n === 1 ? "" : n}`);
  const site = fc.tuple(fc.uniqueArray(symbol, { minLength: 2, maxLength: 4 }), count).map(([s, n]) => `(${s})${n}`);
  const formulas = fc.array(fc.oneof(element, site), { minLength: 1, maxLength: 6 }).map((terms) => terms.join(""));

  it("adds up to 1, with every nominal fraction between its bounds", () => {
    fc.assert(
      fc.property(formulas, (formula) => {
        const elements = [...(compositionOf(formula)?.elements.values() ?? [])];
        expect(elements.reduce((sum, { nominal }) => sum + nominal, 0)).toBeCloseTo(1, 9);
        expect(elements.reduce((sum, { low }) => sum + low, 0)).toBeLessThanOrEqual(1 + 1e-9);
        expect(elements.reduce((sum, { high }) => sum + high, 0)).toBeGreaterThanOrEqual(1 - 1e-9);
        for (const { low, nominal, high } of elements) {
          expect(low).toBeLessThanOrEqual(nominal + 1e-9);
          expect(high).toBeGreaterThanOrEqual(nominal - 1e-9);
        }
      }),
    );
  });

  it("of a formula without shared sites is that of its atoms", () => {
    const atoms = fc.uniqueArray(fc.tuple(symbol, count), { minLength: 1, maxLength: 5, selector: ([s]) => s });
    fc.assert(
      fc.property(atoms, (list) => {
        const total = list.reduce((sum, [s, n]) => sum + n * (atomicWeight[s] ?? 0), 0);
        const elements = compositionOf(list.map(([s, n]) => `${s}${n}`).join(""))?.elements;
        for (const [s, n] of list) {
          const { low = 0, high = 0 } = elements?.get(s) ?? {};
          expect(low).toBeCloseTo((n * (atomicWeight[s] ?? 0)) / total, 9);
          expect(high).toBeCloseTo(low, 9);
        }
      }),
    );
  });

  it("does not change with the brackets around a group, or with the order of its terms", () => {
    fc.assert(
      fc.property(formulas, element, count, (formula, last, n) => {
        expect(rangesOf(`[${formula}]${n}${last}`)).toEqual(rangesOf(`${last}{${formula}}${n}`));
      }),
    );
  });
});

const table = "data/minerals.csv";
const missing = sharedMissing(table);

describe.skipIf(missing !== undefined)(`the IMA list${missing ? ` (skipped: ${missing})` : ""}`, () => {
  const rows = missing === undefined ? sharedTable(table) : [];

  it("is understood to 99.5 per cent", () => {
    const failed = rows
      .filter(({ formula = "" }) => compositionOf(formula) === undefined)
      .map(({ formula }) => formula);
    console.log(`formulas understood: ${rows.length - failed.length} of ${rows.length}; not: ${failed.join(" | ")}`);
    expect(failed.length).toBeLessThanOrEqual(0.005 * rows.length);
  });

  it("has mass fractions within 0.5 wt% wherever no site is shared and no count unknown", () => {
    const wrong: string[] = [];
    let compared = 0;
    let shared = 0;
    let sharedWithin = 0;
    for (const { name, formula = "", mass_fractions = "", mass_fractions_approx } of rows) {
      const elements = compositionOf(formula)?.elements;
      if (mass_fractions === "" || elements === undefined) continue;
      const pairs = mass_fractions.split(";").map((pair) => pair.split(":"));
      const off = pairs.filter(([s = "", w]) => {
        const { nominal = 0 } = elements.get(s as ElementSymbol) ?? {};
        return Math.abs(nominal - Number(w)) > 0.005;
      });
      if (mass_fractions_approx === "1") {
        shared += 1;
        if (off.length === 0) sharedWithin += 1;
      } else {
        compared += 1;
        if (off.length > 0) wrong.push(`${name} ${formula}: ${off.join(" ")}`);
      }
    }
    console.log(
      `mass fractions: ${compared - wrong.length} of ${compared} agree; shared sites ${sharedWithin} of ${shared}`,
    );
    console.log(wrong.join("\n"));
    expect(wrong.length).toBeLessThanOrEqual(0.002 * compared);
  });
});

describe("elements against formulas", () => {
  const formulas: Record<string, string> = {
    Forsterite: "Mg2(SiO4)",
    Fayalite: "Fe2+2(SiO4)",
    Quartz: "SiO2",
    Calcite: "Ca(CO3)",
    Augite: "(Ca,Mg,Fe)2Si2O6",
  };
  const check = (findings: Parameters<typeof checkStoichiometry>[0], ...names: string[]) =>
    checkStoichiometry(findings, names, (name) => formulas[name]);

  it("speak against a mineral whose element was excluded", () => {
    const [forsterite] = check({ Mg: { state: "excluded", high: 0.005 }, Si: { state: "found" } }, "Forsterite");
    expect(forsterite).toEqual({
      name: "Forsterite",
      verdict: "contradicts",
      sentences: ["No magnesium was found; Forsterite needs 35 wt%.", "Silicon: found, as Forsterite has."],
    });
  });

  it("speak against a mineral that lacks what was found in quantity, and doubt where the quantity is unknown", () => {
    const [quartz] = check({ Ca: { state: "found", massFraction: 0.3, low: 0.2 } }, "Quartz");
    expect(quartz).toMatchObject({
      verdict: "contradicts",
      sentences: ["Calcium was found (20 wt%); Quartz has none."],
    });
    const [doubted] = check({ Ca: { state: "found" }, Si: { state: "found" } }, "Quartz");
    expect(doubted?.verdict).toBe("consistent");
    expect(doubted?.sentences.at(-1)).toMatch(/a trace, or another mineral/);
  });

  it("tell two minerals of one structure apart by amounts", () => {
    const verdicts = check(
      { Fe: { state: "found", low: 0.4, high: 0.6 }, Mg: { state: "unsure" } },
      "Fayalite",
      "Augite",
    );
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["consistent", "contradicts"]);
  });

  it("are silent on what air gives and on sites that may hold something else", () => {
    const [calcite] = check({ C: { state: "excluded" }, O: { state: "excluded" } }, "Calcite");
    expect(calcite?.verdict).toBe("open");
    const [augite] = check({ Fe: { state: "excluded", high: 0.002 }, Ca: { state: "found" } }, "Augite");
    expect(augite?.verdict).toBe("consistent");
  });

  it("never contradict the mineral whose own composition was found", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(formulas)), fc.double({ min: 0, max: 1, noNaN: true }), (name, at) => {
        const elements = compositionOf(formulas[name] ?? "")?.elements ?? new Map();
        const findings = Object.fromEntries(
          [...elements].map(([symbol, { low, high }]) => {
            const massFraction = low + at * (high - low);
            const state = massFraction > 0.005 ? "found" : "excluded";
            return [symbol, { state, massFraction, low: 0.8 * massFraction, high: Math.min(1, 1.2 * massFraction) }];
          }),
        );
        expect(check(findings, name)[0]?.verdict).not.toBe("contradicts");
      }),
    );
  });
});
