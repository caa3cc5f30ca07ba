import { describe, expect, it } from "vitest";
import type { TechniqueFit } from "../../contract/why.ts";
import { bandLines, contradiction, effectSentence, fitSentence, partLines, spokenBands } from "./why.ts";

const fit: TechniqueFit = {
  technique: "raman",
  offset: -0.5,
  range: [110, 1290],
  bands: [
    { verdict: "agrees", position: 205.6, expected: 204.8, strength: 0.26 },
    { verdict: "missing", position: 328.6, expected: 329, strength: 0.3 },
    { verdict: "agrees", position: 463.4, expected: 464.2, strength: 1 },
    { verdict: "unexplained", position: 850.2, strength: 0.4 },
  ],
};

describe("the bands of a name", () => {
  it("are listed with what speaks against it first, then by strength", () => {
    expect(bandLines(fit).map(({ verdict, text, percent }) => [verdict, text, percent])).toEqual([
      ["missing", "329 cm⁻¹", 30],
      ["unexplained", "850 cm⁻¹", 40],
      ["agrees", "463 cm⁻¹", 100],
      ["agrees", "206 cm⁻¹", 26],
    ]);
  });

  it("of LIBS carry their element and stand once, though two lines round to the same place", () => {
    const line = { verdict: "agrees", position: 285.21, strength: 0.8, element: "Mg" } as const;
    const libs: TechniqueFit = {
      technique: "libs",
      offset: 0,
      range: [240, 680],
      bands: [line, { ...line, position: 285.24 }],
    };
    expect(bandLines(libs).map(({ text }) => text)).toEqual(["Mg 285.2 nm"]);
  });

  it("are summed up in a sentence, with the instrument's shift once it is one", () => {
    expect(fitSentence(fit)).toBe("2 agree, 1 missing, 1 unexplained.");
    expect(fitSentence({ ...fit, offset: 3.5, bands: fit.bands.slice(0, 1) })).toBe(
      "1 agrees, none missing, none unexplained. All lie 3.5 cm⁻¹ high.",
    );
    expect(fitSentence({ ...fit, bands: [] })).toBe("None agree, none missing, none unexplained.");
  });

  it("are told to a screen reader by verdict", () => {
    expect(spokenBands(fit.bands, "raman")).toBe("agrees at 206, 463; unexplained at 850; missing at 329");
  });
});

it("parts that carried the decision name whom they speak for, in shares of 100", () => {
  const parts = partLines({
    first: "Quartz",
    second: "Coesite",
    parts: [
      { technique: "raman", from: 449, to: 499, contribution: 6 },
      { technique: "raman", from: 199, to: 249, contribution: -2 },
    ],
  });
  expect(parts.map(({ text, name, percent }) => [text, name, percent])).toEqual([
    ["Raman 449 to 499 cm⁻¹", "Quartz", 75],
    ["Raman 199 to 249 cm⁻¹", "Coesite", 25],
  ]);
  expect(partLines({ first: "A", second: "B", parts: [] })).toEqual([]);
});

describe("the effect of a place", () => {
  const minerals = [
    { name: "Anorthite", without: 0.4, with: 0.67 },
    { name: "Quartz", without: 0.45, with: 0.18 },
  ];
  it("says what would stand first without it", () => {
    expect(effectSentence({ context: "moon", factor: 4, minerals })).toBe(
      "From the Moon: Anorthite 67\u00a0%. Without the place Quartz is first, 45\u00a0%.",
    );
  });
  it("says the number without it, also where it changed nothing", () => {
    const [first] = minerals;
    expect(effectSentence({ context: "ries", factor: 4, minerals: first ? [first] : [] })).toBe(
      "From the Ries: Anorthite 67\u00a0%, without the place 40\u00a0%.",
    );
    expect(
      effectSentence({ context: "mars", factor: 1, minerals: [{ name: "Quartz", without: 0.97, with: 0.97 }] }),
    ).toBe("From Mars: Quartz 97\u00a0%, with the place or without.");
  });
});

it("a contradiction of the first name by its elements is said, one of another name is not", () => {
  const checks = [
    { name: "Quartz", verdict: "consistent", sentences: ["Silicon: found, as Quartz has."] },
    { name: "Albite", verdict: "contradicts", sentences: ["No sodium was found; Albite needs 9 wt%."] },
  ] as const;
  const list = checks.map((check) => ({ ...check, sentences: [...check.sentences] }));
  expect(contradiction(list, "Quartz")).toBeUndefined();
  expect(contradiction(list, "Albite")).toBe("No sodium was found; Albite needs 9 wt%.");
});
