import type { ElementSymbol } from "../elements.ts";
import type { MineralClass } from "../mindb.ts";
import { compositionOf } from "./fractions.ts";
import { atomicWeight } from "./weights.ts";

/**
 * The chemical class, read from the formula: the anion that there is most of, as in Strunz's system, except that silica
 * stands with the silicates, as geologists count it. The IMA export's own class column contradicts many formulas.
 */
export function classOf(formula: string): MineralClass {
  const of = moles(formula);
  const amount = (...symbols: ElementSymbol[]) => symbols.reduce((sum, symbol) => sum + (of[symbol] ?? 0), 0);
  const elements = Object.keys(of);
  if (elements.sort().join() === "H,O" && amount("O") * 3 > amount("H")) return "water";
  if (elements.length === 1) return "element or alloy";
  const [carbon, oxygen, hydrogen] = [amount("C"), amount("O"), amount("H")];
  const dry = Math.max(0, oxygen - hydrogen / 2); // without the oxygen of water
  if (carbon > 0 && dry < 2.4 * carbon && (hydrogen > 0 || oxygen > 0) && amount("Si", "P", "S") < carbon) {
    return "organic";
  }
  const halogens = amount("F", "Cl", "Br", "I");
  if (oxygen === 0) {
    const chalcogens = amount("S", "Se", "Te", "As", "Sb", "Bi");
    if (chalcogens > 0 && chalcogens >= halogens) return "sulfide";
    return halogens > 0 ? "halide" : "element or alloy";
  }
  const has = (pattern: RegExp) => pattern.test(formula.replaceAll(/\d\+|[[\]]/g, ""));
  const anions: [MineralClass, number][] = [
    ["silicate", amount("Si")],
    [
      "phosphate, arsenate or vanadate",
      amount("P") + (has(/AsO/) ? amount("As") : 0) + (has(/VO[34]|V2O7/) ? amount("V") : 0),
    ],
    ["sulfate", (has(/SO[34]|S2O3/) ? amount("S") : 0) + (has(/(Se|Te)O/) ? amount("Se", "Te") : 0)],
    ["carbonate", carbon],
    ["borate", amount("B")],
    ["nitrate or iodate", (has(/NO3/) ? amount("N") : 0) + (has(/IO3/) ? amount("I") : 0)],
    [
      "chromate, molybdate or tungstate",
      (has(/CrO4|Cr2O7/) ? amount("Cr") : 0) + (has(/MoO4/) ? amount("Mo") : 0) + (has(/WO4/) ? amount("W") : 0),
    ],
  ];
  const [name, most] = anions.reduce((best, next) => (next[1] > best[1] + 1e-9 ? next : best));
  if (most > 0) return name;
  if (amount("S") > 0 && amount("S") >= 0.3 * oxygen) return "sulfide";
  // Chlorides with hydroxyl, such as atacamite.
  return halogens > 0.3 * dry ? "halide" : "oxide or hydroxide";
}

/** Moles of each element in any unit, common to all; the middle of what the formula allows. Empty if not understood. */
function moles(formula: string): Partial<Record<ElementSymbol, number>> {
  const elements = compositionOf(formula)?.elements ?? new Map<ElementSymbol, { nominal: number }>();
  return Object.fromEntries(
    [...elements].map(([symbol, { nominal }]) => [
      symbol,
      nominal / (atomicWeight[symbol] ?? Number.POSITIVE_INFINITY),
    ]),
  );
}
