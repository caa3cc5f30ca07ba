import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { MinDbPack } from "../contract/mindb.ts";
import { catalogueCredits, loadPack, packText, parsePack } from "./pack.ts";

const entry = (name: string) => loadPack().entries.find((candidate) => candidate.name === name)!;

describe("the catalogue that ships", () => {
  it("says that quartz is SiO2 with its Raman line at 464 cm⁻¹", () => {
    expect(entry("Quartz")).toMatchObject({ formula: "SiO2", elements: ["O", "Si"] });
    const strongest = entry("Quartz").features.find((band) => band.strength === "very strong");
    expect(strongest?.technique).toBe("raman");
    expect(strongest?.position).toBeCloseTo(464, 0);
  });

  it("says with a source that forsterite occurs on the Moon", () => {
    const onTheMoon = entry("Forsterite").occurrences.find((fact) => fact.body === "moon");
    expect(onTheMoon?.source).toMatch(/\S/);
  });

  it("says on both cards that gypsum and anhydrite are taken for each other, and whose ν1 is which", () => {
    const onGypsum = entry("Gypsum").lookAlikes.find(({ name }) => name === "Anhydrite");
    const onAnhydrite = entry("Anhydrite").lookAlikes.find(({ name }) => name === "Gypsum");
    expect(onGypsum?.how).toContain("Gypsum against Anhydrite: v1 1008 against 1017 cm-1");
    expect(onAnhydrite?.how).toBe(onGypsum?.how);
  });

  it("holds the elements of a clay whose water is not counted", () => {
    expect(entry("Montmorillonite").elements).toEqual(["Al", "Ca", "H", "Mg", "Na", "O", "Si"]);
  });

  it("credits RRUFF, ECOSTRESS, USGS and Winnipeg", () => {
    const credited = catalogueCredits().map(({ source }) => source);
    for (const name of ["RRUFF", "ECOSTRESS", "USGS", "Winnipeg"]) expect(credited.join("\n")).toContain(name);
  });
});

describe("a pack file", () => {
  const pack: MinDbPack = { ...loadPack(), entries: loadPack().entries.slice(0, 2), version: "0" };

  it("reads back as it was written, one entry a line", () => {
    const text = packText(loadPack());
    expect(parsePack(text)).toEqual(loadPack());
    expect(text.split("\n").length).toBe(loadPack().entries.length + 3);
  });

  it.each([
    ["it is not JSON", packText(pack).slice(0, -9)],
    ["lithoscope-mindb/2", packText(pack).replace("lithoscope-mindb/2", "lithoscope-mindb/9")],
    ["its content is of version", packText(pack)],
  ])("is refused with the reason: %s", (reason, text) => {
    expect(() => parsePack(text)).toThrow(
      expect.objectContaining({ code: "package-invalid", message: expect.stringContaining(reason) }),
    );
  });
});

const manifest = new URL("../models/packages/fusion-1/manifest.json", import.meta.url);

describe.skipIf(!existsSync(manifest))("the model that ships (skipped where its package is absent)", () => {
  it("names only minerals that have a card", () => {
    const { classes } = z.object({ classes: z.array(z.string()) }).parse(JSON.parse(readFileSync(manifest, "utf8")));
    const known = new Set(loadPack().entries.map(({ name }) => name));
    expect(classes.filter((name) => !known.has(name))).toEqual([]);
  });
});
