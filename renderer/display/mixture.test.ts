import { describe, expect, it } from "vitest";
import { identified } from "../store/testing.ts";
import { spokenAnswer, spotWord } from "./answer.ts";
import { mixtureOf, rangeText } from "./mixture.ts";

const basalt = {
  ...identified({ Labradorite: 0.5, Diopside: 0.3 }, { set: ["Labradorite", "Diopside"] }),
  mixture: [
    { name: "Labradorite", fraction: 0.676, low: 0.596, high: 0.756 },
    { name: "Diopside", fraction: 0.324, low: 0.244, high: 0.404 },
  ],
};

describe("two minerals under a spot", () => {
  it("stand with shares that add up to 100 and their ranges", () => {
    const answer = mixtureOf(basalt);
    expect(answer?.rows.map(({ name, percent }) => [name, percent])).toEqual([
      ["Labradorite", 68],
      ["Diopside", 32],
    ]);
    expect(answer?.rows.map(rangeText)).toEqual(["60 to 76\u00a0%", "24 to 40\u00a0%"]);
    expect(answer?.instead).toBeUndefined();
  });

  it("name a third that may stand in place of one", () => {
    const third = { name: "Augite", fraction: 0, low: 0, high: 0.4 };
    expect(mixtureOf({ ...basalt, mixture: [...basalt.mixture, third] })?.instead).toBe("Augite");
  });

  it("of a journal of version 0.1 have no range", () => {
    const mixture = basalt.mixture.map(({ name, fraction }) => ({ name, fraction }));
    expect(mixtureOf({ ...basalt, mixture })?.rows[0]).toMatchObject({ percent: 68, low: 68, high: 68 });
  });

  it("are not spoken of when the spectrum is too poor, or one mineral explains it", () => {
    expect(mixtureOf({ ...basalt, quality: identified({}, { poor: true }).quality })).toBeUndefined();
    expect(mixtureOf(identified({ Quartz: 0.9 }))).toBeUndefined();
  });

  it("give the spot's word and what is spoken", () => {
    expect(spotWord(basalt)).toBe("2 minerals");
    expect(spokenAnswer(basalt)).toBe("Two minerals. Labradorite, 68 per cent; Diopside, 32 per cent.");
  });

  it("by VNIR alone are shares of the area", () => {
    const { raman, ...rest } = basalt.quality;
    expect(mixtureOf({ ...basalt, quality: { ...rest, vnir: raman! } })?.sentence).toContain("area");
  });
});
