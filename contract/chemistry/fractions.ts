import type { ElementSymbol } from "../elements.ts";
import { type Formula, type Part, parseFormula } from "./formula.ts";
import { atomicWeight } from "./weights.ts";

/** Mass fractions that a formula allows, 0 to 1 of the whole mineral. */
export interface FractionRange {
  readonly low: number;
  /** With every shared site and unknown count in its middle. */
  readonly nominal: number;
  readonly high: number;
}

/** The elements of a mineral. An element with `low` above 0 is required, the others are possible. */
export interface Composition {
  readonly elements: ReadonlyMap<ElementSymbol, FractionRange>;
  readonly indefinite: boolean;
}

/** Mass of the element looked for, and of all, in g/mol of formula. */
interface Mass {
  readonly own: number;
  readonly all: number;
}

const steps = 12;

/**
 * The composition that a formula allows. Elements of a shared site range over all shares that keep their order (the first
 * has most); unknown counts over their interval, each for itself. The bounds are exact for that: the largest of a ratio of
 * linear functions lies at a corner, found by Dinkelbach's iteration (1967, Manag. Sci. 13, 492). Undefined if the formula
 * is not understood or holds an element without a stable isotope.
 */
export function compositionOf(text: string): Composition | undefined {
  const formula = parseFormula(text);
  if (formula === undefined) return undefined;
  const symbols = new Set(symbolsOf(formula.root));
  if ([...symbols].some((symbol) => atomicWeight[symbol] === undefined)) return undefined;
  const elements = new Map<ElementSymbol, FractionRange>();
  for (const symbol of symbols) elements.set(symbol, rangeOf(formula, symbol));
  return { elements, indefinite: formula.indefinite };
}

function rangeOf({ root }: Formula, symbol: ElementSymbol): FractionRange {
  const middle = nominal(root, symbol);
  const low = extreme(root, symbol, -1);
  const high = extreme(root, symbol, 1);
  return { low: clamp(low), nominal: clamp(middle.all > 0 ? middle.own / middle.all : 0), high: clamp(high) };
}

/** The most (sign 1) or least (sign −1) of own / all: it is λ when the best of own − λ·all is 0. */
function extreme(root: Part, symbol: ElementSymbol, sign: 1 | -1): number {
  const middle = nominal(root, symbol);
  let ratio = middle.all > 0 ? middle.own / middle.all : 0;
  for (let i = 0; i < steps; i += 1) {
    const best = corner(root, symbol, ratio, sign);
    if (!(best.all > 0)) break;
    const next = best.own / best.all;
    if (Math.abs(next - ratio) < 1e-9) break;
    ratio = next;
  }
  return ratio;
}

/** The corner of the allowed shares and counts with the most (or least) of own − ratio·all. */
function corner(part: Part, symbol: ElementSymbol, ratio: number, sign: 1 | -1): Mass {
  const worth = ({ own, all }: Mass) => sign * (own - ratio * all);
  const better = (one: Mass, other: Mass) => (worth(other) > worth(one) ? other : one);
  switch (part.kind) {
    case "element":
      return massOf(part.symbol, symbol);
    case "vacancy":
      return nothing;
    case "all":
      return part.terms.reduce((sum, { part: inner, low, high }) => {
        const once = corner(inner, symbol, ratio, sign);
        return plus(sum, better(times(once, low), times(once, high)));
      }, nothing);
    case "choice": {
      // Shares that fall from first to last: the corners are the means of the first k options.
      let sum = nothing;
      let best: Mass | undefined;
      part.options.forEach((option, k) => {
        sum = plus(sum, corner(option, symbol, ratio, sign));
        const mean = times(sum, 1 / (k + 1));
        best = best === undefined ? mean : better(best, mean);
      });
      return best ?? nothing;
    }
  }
}

/** In the middle: counts in the middle of their interval, a site's options in falling weights (2:1, 3:2:1 …), as in MinDB. */
function nominal(part: Part, symbol: ElementSymbol): Mass {
  switch (part.kind) {
    case "element":
      return massOf(part.symbol, symbol);
    case "vacancy":
      return nothing;
    case "all":
      return part.terms.reduce(
        (sum, { part: inner, low, high }) => plus(sum, times(nominal(inner, symbol), (low + high) / 2)),
        nothing,
      );
    case "choice": {
      const n = part.options.length;
      const weights = (n * (n + 1)) / 2;
      return part.options.reduce(
        (sum, option, k) => plus(sum, times(nominal(option, symbol), (n - k) / weights)),
        nothing,
      );
    }
  }
}

function symbolsOf(part: Part): ElementSymbol[] {
  if (part.kind === "element") return [part.symbol];
  if (part.kind === "vacancy") return [];
  return part.kind === "all" ? part.terms.flatMap((term) => symbolsOf(term.part)) : part.options.flatMap(symbolsOf);
}

const nothing: Mass = { own: 0, all: 0 };
const plus = (a: Mass, b: Mass): Mass => ({ own: a.own + b.own, all: a.all + b.all });
const times = ({ own, all }: Mass, n: number): Mass => ({ own: own * n, all: all * n });
const clamp = (share: number): number => Math.min(1, Math.max(0, share));

function massOf(one: ElementSymbol, wanted: ElementSymbol): Mass {
  const all = atomicWeight[one] ?? 0;
  return { own: one === wanted ? all : 0, all };
}
