import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assemble } from "./assemble.ts";
import { packText } from "./pack.ts";
import { readTables, type Tables } from "./tables.ts";

const mineral = {
  elements: "",
  crystal_system: "cubic",
  structural_group: "",
  ima_number: "",
  mass_fractions: "",
  mass_fractions_approx: "0",
};
const occurrence = {
  mineral: "",
  body: "moon",
  setting: "mare basalt",
  abundance: "minor",
  evidence: "returned sample",
  source: "Lunar Sourcebook",
  confidence: "sourced",
  note: "",
};
const confusion = { separated_by: "Raman", source: "positions measured (features.csv)", confidence: "measured" };

const tables: Tables = {
  minerals: [
    {
      ...mineral,
      name: "Ulvospinel",
      formula: "Fe2+2TiO4",
      crystal_system: "cubic|unknown, tetragonal",
      mass_fractions: "Fe:0.4996;O:0.2863;Ti:0.2141",
    },
    { ...mineral, name: "Albite", formula: "NaAlSi3O8", structural_group: "Feldspar", ima_number: "IMA1998 s.p." },
    { ...mineral, name: "Anorthite", formula: "CaAl2Si2O8", structural_group: "Not in a structural group" },
    { ...mineral, name: "Gold", formula: "Au" },
  ],
  spectra: [
    { technique: "libs", mineral: "Gold" },
    { technique: "vnir", mineral: "Albite" },
    { technique: "raman", mineral: "" },
  ],
  occurrences: [
    { ...occurrence, mineral: "Ulvöspinel", body: "mars", note: "cation not fixed by the measurement" },
    { ...occurrence, mineral: "Ulvöspinel" },
    { ...occurrence, mineral: "" },
  ],
  features: [],
  confusions: [
    { ...confusion, mineral_a: "Anorthite", mineral_b: "Albite", how: "lattice 290 against 281 cm-1" },
    { ...confusion, mineral_a: "Anorthite", mineral_b: "", how: "maskelynite has no sharp bands" },
  ],
};

describe("a catalogue from small tables", () => {
  const { pack, report } = assemble(tables);
  const entry = (name: string) => pack.entries.find((candidate) => candidate.name === name)!;

  it("holds minerals with a Raman or VNIR spectrum or a planetary fact, by name", () => {
    expect(pack.entries.map(({ name }) => name)).toEqual(["Albite", "Anorthite", "Ulvospinel"]);
  });

  it("finds an accented name under its name in the IMA list, the Moon before Mars, the note with the evidence", () => {
    expect(entry("Ulvospinel").occurrences.map(({ body, evidence }) => [body, evidence])).toEqual([
      ["moon", "returned sample"],
      ["mars", "returned sample [cation not fixed by the measurement]"],
    ]);
  });

  it("tells both sides of a pair the same, naming whose number comes first", () => {
    const how = "Albite against Anorthite: lattice 290 against 281 cm-1";
    const source = "positions measured (bands of this catalogue)";
    expect(entry("Albite").lookAlikes).toMatchObject([{ name: "Anorthite", how, source }]);
    expect(entry("Anorthite").lookAlikes).toMatchObject([{ name: "Albite", how, source }]);
  });

  it("takes groups, IMA numbers, crystal systems and mass fractions only where the list has them", () => {
    expect(entry("Albite")).toMatchObject({ group: "Feldspar", imaNumber: "IMA1998 s.p.", massFractions: {} });
    expect(entry("Anorthite")).not.toHaveProperty("group");
    expect(entry("Ulvospinel").crystalSystem).toBe("cubic, tetragonal");
    expect(entry("Ulvospinel").massFractions).toEqual({ Fe: 0.4996, O: 0.2863, Ti: 0.2141 });
  });

  it("counts the rows that are of no species", () => {
    expect(report.labelRowsSkipped).toEqual({ occurrences: 1, features: 0, lookAlikes: 1 });
  });

  it("is not built with a name that the IMA list lacks, a body that is unknown or an entry that contradicts itself", () => {
    const changed = (fields: Partial<typeof occurrence>) => ({
      ...tables,
      occurrences: [{ ...occurrence, mineral: "Gold", ...fields }],
    });
    expect(() => assemble(changed({ mineral: "Agate" }))).toThrow("Not in the IMA list: Agate");
    expect(() => assemble(changed({ body: "venus" }))).toThrow("body");
    expect(() => assemble(changed({ source: "" }))).toThrow("Gold: a fact without a source");
  });
});

const dataDir = new URL("../../shared/data/", import.meta.url).pathname;
const referenceDir = new URL("../../shared/reference/", import.meta.url).pathname;
const isHere = existsSync(`${dataDir}minerals.csv`) && existsSync(`${referenceDir}planetary`);

describe.skipIf(!isHere)("the source tables (skipped where ../shared is absent)", () => {
  it("give the committed pack, byte for byte", () => {
    const rebuilt = packText(assemble(readTables(dataDir, referenceDir)).pack);
    const committed = readFileSync(new URL("pack.json", import.meta.url), "utf8");
    expect(rebuilt === committed, "run mindb/build.ts and commit pack.json").toBe(true);
  });
});
