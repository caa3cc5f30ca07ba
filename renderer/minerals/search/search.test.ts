import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MinDbPack } from "../../../contract/mindb.ts";
import { buildIndex } from "./index.ts";
import { type everything, parseQuery } from "./query.ts";
import { search } from "./search.ts";

const packFile = new URL("../../../mindb/pack.json", import.meta.url);
const pack = MinDbPack.parse(JSON.parse(readFileSync(packFile, "utf8")));
const index = await buildIndex(pack.entries, pack.tables.elementLines);
const names = (text: string, more: Partial<typeof everything> = {}) =>
  search(index, { ...parseQuery(text), ...more }).map(({ entry }) => entry.name);

describe("what was typed", () => {
  it.each([
    ["967", { lines: [{ technique: "raman", position: 967, tolerance: 5 }] }],
    ["967±2", { lines: [{ technique: "raman", position: 967, tolerance: 2 }] }],
    ["967 +- 2", { words: "+-" }],
    ["1086 cm-1", { lines: [{ technique: "raman", position: 1086, tolerance: 5 }] }],
    ["2310 nm", { lines: [{ technique: "vnir", position: 2310, tolerance: 15 }] }],
    ["1.91 µm", { lines: [{ technique: "vnir", position: 1910, tolerance: 15 }] }],
    ["588.99 nm", { lines: [{ technique: "libs", position: 588.99, tolerance: 0.2 }] }],
    ["+Fe −Al", { has: ["Fe"], hasNot: ["Al"] }],
    ["CaCO3", { formula: "CaCO3" }],
    ["pyrox +Mg 665", { words: "pyrox", has: ["Mg"], lines: [{ technique: "raman", position: 665, tolerance: 5 }] }],
    ["Opal", { words: "Opal" }],
    ["Au", { words: "Au" }],
  ])("%s is understood", (text, expected) => {
    expect(parseQuery(text)).toMatchObject(expected);
  });
});

describe("the search of the catalogue", () => {
  it("finds a mineral by the beginning of its name, misspelled, without accents, and in four languages", () => {
    expect(names("pyroxferr")[0]).toBe("Pyroxferroite");
    expect(names("forsterit")[0]).toBe("Forsterite");
    expect(names("plagoclase")).toContain("Anorthite");
    expect(names("ulvospinel")[0]).toBe("Ulvospinel");
    expect(names("Ulvöspinel")[0]).toBe("Ulvospinel");
    expect(names("Steinsalz")[0]).toBe("Halite");
    expect(names("gesso")[0]).toBe("Gypsum");
    expect(names("soufre")[0]).toBe("Sulphur");
    expect(names("fool's gold")).toContain("Pyrite");
    expect(names("iron")[0]).toBe("Iron");
  });

  it("tells what has a line at 967", () => {
    const hits = search(index, parseQuery("967"));
    expect(hits.map(({ entry }) => entry.name)).toContain("Fluorapatite");
    for (const { entry } of hits) {
      const near = entry.features.filter((f) => f.technique === "raman" && Math.abs(f.position - 967) <= 5);
      expect(near.length, entry.name).toBeGreaterThan(0);
    }
    expect(hits[0]?.line).toMatch(/^96\d(\.\d)? cm⁻¹, (very )?strong$/);
  });

  it("finds calcite and not quartz by two of its lines", () => {
    expect(names("1086 281")).toContain("Calcite");
    expect(names("1086 281")).not.toContain("Quartz");
  });

  it("finds by elements that are there and that are not", () => {
    const found = search(index, parseQuery("+Ca +Ti -Si -Al"));
    expect(found.map(({ entry }) => entry.name)).toContain("Perovskite");
    for (const { entry } of found) {
      expect(entry.elements).toEqual(expect.arrayContaining(["Ca", "Ti"]));
      expect(entry.elements.some((symbol) => symbol === "Si" || symbol === "Al")).toBe(false);
    }
  });

  it("finds by formula, and by a sodium line in LIBS", () => {
    expect(names("CaCO3")).toEqual(expect.arrayContaining(["Calcite", "Aragonite", "Vaterite"]));
    expect(names("588.99 nm")).toContain("Halite");
    expect(names("588.99 nm")).not.toContain("Quartz");
  });

  it("finds by body, class, crystal system, hardness and colour", () => {
    const onMoon = names("", { body: "moon" });
    expect(onMoon).toContain("Ilmenite");
    expect(onMoon).not.toContain("Gypsum");
    expect(names("", { class: "carbonate", body: "mars" })).toContain("Magnesite");
    expect(names("", { crystalSystem: "cubic", hardness: [7, 8] })).toContain("Spinel");
    expect(names("", { hardness: [7, 8] })).not.toContain("Talc");
    expect(names("", { colour: "green", hardness: [6, 7] })).toContain("Forsterite");
    expect(names("", { colour: "green" })).not.toContain("Quartz");
  });

  it("gives everything, in the order of names, for an empty query, and nothing for nonsense", () => {
    expect(names("")).toEqual(pack.entries.map(({ name }) => name));
    expect(names("xqzvvkw")).toEqual([]);
  });

  it("never fails, whatever is typed, and more conditions never find more", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const query = parseQuery(text);
        const all = search(index, query).length;
        expect(search(index, { ...query, has: [...query.has, "Fe"] }).length).toBeLessThanOrEqual(all);
      }),
      { numRuns: 100 },
    );
  });
});
