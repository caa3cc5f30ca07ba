import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Diagram } from "../../../contract/mindb.ts";
import { place, pointOf } from "./diagram.ts";

const file = new URL("../../../mindb/sources/diagrams.json", import.meta.url);
const diagrams = z.array(Diagram).parse(JSON.parse(readFileSync(file, "utf8")));
const diagram = (id: string) => diagrams.find((one) => one.id === id)!;
const mode = (shares: Record<string, number>) =>
  Object.entries(shares).map(([name, share]) => ({
    ...{ name, share: share / 100, low: 0, high: 1, coverage: 0.9, named: [] },
  }));
const fieldOf = (id: string, shares: Record<string, number>) => place(diagram(id), mode(shares))?.field;

describe("a sample in a diagram", () => {
  it.each([
    ["ultramafic", { olivine: 95, orthopyroxene: 5 }, "dunite"],
    ["ultramafic", { olivine: 60, orthopyroxene: 38, clinopyroxene: 2 }, "harzburgite"],
    ["ultramafic", { olivine: 60, orthopyroxene: 25, clinopyroxene: 15 }, "lherzolite"],
    ["ultramafic", { orthopyroxene: 97, clinopyroxene: 3 }, "orthopyroxenite"],
    ["gabbroic-pyroxenes", { plagioclase: 60, orthopyroxene: 38, clinopyroxene: 1 }, "norite"],
    ["gabbroic-olivine", { plagioclase: 60, olivine: 39, clinopyroxene: 1 }, "troctolite"],
    ["lunar-highland", { plagioclase: 96, orthopyroxene: 4 }, "anorthosite"],
    ["lunar-highland", { plagioclase: 80, orthopyroxene: 15, olivine: 5 }, "noritic, gabbroic anorthosite"],
    ["qapf-plutonic", { silica: 30, "K-feldspar": 35, plagioclase: 35 }, "granite"],
    ["qapf-plutonic", { foid: 30, "K-feldspar": 68, plagioclase: 2 }, "foid syenite"],
    ["qapf-volcanic", { plagioclase: 99, silica: 1, "K-feldspar": 0 }, "basalt, andesite"],
    ["qfl", { silica: 60, "K-feldspar": 35, "rock fragment": 5 }, "arkose"],
  ])("%s: %o is a %s", (id, shares, field) => {
    expect(fieldOf(id, shares)).toBe(field);
  });

  it("without anything that the diagram counts has no place, and minerals that it does not count change nothing", () => {
    expect(place(diagram("ultramafic"), mode({ silica: 100 }))).toBeUndefined();
    const mixed = place(diagram("ultramafic"), mode({ olivine: 45, orthopyroxene: 5, plagioclase: 50 }));
    expect(mixed?.field).toBe("dunite");
    expect(mixed?.counted).toBeCloseTo(0.5, 6);
  });

  it("has a field wherever it lies", () => {
    for (const one of diagrams) {
      const n = one.corners.length;
      for (let a = 0; a <= 20; a += 1) {
        for (let b = 0; a + b <= 20; b += 1) {
          // The double triangle has quartz or foids, not both.
          const shares = n === 3 ? [a, b, 20 - a - b] : [a, b, 20 - a - b, 0];
          const names = one.corners.map(({ constituents }, i) => [constituents[0] ?? "", 5 * (shares[i] ?? 0)]);
          const placed = place(one, mode(Object.fromEntries(names)));
          expect(placed?.field, `${one.id} ${shares}`).toBeDefined();
        }
      }
    }
  });

  it("lies at a corner if it is all of one", () => {
    expect(pointOf(diagram("ultramafic"), [7, 0, 0])).toEqual([0.5, 0]);
  });
});
