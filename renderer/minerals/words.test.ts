import { expect, it } from "vitest";
import { lettersOfLongestWord } from "./words.ts";

it("a name breaks at its hyphens and spaces only", () => {
  expect(lettersOfLongestWord("Diopside")).toBe(8);
  expect(lettersOfLongestWord("Ferri-fluoro-katophorite")).toBe("katophorite".length);
  expect(lettersOfLongestWord("Faujasite-Mg")).toBe("Faujasite-".length);
});
