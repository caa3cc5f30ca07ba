import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formulaParts } from "./formula.ts";

/** Subscripts as _{…}, superscripts as ^{…}. */
const set = (formula: string): string =>
  formulaParts(formula)
    .map(({ text, level }) => (level === "base" ? text : `${level === "sub" ? "_" : "^"}{${text}}`))
    .join("");

describe("a formula", () => {
  it.each([
    ["Mg2(SiO4)", "Mg_{2}(SiO_{4})"],
    ["CaSO4·2H2O", "CaSO_{4}·2H_{2}O"],
    ["CeCu2+6(AsO4)3(OH)6·3H2O", "CeCu^{2+}_{6}(AsO_{4})_{3}(OH)_{6}·3H_{2}O"],
    ["Sr(V4+O)2(PO4)2", "Sr(V^{4+}O)_{2}(PO_{4})_{2}"],
    ["[box]Ca2(Mg4.5-2.5Fe2+0.5-2.5)Si8O22(OH)2", "□Ca_{2}(Mg_{4.5-2.5}Fe^{2+}_{0.5-2.5})Si_{8}O_{22}(OH)_{2}"],
    ["Fe1-xS", "Fe_{1-x}S"],
    ["(Ca,Na)6(CO3)1.75·nH2O", "(Ca,Na)_{6}(CO_{3})_{1.75}·nH_{2}O"],
  ])("%s is set as %s", (formula, wanted) => {
    expect(set(formula)).toBe(wanted);
  });

  it("loses no letter", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9()[\]·+,.-]*$/), (formula) => {
        const shown = formulaParts(formula)
          .map((part) => part.text)
          .join("");
        expect(shown).toBe(formula.replaceAll("[box]", "□"));
      }),
    );
  });
});
