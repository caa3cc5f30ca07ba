import { describe, expect, it } from "vitest";
import type { MineralEntry } from "../contract/mindb.ts";
import { problemsOf } from "./checks.ts";

const quartz: MineralEntry = {
  name: "Quartz",
  formula: "SiO2",
  elements: ["O", "Si"],
  crystalSystem: "hexagonal",
  massFractions: { O: 0.5326, Si: 0.4674 },
  massFractionsApproximate: false,
  occurrences: [],
  features: [],
  lookAlikes: [],
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

const imaNames = new Set(["Quartz", "Cristobalite", "Coesite"]);
const problems = (...entries: MineralEntry[]) => problemsOf(entries, imaNames);

describe("the checks of the catalogue", () => {
  it("accept a pair told on both entries, and a look-alike of the IMA list without an entry", () => {
    const one = { ...quartz, features: [band], lookAlikes: [alike, { ...alike, name: "Coesite" }] };
    const other = { ...cristobalite, lookAlikes: [{ ...alike, name: "Quartz" }] };
    expect(problems(one, other)).toEqual([]);
  });

  it.each<[string, MineralEntry[]]>([
    ["Quartz has more than one entry", [quartz, quartz]],
    ["Rock crystal is not a name of the IMA list", [{ ...quartz, name: "Rock crystal" }]],
    ["Quartz: no element in the formula ?", [{ ...quartz, formula: "?", elements: [], massFractions: {} }]],
    ["Quartz: the elements are not those of SiO2", [{ ...quartz, elements: ["Si"] }]],
    ["Quartz: the mass fractions are not of the formula's elements", [{ ...quartz, massFractions: { Si: 1 } }]],
    ["Quartz: the mass fractions add up to 0.9000", [{ ...quartz, massFractions: { O: 0.5, Si: 0.4 } }]],
    ["Quartz: a fact without a source", [{ ...quartz, lookAlikes: [{ ...alike, name: "Coesite", source: " " }] }]],
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
      "Quartz: the look-alike Glass is not a name of the IMA list",
      [{ ...quartz, lookAlikes: [{ ...alike, name: "Glass" }] }],
    ],
    [
      "Quartz is taken for Cristobalite, but Cristobalite does not say so",
      [{ ...quartz, lookAlikes: [alike] }, cristobalite],
    ],
  ])("find: %s", (sentence, entries) => {
    expect(problems(...entries)).toEqual([sentence]);
  });
});
