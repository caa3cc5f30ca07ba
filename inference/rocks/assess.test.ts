import { expect, test, vi } from "vitest";
import { RockAssessment } from "../../contract/rock.ts";
import { assessRock } from "./assess.ts";
import type { RockSpot } from "./evidence.ts";

// Modes are drawn at first use, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const quality = { raman: { verdict: "good" as const, weight: 1, signalToNoise: 40, checks: [] } };
const rock = (counts: Record<string, number>): RockSpot[] =>
  Object.entries(counts).flatMap(([name, count]) =>
    Array.from({ length: count }, () => ({
      identification: { minerals: [{ name, probability: 0.95 }], unknown: 0.02, quality },
    })),
  );
const first = async (...given: Parameters<typeof assessRock>) => (await assessRock(...given)).rocks[0]?.name;

const basaltic = rock({ Anorthite: 15, Augite: 13, Magnetite: 2 });

test("the same minerals are a basalt when fine and a gabbro or dolerite when coarser", async () => {
  expect(await first(basaltic, { place: "earth", grain: "not visible", texture: "vesicular" })).toBe(
    "basalt (tholeiitic)",
  );
  expect(await first(basaltic, { place: "earth", grain: "coarse", texture: "interlocking" })).toMatch(/gabbro/);
});

test("a name that hangs on the grain size says so while it is not known", async () => {
  const { rocks } = await assessRock(basaltic, { place: "earth" });
  expect(rocks.map(({ needs }) => needs).join(" ")).toMatch(/if the grains are/);
});

test("plagioclase and olivine on the Moon are named by the highland limits of 60, 77.5 and 90 %", async () => {
  const seen = { place: "moon", grain: "coarse", texture: "interlocking" } as const;
  expect(await first(rock({ Anorthite: 10, Forsterite: 20 }), seen)).toBe("troctolite");
  expect(await first(rock({ Anorthite: 21, Forsterite: 9 }), seen)).toBe("anorthositic troctolite");
  expect(await first(rock({ Anorthite: 25, Forsterite: 5 }), seen)).toBe("troctolitic anorthosite");
});

test.each([
  ["dolostone", { Dolomite: 29, Calcite: 1 }, { place: "earth", grain: "fine", texture: "interlocking" }],
  ["marl", { Calcite: 15, Montmorillonite: 15 }, { place: "earth", texture: "muddy" }],
  ["quartzite", { Quartz: 28, Muscovite: 2 }, { place: "earth", texture: "granoblastic" }],
  ["serpentinite", { Antigorite: 26, Magnetite: 2, Forsterite: 2 }, { place: "earth" }],
  ["eclogite", { Omphacite: 15, Almandine: 14, Rutile: 1 }, { place: "earth" }],
  ["halite rock (rock salt)", { Halite: 28, Anhydrite: 2 }, {}],
  ["nakhlite", { Augite: 23, Forsterite: 4, Albite: 3 }, { place: "meteorite" }],
] as const)("%s", async (name, counts, seen) => {
  expect(await first(rock(counts), seen)).toBe(name);
});

test("an assessment fits the contract, adds up to no more than one and repeats", async () => {
  const assessment = await assessRock(basaltic, { place: "moon" });
  expect(RockAssessment.parse(assessment)).toEqual(assessment);
  expect(assessment.rocks.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(1 + 1e-9);
  expect(assessment.minerals[0]).toMatchObject({ name: "plagioclase", named: ["Anorthite"] });
  expect(await assessRock(basaltic, { place: "moon" })).toEqual(assessment);
});

test("without a spot that counts there is no name, with few there is a warning", async () => {
  expect(await assessRock([])).toMatchObject({ minerals: [], rocks: [], sentence: expect.stringContaining("No spot") });
  expect((await assessRock(rock({ Quartz: 2 }))).sentence).toContain("Too few spots");
});
