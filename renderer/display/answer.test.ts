import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerKind, mostNamesOfAnAnswer, undecidedSentence } from "../../contract/identification.ts";
import { identified } from "../store/testing.ts";
import { answerOf, coverageWords, setSentence, spokenAnswer, spotWord } from "./answer.ts";

const forsterite = identified(
  { Forsterite: 0.91, Fayalite: 0.06, Monticellite: 0.015, Tephroite: 0.002 },
  { set: ["Forsterite", "Fayalite"], unknown: 0.012 },
);
const names = ["Pyrope", "Almandine", "Spessartine", "Grossular", "Andradite", "Uvarovite", "Knorringite"];
const garnets = identified(Object.fromEntries(names.map((name, i) => [name, 0.3 - 0.04 * i])), {
  set: names,
  unknown: 0.01,
});

const zeolites = Array.from({ length: mostNamesOfAnAnswer + 4 }, (_, i) => `Zeolite ${i + 1}`);
const undecided = identified(Object.fromEntries(zeolites.map((name, i) => [name, 0.07 - 0.003 * i])), {
  set: zeolites,
  unknown: 0.1,
});

describe("the answer", () => {
  it("puts the set in the bracket and the next name and the others below it", () => {
    const { kind, set, rest } = answerOf(forsterite);
    expect(kind).toBe("named");
    expect(set.map((row) => row.name)).toEqual(["Forsterite", "Fayalite"]);
    expect(rest.map((row) => row.name)).toEqual(["Monticellite", "Others"]);
  });

  it("shows three names and how many more, when the set has more than four", () => {
    expect(answerOf(garnets).set.map((row) => row.name)).toEqual(["Pyrope", "Almandine", "Spessartine", "and 4 more"]);
  });

  it("is not known when more speaks against the library than for it, and the nearest names have no numbers", () => {
    const answer = answerOf(identified({ Thenardite: 0.14, Anhydrite: 0.09 }, { unknown: 0.71 }));
    expect(answer.kind).toBe("unknown");
    expect(answer.set).toEqual([]);
    expect(answer.rest).toEqual([
      { kind: "mineral", name: "Thenardite" },
      { kind: "mineral", name: "Anhydrite" },
    ]);
  });

  it("is not decided when the set is too long: no bracket, the nearest names, then the others", () => {
    const { kind, set, rest } = answerOf(undecided);
    expect(kind).toBe("undecided");
    expect(set).toEqual([]);
    expect(rest.map((row) => row.name)).toEqual([...zeolites.slice(0, 3), "Others"]);
  });

  it("gives no name to a spectrum that is too poor, however sure the model is", () => {
    expect(answerKind(identified({ Quartz: 0.99 }, { poor: true, set: ["Quartz"] }))).toBe("poor");
  });

  it("names the spot after one good technique, though another was poor", () => {
    const mixed = identified({ Quartz: 0.9 }, { set: ["Quartz"] });
    const quality = { ...mixed.quality, vnir: { verdict: "poor" as const, weight: 0, signalToNoise: 1, checks: [] } };
    expect(answerKind({ ...mixed, quality })).toBe("named");
  });

  it("names nothing by LIBS alone, which tells elements; another technique that is too poor does not help", () => {
    const sure = identified({ Quartz: 0.9 }, { set: ["Quartz"] });
    const good = { verdict: "good" as const, weight: 1, signalToNoise: 90, checks: [] };
    const poor = { verdict: "poor" as const, weight: 0, signalToNoise: 1, checks: [] };
    expect(answerKind({ ...sure, quality: { libs: good } })).toBe("undecided");
    expect(answerKind({ ...sure, quality: { libs: good, raman: poor } })).toBe("undecided");
    expect(answerKind({ ...sure, quality: { libs: good, raman: good } })).toBe("named");
    expect(undecidedSentence({ ...sure, quality: { libs: good } })).toMatch(/^LIBS by itself tells elements/);
  });

  it("has rows that add up to 100, or numbers nowhere", () => {
    const weights = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(14), (list, unknown, setSize) => {
        const total = list.reduce((a, b) => a + b, 0);
        const ranked = list.map((w) => w / total).sort((a, b) => b - a);
        const minerals = Object.fromEntries(ranked.map((p, i) => [`Mineral ${i}`, p]));
        const set = Object.keys(minerals).slice(0, setSize);
        const answer = answerOf(identified(minerals, { unknown, set }));
        const rows = [...answer.set, ...answer.rest];
        const numbers = rows.flatMap(({ percent }) => percent ?? []);
        if (answer.kind === "unknown") expect(numbers).toEqual([]);
        else expect(numbers.reduce((sum, percent) => sum + percent, 0)).toBe(100);
        expect(rows.length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe("the words of the answer", () => {
  it("state the size of the set and its coverage", () => {
    expect(setSentence(forsterite.set)).toBe("It is one of these 2. Right 9 times in 10.");
    expect(setSentence({ coverage: 0.95, names: ["Quartz"] })).toBe("It is this one. Right 19 times in 20.");
    expect(setSentence({ coverage: 0.9, names: [] })).toBe("No name is sure enough to stand in a set.");
  });

  it("turn a coverage into the smallest of three bets that says it exactly", () => {
    expect([0.9, 0.8, 0.95, 0.99, 0.683].map(coverageWords)).toEqual([
      "9 times in 10",
      "8 times in 10",
      "19 times in 20",
      "99 times in 100",
      "68 times in 100",
    ]);
  });

  it("are spoken once, with the number and the set", () => {
    expect(spokenAnswer(forsterite)).toBe("Forsterite, 91 per cent, one of two.");
    expect(spokenAnswer(identified({ Halite: 0.2 }, { unknown: 0.71 }))).toBe(
      "Not known. No mineral of the library fits well enough.",
    );
    expect(spokenAnswer(undecided)).toBe(
      "Not decided. It could be any of 14 minerals. Measure this spot with another technique.",
    );
    expect(spokenAnswer(identified({}, { poor: true }))).toBe("Too poor to name.");
  });

  it("name a spot in the strip", () => {
    expect(spotWord(forsterite)).toBe("Forsterite");
    expect(spotWord(identified({ Halite: 0.2 }, { unknown: 0.8 }))).toBe("Not known");
    expect(spotWord(undecided)).toBe("Not decided");
  });
});
