import { expect, it } from "vitest";
import { techniqueList } from "./techniques.ts";

it("techniques are listed as in a sentence", () => {
  expect(techniqueList(["raman"])).toBe("Raman");
  expect(techniqueList(["raman", "libs"])).toBe("Raman and LIBS");
  expect(techniqueList(["raman", "vnir", "libs"])).toBe("Raman, VNIR and LIBS");
});
