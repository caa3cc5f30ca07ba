import { expect, it } from "vitest";
import { classOf } from "./class.ts";

it.each([
  ["SiO2", "silicate"],
  ["CaCO3", "carbonate"],
  ["Cu2(CO3)(OH)2", "carbonate"],
  ["CaSO4·2H2O", "sulfate"],
  ["FeS2", "sulfide"],
  ["FeAsS", "sulfide"],
  ["Fe2O3", "oxide or hydroxide"],
  ["FeO(OH)", "oxide or hydroxide"],
  ["CaTiO3", "oxide or hydroxide"],
  ["NaCl", "halide"],
  ["KMgCl3·6H2O", "halide"],
  ["Cu2Cl(OH)3", "halide"],
  ["Ca5(PO4)3F", "phosphate, arsenate or vanadate"],
  ["Co3(AsO4)2·8H2O", "phosphate, arsenate or vanadate"],
  ["Pb5(VO4)3Cl", "phosphate, arsenate or vanadate"],
  ["Na(NO3)", "nitrate or iodate"],
  ["Pb(CrO4)", "chromate, molybdate or tungstate"],
  ["Na2(B4O5)(OH)4·8H2O", "borate"],
  ["Ca(C2O4)·H2O", "organic"],
  ["C14H10", "organic"],
  ["H2O", "water"],
  ["C", "element or alloy"],
  ["FeNi", "element or alloy"],
  ["SiC", "element or alloy"],
])("%s is of the class %s", (formula, expected) => {
  expect(classOf(formula)).toBe(expected);
});
