import { expect, test } from "vitest";
import { identified } from "../store/testing.ts";
import { adviceOf } from "./advice.ts";

const quartz = identified({ Quartz: 0.9, Berlinite: 0.05 }, { set: ["Quartz"] });
const next = {
  openBits: 0.5,
  steps: [
    {
      action: "measure" as const,
      technique: "libs" as const,
      gainBits: 0.4,
      sentence: "LIBS: silicon tells Quartz from Berlinite.",
    },
  ],
  sentence: "LIBS: silicon tells Quartz from Berlinite.",
};

test("the next step stands under its technique, which is not said twice", () => {
  expect(adviceOf({ ...quartz, next })).toEqual({
    ...{ kind: "next", technique: "libs", action: "measure" },
    sentence: "Silicon tells Quartz from Berlinite.",
  });
});

test("a longer reading stands in the head, and what it tells in the sentence", () => {
  const step = { ...next.steps[0]!, action: "longer" as const, technique: "raman" as const };
  const steps = [{ ...step, sentence: "Raman for longer: the 1580 cm⁻¹ band tells Quartz from Berlinite." }];
  expect(adviceOf({ ...quartz, next: { ...next, steps } })).toMatchObject({
    ...{ technique: "raman", action: "longer" },
    sentence: "The 1580 cm⁻¹ band tells Quartz from Berlinite.",
  });
});

test("elements that contradict the first name come before what to measure next", () => {
  const sentence = "Sodium was found, and Quartz has none.";
  const checks = [{ name: "Quartz", verdict: "contradicts" as const, sentences: [sentence] }];
  const advice = adviceOf({ ...quartz, next, elements: { findings: { Na: { state: "found" } }, checks } });
  expect(advice).toMatchObject({ kind: "against" });
  expect(advice?.sentence).toContain("Sodium");
});

test("where nothing would help there is no advice", () => {
  expect(adviceOf({ ...quartz, next: { openBits: 0, steps: [], sentence: "Nothing would help." } })).toBeUndefined();
});
