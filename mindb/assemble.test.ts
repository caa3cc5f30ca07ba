import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assemble } from "./assemble.ts";
import { unsourcedReport } from "./claims.ts";
import { packText } from "./pack.ts";
import { occurrence } from "./rows.ts";
import { readSources, sourcesFolder } from "./sources.ts";

const sources = readSources();
const released = readFileSync(new URL("released.txt", sourcesFolder), "utf8").trim();
const { pack } = assemble(sources, released);
const entry = (name: string) => pack.entries.find((candidate) => candidate.name === name)!;
const full = pack.entries.filter(({ depth }) => depth === "full");

describe("the catalogue built from its sources", () => {
  it("is the committed pack, byte for byte, and so is the list of what is unsourced", () => {
    const committed = readFileSync(new URL("pack.json", import.meta.url), "utf8");
    expect(packText(pack) === committed, "run npm run mindb and commit pack.json").toBe(true);
    const told = readFileSync(new URL("UNSOURCED.md", import.meta.url), "utf8");
    expect(unsourcedReport(pack) === told, "run npm run mindb and commit UNSOURCED.md").toBe(true);
  });

  it("has an entry for each species of the IMA list and tells at least 400 in full", () => {
    expect(pack.entries.map(({ name }) => name)).toEqual(sources.species.map(({ name }) => name).sort());
    expect(full.length).toBeGreaterThanOrEqual(400);
  });

  it("tells every full entry where it is found, what shows it, what it means, and looks alike or none", () => {
    for (const told of full) {
      const { occurrences, features, elements, significance, detection } = told;
      expect(occurrences.length, told.name).toBeGreaterThan(0);
      const lines = elements.flatMap((symbol) => pack.tables.elementLines[symbol] ?? []);
      expect(features.length + lines.length, told.name).toBeGreaterThan(0);
      expect(significance?.text, told.name).toMatch(/^[^.!?].*\. [^.]*\S.*\.$/);
      expect(detection, told.name).toBeDefined();
    }
  });

  it("finds an accented name under its name in the IMA list and keeps the accent as another name", () => {
    expect(entry("Ulvospinel").occurrences.map(({ body }) => body)).toContain("moon");
    expect(entry("Ulvospinel").otherNames.map(({ name }) => name)).toContain("Ulvöspinel");
  });

  it("tells both sides of a pair the same, naming whose number comes first", () => {
    const onAlbite = entry("Albite").lookAlikes.find(({ name }) => name === "Anorthite");
    const onAnorthite = entry("Anorthite").lookAlikes.find(({ name }) => name === "Albite");
    expect(onAlbite?.how).toMatch(/^Albite against Anorthite: /);
    expect(onAnorthite?.how).toBe(onAlbite?.how);
  });

  it("has quartz's line at 128, which the table with assignments lacks, and its 464 once", () => {
    const raman = entry("Quartz").features.filter(({ technique }) => technique === "raman");
    expect(raman.filter(({ position }) => Math.abs(position - 128) < 2)).toHaveLength(1);
    expect(raman.filter(({ position }) => Math.abs(position - 464) < 4)).toHaveLength(1);
  });

  it("finds siderite and calcite of the same kind by their bands, and tells what LIBS would see", () => {
    const similar = [...entry("Rhodochrosite").similar, ...entry("Rhodochrosite").lookAlikes];
    expect(similar.map(({ how }) => how).join(" ")).toContain("Mn");
  });

  it("knows that no Raman line is to be expected of metal, and a metal's rocks", () => {
    expect(entry("Taenite").detection?.raman.likelihood).toBe("unlikely");
    expect(entry("Taenite").rocks).toContain("iron meteorite (octahedrite)");
    expect(entry("Forsterite").rocks).toContain("dunite");
    expect(entry("Wadsleyite").rocks).not.toContain("dunite");
  });

  it("names the rock of a mode in a diagram: 60 rocks and more, three kinds of figure", () => {
    expect(pack.tables.rocks.length).toBeGreaterThanOrEqual(60);
    const used = new Set(pack.tables.rocks.map(({ diagram }) => diagram));
    for (const id of ["qapf-plutonic", "ultramafic", "lunar-highland"]) expect(used).toContain(id);
  });

  it("is not built with a name that the IMA list lacks or a body that is unknown", () => {
    const [first] = sources.occurrences;
    const stranger = { ...first!, mineral: "Agate" };
    expect(() => assemble({ ...sources, occurrences: [stranger] }, released)).toThrow("Not in the IMA list: Agate");
    expect(() => occurrence({ ...first!, body: "venus" })).toThrow("body");
  });
});
