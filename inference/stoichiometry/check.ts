import { type Composition, compositionOf, type FractionRange } from "../../contract/chemistry/fractions.ts";
import {
  type ElementCheck,
  type ElementFinding,
  type ElementFindings,
  type ElementSymbol,
  elementName,
} from "../../contract/elements.ts";

/**
 * Elements whose lines say nothing in air: it gives H, N, O, C and argon itself, and the other noble gases are no part of
 * minerals (Cremers and Radziemski 2013, Handbook of LIBS).
 */
export const undecidedByLibs: ReadonlySet<ElementSymbol> = new Set([
  "H",
  "C",
  "N",
  "O",
  "He",
  "Ne",
  "Ar",
  "Kr",
  "Xe",
  "Rn",
]);

/** A formula that needs less than this (1 wt%) is not held against an element that was not found. */
const leastNeeded = 0.01;
/** More than this (3 wt%) of a foreign element is no trace: microprobe analyses of the species here stay below it. */
const mostTrace = 0.03;
/** Real minerals leave their formula by some per cent: amounts must differ by more than this (5 wt%) to contradict. */
const slack = 0.05;

/**
 * Checks what LIBS found and excluded against the formulas of the candidates, in the order given. `formulaOf` gives the
 * plain IMA formula; a mineral without one, or whose formula is not understood, is `open` and says so. Pure.
 */
export function checkStoichiometry(
  findings: ElementFindings,
  names: readonly string[],
  formulaOf: (name: string) => string | undefined,
): ElementCheck[] {
  return names.map((name) => {
    const formula = formulaOf(name);
    const composition = formula === undefined ? undefined : compositionOf(formula);
    if (composition === undefined) {
      return { name, verdict: "open", sentences: [`The formula of ${name} is not known well enough to check.`] };
    }
    return checkOne(findings, name, composition);
  });
}

function checkOne(findings: ElementFindings, name: string, { elements }: Composition): ElementCheck {
  const against: string[] = [];
  const open: string[] = [];
  const fitting: ElementSymbol[] = [];
  for (const [symbol, range] of elements) {
    const finding = findings[symbol];
    if (finding === undefined || undecidedByLibs.has(symbol)) continue;
    const problem = againstFormula(name, symbol, range, finding);
    if (problem !== undefined) against.push(problem);
    else if (finding.state === "found") fitting.push(symbol);
    else if (finding.state === "unsure" && range.low >= leastNeeded) {
      open.push(`Whether there is ${elementName[symbol]} is not sure; ${name} needs ${amount(range)}.`);
    }
  }
  for (const symbol of foreign(findings, elements)) {
    const share = findings[symbol]?.low ?? findings[symbol]?.massFraction;
    const found = `${capital(elementName[symbol])} was found${share === undefined ? "" : ` (${percent(share)})`}`;
    if (share !== undefined && share > mostTrace) against.push(`${found}; ${name} has none.`);
    else open.push(`${found}, which ${name} has not: a trace, or another mineral beside it.`);
  }
  const sentences = [...against, ...(fitting.length > 0 ? [`${list(fitting)}: found, as ${name} has.`] : []), ...open];
  if (against.length > 0) return { name, verdict: "contradicts", sentences };
  return { name, verdict: fitting.length > 0 ? "consistent" : "open", sentences };
}

/** What an element of the formula has against it, if anything. */
function againstFormula(
  name: string,
  symbol: ElementSymbol,
  range: FractionRange,
  { state, low, high }: ElementFinding,
): string | undefined {
  const word = elementName[symbol];
  if (state === "excluded") {
    return range.low >= leastNeeded && range.low > (high ?? 0)
      ? `No ${word} was found; ${name} needs ${amount(range)}.`
      : undefined;
  }
  if (state !== "found") return undefined;
  if (low !== undefined && low > range.high + slack) {
    return `${capital(word)} is at least ${percent(low)}; ${name} has ${amount(range)}.`;
  }
  if (high !== undefined && high < range.low - slack) {
    return `${capital(word)} is at most ${percent(high)}; ${name} needs ${amount(range)}.`;
  }
  return undefined;
}

function foreign(findings: ElementFindings, elements: Composition["elements"]): ElementSymbol[] {
  return (Object.entries(findings) as [ElementSymbol, ElementFinding][])
    .filter(([symbol, { state }]) => state === "found" && !elements.has(symbol) && !undecidedByLibs.has(symbol))
    .map(([symbol]) => symbol);
}

/** "34 wt%", "20 to 43 wt%", "up to 12 wt%". */
function amount({ low, high }: FractionRange): string {
  const [from, to] = [Math.round(100 * low), Math.round(100 * high)];
  if (from === to) return percent(low);
  return from === 0 ? `up to ${to} wt%` : `${from} to ${to} wt%`;
}

const percent = (share: number): string => (share < 0.005 ? "under 1 wt%" : `${Math.round(100 * share)} wt%`);
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function list(symbols: readonly ElementSymbol[]): string {
  const words = symbols.map((symbol) => elementName[symbol]);
  return capital(words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? ""));
}
