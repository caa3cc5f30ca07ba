import { describe, expect, it } from "vitest";
import { elementsOf, tidyFormula } from "./formula.ts";

describe("the elements of a formula", () => {
  it.each([
    ["SiO2", "O Si"],
    ["(Na,Ca)0.3(Al,Mg)2Si4O10(OH)2·nH2O", "Al Ca H Mg Na O Si"],
    ["U(SiO4)·nH2O", "H O Si U"],
    ["K1.5-x(Ca,Y,REE)5[Si6O15][Si2O7](OH,F)2·yH2O", "Ca F H K O Si Y"],
    ["(Y,Ln,Ca,Th)(Ti,Nb)2(O,OH)6", "Ca H Nb O Th Ti Y"],
    ["NaLa2(CO3)2[F2x(CO3)1-x]F", "C F La Na O"],
    ["(Na,Kx)(Co,Fx)", "Co F K Na"],
    ["FeS2", "Fe S"],
  ])("%s holds %s", (formula, elements) => {
    expect(elementsOf(formula).join(" ")).toBe(elements);
  });

  it("do not change when the formula is written for people", () => {
    const formula = "[box]Ca2(Mg,Fe2+)5Si8O22(OH)2·<i>n</i>H2O";
    expect(tidyFormula(formula)).toBe("□Ca2(Mg,Fe2+)5Si8O22(OH)2·nH2O");
    expect(elementsOf(tidyFormula(formula))).toEqual(elementsOf(formula));
  });
});
