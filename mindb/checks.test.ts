import { describe, expect, it } from "vitest";
import type { CatalogueTables, MineralEntry } from "../contract/mindb.ts";
import { problemsOf } from "./checks.ts";

const quartz: MineralEntry = {
  name: "Quartz",
  depth: "short",
  formula: "SiO2",
  elements: ["O", "Si"],
  class: "silicate",
  crystalSystem: "hexagonal",
  otherNames: [],
  massFractions: { O: 0.5326, Si: 0.4674 },
  massFractionsApproximate: false,
  formation: [],
  properties: [],
  occurrences: [],
  features: [],
  lookAlikes: [],
  similar: [],
  rocks: [],
};
const band: MineralEntry["features"][number] = {
  technique: "raman",
  position: 464.2,
  strength: "very strong",
  assignment: "",
  source: "measured from RRUFF R040031 (1 of 1 specimens; laser 532 nm)",
};
const alike: MineralEntry["lookAlikes"][number] = {
  name: "Cristobalite",
  separatedBy: "Raman",
  how: "464 against 417 cm-1",
  source: "bands",
  confidence: "measured",
};
const cristobalite = { ...quartz, name: "Cristobalite" };

const tables: CatalogueTables = {
  modes: { "19": { title: "Granitic intrusive rocks", forms: "crystallises in granite", means: "granite" } },
  elementLines: { Si: [[288.16, 1, 1]] },
  rocks: [],
  diagrams: [],
  glossary: [],
  detectionRules: { raman: "", vnir: "", libs: "" },
};
const row = (name: string, mass_fractions_of_source: string) => ({
  ...{ name, mass_fractions_of_source, formula: "", crystal_system: "", space_group: "", group: "", ima_number: "" },
  ...{ oldest_ma: "", modes: "", mohs_unverified: "", density_unverified: "", approximate: "" },
});
const problems = (entries: MineralEntry[], changed: Partial<CatalogueTables> = {}, masses = "O:0.5326;Si:0.4674") =>
  problemsOf({ entries, tables: { ...tables, ...changed } }, { species: entries.map(({ name }) => row(name, masses)) });

const likely = { likelihood: "likely", because: "", confidence: "measured" } as const;
const full: MineralEntry = {
  ...quartz,
  depth: "full",
  formation: ["19"],
  significance: { text: "One. Two.", source: "a book", confidence: "sourced" },
  detection: { raman: likely, vnir: likely, libs: likely },
};

const corners = [
  { label: "A", name: "a", constituents: [], x: 0.5, y: 0 },
  { label: "B", name: "b", constituents: [], x: 0, y: 0.866 },
  { label: "C", name: "c", constituents: [], x: 1, y: 0.866 },
];
const halves = [
  {
    name: "upper",
    polygon: [
      [100, 0, 0],
      [50, 50, 0],
      [50, 0, 50],
    ],
  },
  {
    name: "lower",
    polygon: [
      [50, 50, 0],
      [50, 0, 50],
      [0, 0, 100],
      [0, 100, 0],
    ],
  },
];
const diagram = { id: "abc", title: "", corners, fields: halves, source: "a book", confidence: "sourced" } as const;

describe("the checks of the catalogue", () => {
  it("accept a pair told on both entries, a full entry that has all, and a diagram that is filled", () => {
    const one = { ...full, features: [band], lookAlikes: [alike] };
    const other = { ...cristobalite, lookAlikes: [{ ...alike, name: "Quartz" }] };
    expect(problems([one, other], { diagrams: [{ ...diagram, corners, fields: halves }] })).toEqual([]);
  });

  it("find a mass fraction that another program computed otherwise", () => {
    expect(problems([quartz], {}, "O:0.5326;Si:0.4574")).toEqual([
      "Quartz: Si is 0.4674 of the mass by the formula, 0.4574 by the source",
    ]);
  });

  it("find a species without an entry", () => {
    expect(problemsOf({ entries: [], tables }, { species: [row("Quartz", "")] })).toEqual(["Quartz has no entry"]);
  });

  it("find a gap in a diagram, a vertex that does not add up, and a rock in a field that is not there", () => {
    const gap = { ...diagram, corners, fields: halves.slice(1) };
    expect(problems([quartz], { diagrams: [gap] })).toEqual(["abc: the fields fill 0.750 of the figure"]);
    const torn = {
      ...diagram,
      corners,
      fields: [
        ...halves,
        {
          name: "torn",
          polygon: [
            [100, 0, 0],
            [90, 0, 0],
          ],
        },
      ],
    };
    expect(problems([quartz], { diagrams: [torn] })).toEqual(["abc, torn: a vertex does not add up to 100"]);
    const rock = {
      ...{ name: "tuffite", class: "", bodies: [], constituents: [], scheme: "", rule: "", minerals: [] },
      ...{ diagram: "abc", field: "middle", source: "a book", confidence: "sourced" as const },
    };
    expect(problems([quartz], { rocks: [rock], diagrams: [{ ...diagram, corners, fields: halves }] })).toEqual([
      "tuffite: no field middle in the diagram abc",
    ]);
  });

  it("count what is unsourced", () => {
    const properties = Array.from({ length: 10 }, () => ({
      ...{ property: "colour" as const, value: "white", source: "hearsay", confidence: "general_knowledge" as const },
    }));
    expect(problems([{ ...full, properties }])[0]).toMatch(/^full entries: \d+\.\d % of the statements are unsourced$/);
  });

  it.each<[string, MineralEntry[]]>([
    ["Quartz has more than one entry", [quartz, quartz]],
    ["Quartz: no element in the formula ?", [{ ...quartz, formula: "?", elements: [], massFractions: {} }]],
    ["Quartz: the elements are not those of SiO2", [{ ...quartz, elements: ["Si"] }]],
    ["Quartz: the mass fractions are not of the formula's elements", [{ ...quartz, massFractions: { Si: 1 } }]],
    ["Quartz: the mass fractions add up to 0.9000", [{ ...quartz, massFractions: { O: 0.5, Si: 0.4 } }]],
    [
      "Quartz: a fact without a source",
      [
        {
          ...quartz,
          features: [{ ...band, source: "RRUFF" }],
          significance: { text: "", source: " ", confidence: "sourced" },
        },
      ],
    ],
    ["Quartz refers to mode 77, which is not there", [{ ...quartz, formation: ["77"] }]],
    ["Quartz refers to jadeitite, which is not there", [{ ...quartz, rocks: ["jadeitite"] }]],
    ["Quartz: no find or way of forming with a source", [{ ...full, formation: [] }]],
    ["Quartz: no band and no line", [{ ...full, elements: ["O"], formula: "O", massFractions: { O: 1 } }]],
    ["Quartz: no raman band can lie at 8000", [{ ...quartz, features: [{ ...band, position: 8000 }] }]],
    [
      "Quartz: nobody is credited for A stranger's library",
      [
        {
          ...quartz,
          features: [
            { ...band, technique: "vnir", position: 1900, source: "of 2 samples: ECOSTRESS, A stranger's library" },
          ],
        },
      ],
    ],
    [
      "Quartz is taken for Cristobalite, but Cristobalite does not say so",
      [{ ...quartz, lookAlikes: [alike] }, cristobalite],
    ],
  ])("find: %s", (sentence, entries) => {
    expect(problems(entries, {}, "")).toEqual([sentence]);
  });
});
