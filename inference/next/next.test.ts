import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Next } from "../../contract/next.ts";
import { type Technique, techniqueName, techniques } from "../../contract/spectrum.ts";
import { sharedMissing, sharedTable, shippedBands } from "../testing.ts";
import { confusion, entropyBits, evidence, expectedGain } from "./confusion.ts";
import { catalogueSentence, type KnownLookAlike } from "./separation.ts";
import { compositionIn } from "./similarity.ts";
import { type MeasuredTechnique, whatNext } from "./whatNext.ts";

const table = shippedBands();
const even = (...names: string[]) => names.map((name) => ({ name, probability: 0.9 / names.length }));
const good = (from: number, to: number): MeasuredTechnique => ({
  verdict: "good",
  signalToNoise: 200,
  range: [from, to],
});

describe("the confusion model", () => {
  it.each([
    ["raman", 0.79, 16],
    ["vnir", 0.47, 1],
    ["libs", 0.37, 20],
  ] as const)(
    "names the right mineral by %s as often as was measured: %d",
    (technique, measured, every) => {
      const names = table.names.filter((name) =>
        technique === "libs" ? compositionIn(table, name) !== undefined : table.of(name, technique),
      );
      const chosen = names.filter((_, i) => i % every === 0);
      const right = chosen.map((name) => {
        return 1 / names.reduce((sum, other) => sum + Math.exp(-(evidence(table, name, other, technique) ?? 30)), 0);
      });
      const mean = right.reduce((sum, p) => sum + p, 0) / right.length;
      console.log(`${technique}: ${mean.toFixed(3)} over ${names.length} minerals`);
      expect(Math.abs(mean - measured)).toBeLessThan(0.05);
    },
    60_000,
  );

  const probabilities = fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 })
    .map((list) => list.map((p) => p / list.reduce((a, b) => a + b, 0)));

  it("never promises more than is open, and nothing where nothing separates", () => {
    fc.assert(
      fc.property(
        probabilities,
        fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: 64, maxLength: 64 }),
        (prior, nats) => {
          const names = prior.map((_, i) => `M${i}`);
          const rows = confusion(names, (a, b) => (a === b ? 0 : nats[8 * Number(a.slice(1)) + Number(b.slice(1))]));
          const gain = expectedGain(prior, rows ?? []);
          expect(gain).toBeGreaterThanOrEqual(0);
          expect(gain).toBeLessThanOrEqual(entropyBits(prior) + 1e-9);
          const blind = confusion(names, () => 0);
          expect(expectedGain(prior, blind ?? [])).toBeCloseTo(0, 9);
          for (const row of rows ?? []) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

describe("what to measure next", () => {
  it("tells enstatite from forsterite by the iron bands near 1 and 2 µm when Raman is done", () => {
    const next = whatNext(even("Enstatite", "Forsterite"), { raman: good(100, 1300) }, table);
    expect(Next.safeParse(next).success).toBe(true);
    const vnir = next.steps.find(({ technique }) => technique === "vnir");
    expect(vnir?.action).toBe("measure");
    expect(vnir?.sentence).toMatch(/^VNIR: the (0\.9|1\.9|928|1\.1).*(Enstatite|Forsterite)/);
  });

  it("is LIBS for an isostructural pair, and names the element", () => {
    const next = whatNext(even("Jarosite", "Natrojarosite"), { raman: good(100, 1300), vnir: good(400, 2400) }, table);
    expect(next.steps[0]?.technique).toBe("libs");
    expect(next.sentence).toMatch(/potassium|sodium/);
  });

  it("is no LIBS for polymorphs: calcite and aragonite are one composition", () => {
    const next = whatNext(even("Calcite", "Aragonite"), {}, table);
    expect(next.steps.map(({ technique }) => technique)).not.toContain("libs");
    const raman = next.steps.find(({ technique }) => technique === "raman");
    expect(raman?.sentence).toBe("Raman: the 281 cm⁻¹ band tells Calcite from Aragonite.");
  });

  it("is a longer measurement where the one at hand is too poor, and a wider one where the band lies outside", () => {
    const poor: MeasuredTechnique = { verdict: "poor", signalToNoise: 3, range: [100, 1300] };
    const longer = whatNext(even("Calcite", "Quartz"), { raman: poor }, table, undefined, ["raman"]);
    expect(longer.steps[0]).toMatchObject({ action: "longer", technique: "raman" });
    const wider = whatNext(even("Calcite", "Dolomite"), { raman: good(600, 1000) }, table, undefined, ["raman"]);
    expect(wider.steps[0]).toMatchObject({ action: "wider", technique: "raman" });
    expect(wider.sentence).toMatch(
      /^Raman over more of its range: the \d+ cm⁻¹ band of (Calcite|Dolomite) lies at \d+ cm⁻¹ in/,
    );
  });

  it("is nothing when one name stands, and says when nothing would help", () => {
    const settled = whatNext(
      [{ name: "Quartz", probability: 0.99 }, ...even("Calcite").map((m) => ({ ...m, probability: 0.005 }))],
      {},
      table,
    );
    expect(settled.steps).toEqual([]);
    expect(settled.sentence).toBe("Nothing more is needed to tell Quartz from the others.");
    const hopeless = whatNext(even("Calcite", "Aragonite"), { raman: good(100, 1300) }, table, undefined, [
      "raman",
      "libs",
    ]);
    expect(hopeless.sentence).toBe("Nothing here would help to tell Calcite from Aragonite.");
  });

  it("speaks in the catalogue's words where it has some, with its source", () => {
    const known: KnownLookAlike = {
      name: "Dolomite",
      separatedBy: "Raman; VNIR; LIBS",
      how: "Calcite against Dolomite: v1 1086 against 1098, lattice 281 against 299 cm-1; VNIR 2336 against 2316 nm; LIBS Mg 279.55, 285.21 nm; dilute HCl",
      source: "a source",
      confidence: "sourced",
    };
    expect(catalogueSentence(known, "raman")).toBe(
      "Raman tells Calcite from Dolomite: v1 1086 against 1098, lattice 281 against 299 cm⁻¹.",
    );
    expect(catalogueSentence(known, "vnir")).toBe("VNIR tells Calcite from Dolomite: VNIR 2336 against 2316 nm.");
    expect(catalogueSentence(known, "libs")).toBe("LIBS tells Calcite from Dolomite: LIBS Mg 279.55, 285.21 nm.");
    const next = whatNext(even("Calcite", "Dolomite"), {}, table, (name) => (name === "Calcite" ? [known] : []));
    expect(next.steps[0]).toMatchObject({ source: "a source", confidence: "sourced" });
  });
});

const file = "reference/planetary/confusions.csv";
const missing = sharedMissing(file);

describe.skipIf(missing !== undefined)(
  `the pairs of the planetary tables${missing ? ` (skipped: ${missing})` : ""}`,
  () => {
    const pairs = (missing === undefined ? sharedTable(file) : []).filter(
      ({ mineral_a = "", mineral_b = "", confidence = "" }) =>
        table.formulaOf(mineral_a) !== undefined &&
        table.formulaOf(mineral_b) !== undefined &&
        ["sourced", "measured"].includes(confidence),
    );
    const says = (text: string | undefined, technique: Technique) => text?.includes(techniqueName[technique]) ?? false;

    /** Of the pairs that a technique of ours separates: how often the proposed one is among those that do, and by chance. */
    function score(measuredFor: (row: Record<string, string>) => Partial<Record<Technique, MeasuredTechnique>>) {
      let asked = 0;
      let right = 0;
      let chance = 0;
      const wrong: string[] = [];
      for (const row of pairs) {
        const measured = measuredFor(row);
        const open = techniques.filter((technique) => measured[technique] === undefined);
        const answers = open.filter((technique) => says(row.separated_by, technique));
        if (answers.length === 0) continue;
        asked += 1;
        chance += answers.length / open.length;
        const next = whatNext(even(row.mineral_a ?? "", row.mineral_b ?? ""), measured, table);
        const [best] = next.steps.filter(({ action }) => action === "measure");
        if (best !== undefined && answers.includes(best.technique)) right += 1;
        else wrong.push(`${row.mineral_a}/${row.mineral_b}: ${best?.technique ?? "nothing"}, not ${row.separated_by}`);
      }
      return { asked, right, chance, wrong };
    }

    it("get a technique that separates them in a clear majority, without being told which", () => {
      const { asked, right, chance, wrong } = score(() => ({}));
      console.log(`nothing measured: ${right} of ${asked} (by chance ${chance.toFixed(0)})\n${wrong.join("\n")}`);
      expect(asked).toBeGreaterThan(60);
      expect(right / asked).toBeGreaterThan(0.75);
    });

    it("also when the technique that confuses them has been measured", () => {
      const whole = { raman: good(100, 1700), vnir: good(350, 2500), libs: good(200, 900) };
      const { asked, right, chance, wrong } = score(({ confused_by, separated_by }) =>
        Object.fromEntries(
          techniques
            .filter((technique) => says(confused_by, technique) && !says(separated_by, technique))
            .map((technique) => [technique, whole[technique]]),
        ),
      );
      console.log(
        `after the confusing one: ${right} of ${asked} (by chance ${chance.toFixed(0)})\n${wrong.join("\n")}`,
      );
      expect(right / asked).toBeGreaterThan(0.8);
    });
  },
);
