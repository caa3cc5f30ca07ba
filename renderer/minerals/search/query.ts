import { type ElementSymbol, elementName } from "../../../contract/elements.ts";
import type { Body, MineralClass } from "../../../contract/mindb.ts";

/** A line or band that is looked for. Raman in cm⁻¹, VNIR and LIBS in nm. */
export interface LineWanted {
  readonly technique: "raman" | "vnir" | "libs";
  readonly position: number;
  readonly tolerance: number;
}

/** What a mineral must be to be found; everything given must hold. */
export interface Query {
  /** Name, other name or group, as far as it was typed; spelling may be off. */
  readonly words: string;
  /** A formula or the beginning of one, without spaces. */
  readonly formula?: string;
  readonly has: readonly ElementSymbol[];
  readonly hasNot: readonly ElementSymbol[];
  /** Several lines must all be there. */
  readonly lines: readonly LineWanted[];
  readonly body?: Body;
  readonly class?: MineralClass;
  readonly crystalSystem?: string;
  /** Mohs; minerals whose hardness is not known are left out. */
  readonly hardness?: readonly [number, number];
  /** A word of its colour; minerals whose colour is not known are left out. */
  readonly colour?: string;
}

export const everything: Query = { words: "", has: [], hasNot: [], lines: [] };

/** How far a line may lie if nobody says: the shift of a field instrument; of VNIR dips, what composition moves them. */
export const usualTolerance = { raman: 5, vnir: 15, libs: 0.2 } as const;

/** VNIR from here on (nm): below lie more LIBS lines than dips. */
const vnirFromNm = 1000;

/**
 * Reads what was typed. "quarz" is a name; "967", "967±3" and "967 cm-1" are Raman lines, "1.91 µm" and "2310 nm" VNIR dips,
 * "588.99 nm" a LIBS line; "+Fe" and "-Al" are elements that it has and has not; "CaCO3" is a formula. All parts must hold.
 */
export function parseQuery(text: string): Query {
  const words: string[] = [];
  const has: ElementSymbol[] = [];
  const hasNot: ElementSymbol[] = [];
  const lines: LineWanted[] = [];
  let formula: string | undefined;
  const tidy = text
    .replaceAll(/[−–]/g, "-")
    .replaceAll(/cm(?:-1|⁻¹|\^-1)/gi, "cm-1")
    .replaceAll(/(\d)\s+(cm-1|nm|µm|um|μm)(?=\s|$)/gi, "$1$2");
  for (const token of tidy.split(/[\s;]+/).filter((part) => part !== "")) {
    const line = lineOf(token);
    const element = /^([+-])([A-Z][a-z]?)$/.exec(token);
    const [, sign, symbol = ""] = element ?? [];
    if (line !== undefined) lines.push(line);
    else if (isElement(symbol)) (sign === "-" ? hasNot : has).push(symbol);
    else if (isFormula(token)) formula = token;
    // "+", "-A": an element of which not all has been typed yet.
    else if (!/^[+-][A-Za-z]?$/.test(token)) words.push(token);
  }
  return { words: words.join(" "), ...(formula !== undefined && { formula }), has, hasNot, lines };
}

/** "967", "967,5", "967±3", "967+-3", "967cm-1", "2310nm", "1.91µm". */
function lineOf(token: string): LineWanted | undefined {
  const [, number = "", spread, unit = ""] =
    /^(\d+(?:[.,]\d+)?)(?:(?:±|\+-|\+\/-)(\d+(?:[.,]\d+)?))?(cm-1|nm|[uµμ]m)?$/i.exec(token) ?? [];
  if (number === "") return undefined;
  const value = Number(number.replace(",", "."));
  const micro = /^[uµμ]m$/i.test(unit);
  const position = micro ? 1000 * value : value;
  const technique = unit === "" || /^cm/i.test(unit) ? "raman" : position >= vnirFromNm ? "vnir" : "libs";
  const given = spread === undefined ? undefined : Number(spread.replace(",", ".")) * (micro ? 1000 : 1);
  return position > 0 ? { technique, position, tolerance: given ?? usualTolerance[technique] } : undefined;
}

const isElement = (symbol: string): symbol is ElementSymbol => Object.hasOwn(elementName, symbol);

/** A digit behind symbols, or two symbols and more, and nothing that is none: "SiO2", "NaCl", "Ca(CO3)"; not "Opal", "Au". */
function isFormula(token: string): boolean {
  if (!/^[A-Z0-9a-z()[\],.·+□-]+$/.test(token) || !/^[(A-Z]/.test(token)) return false;
  const symbols = token.match(/[A-Z][a-z]?/g) ?? [];
  const letters = token.replaceAll(/[^A-Za-z]/g, "");
  if (symbols.join("") !== letters || !symbols.every(isElement)) return false;
  return symbols.length >= 2 || /\d/.test(token);
}
