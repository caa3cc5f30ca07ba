import { describe, expect, test } from "vitest";
import type { Identification } from "../contract/identification.ts";
import { referenceOf } from "./figures.ts";
import { byTechniques, compare, type ScoredSpot, score } from "./scores.ts";

/** Names in order of probability, the first with `p`, the others sharing the rest. */
function answer(names: readonly string[], p = 0.7, set = names.slice(0, 1), unknown = 0): Identification {
  const rest = names.length > 1 ? (1 - unknown - p) / (names.length - 1) : 0;
  return {
    minerals: names.map((name, i) => ({ name, probability: i === 0 ? p : rest })),
    unknown,
    set: { coverage: 0.9, names: [...set] },
    quality: { raman: { verdict: "good", weight: 1, signalToNoise: 40, checks: [] } },
    model: { id: "m", version: "1", sha256: "0".repeat(64), provider: "cpu" },
  };
}

const spot = (id: string, truth: string, own: Identification | undefined): ScoredSpot => ({ id, truth, answer: own });
const half = () => 0.5;

describe("scores", () => {
  const spots = [
    spot("1", "A", answer(["A", "B", "C", "D", "E", "F"])),
    spot("2", "A", answer(["B", "A", "C", "D", "E", "F"], 0.5, ["B", "A"])),
    spot("3", "B", answer(["A", "C", "D", "E", "B", "F"])),
    spot("4", "B", undefined),
  ];

  test("count a spot without an answer as wrong", () => {
    expect(score(spots, half)).toMatchObject({
      spots: 4,
      unanswered: 1,
      top1: 0.25,
      top3: 0.5,
      top5: 0.75,
      setCoverage: 0.5,
    });
  });

  test("by mineral weigh each mineral the same", () => {
    const { minerals, macroTop1, macroF1, setSize } = score(spots, half);
    expect({ minerals, macroTop1 }).toEqual({ minerals: 2, macroTop1: 0.25 });
    expect(macroF1).toBeCloseTo((2 / 4 + 0) / 2, 12); // A: 1 right of 2, 2 named so; B: none right
    expect(setSize).toBeCloseTo(4 / 3, 12);
  });

  test("see stated probabilities that are too high, and none where they hold", () => {
    const claims = (right: number) =>
      Array.from({ length: 100 }, (_, i) => spot(`${i}`, i < right ? "A" : "B", answer(["A", "B"], 0.8)));
    expect(score(claims(80), half).stated.ece).toBeCloseTo(0, 9);
    expect(score(claims(50), half).stated.ece).toBeCloseTo(0.3, 9);
  });

  test("within the library leave the share of the unknown out", () => {
    const spots = Array.from({ length: 100 }, (_, i) =>
      spot(`${i}`, i < 80 ? "A" : "B", answer(["A", "B"], 0.4, ["A"], 0.5)),
    );
    const { stated, withinLibrary } = score(spots, half);
    expect([stated.ece, withinLibrary.ece].map((e) => Math.round(e * 100))).toEqual([40, 0]);
  });
});

test("two models are compared spot by spot", () => {
  const right = answer(["A"]);
  const wrong = answer(["B"]);
  const a = [right, right, wrong, wrong, right].map((own, i) => spot(`${i}`, "A", own));
  const b = [right, wrong, right, wrong, undefined].map((own, i) => spot(`${i}`, "A", own));
  expect(compare(a, b)).toEqual({ spots: 5, bothRight: 1, onlyA: 2, onlyB: 1, bothWrong: 1, p: 1 });
  expect(() => compare(a, b.toReversed())).toThrow();
  expect(byTechniques(b).map(([set, own]) => [set, own.length])).toEqual([["raman", 4]]);
});

test("reference statistics come from 100 spots or more of one set of techniques", () => {
  const answers = Array.from({ length: 100 }, (_, i) => answer(["A", "B"], 0.5 + i / 250, ["A"], i / 1000));
  expect(referenceOf(answers.slice(1))).toEqual({});
  const { raman } = referenceOf(answers);
  expect(raman).toMatchObject({ spots: 100, unknownShare: 0 });
  expect(raman?.unknown).toHaveLength(101);
  expect([raman?.unknown[0], raman?.unknown[100]]).toEqual([0, 0.099]);
});
