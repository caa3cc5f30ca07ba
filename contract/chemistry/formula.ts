import { type ElementSymbol, elementName } from "../elements.ts";

/**
 * A formula as a tree. A choice is a site that its options share, the most abundant first, as IMA formulas are written
 * (Nickel and Grice 1998, Can. Mineral. 36, 913). A count is an interval; a single number is an interval of no width.
 */
export type Part =
  | { readonly kind: "element"; readonly symbol: ElementSymbol }
  | { readonly kind: "vacancy" }
  | { readonly kind: "all"; readonly terms: readonly Term[] }
  | { readonly kind: "choice"; readonly options: readonly Part[] };

export interface Term {
  readonly part: Part;
  readonly low: number;
  readonly high: number;
}

export interface Formula {
  readonly root: Part;
  /** Whether it has unknown counts (n, x), which stand here as wide intervals. */
  readonly indefinite: boolean;
}

/** Rare earths that "REE" and "Ln" stand for, about as abundant in this order (as in chondrites and the crust). */
const rareEarths: readonly ElementSymbol[] = [
  ...(["Ce", "La", "Nd", "Y", "Pr", "Sm", "Gd", "Dy", "Er", "Yb", "Eu", "Ho", "Tb", "Tm", "Lu"] as const),
];
/** Unknown counts. The wettest formulas with a known count have 60 molecules of water, most of n under 12. */
const unknownCount = { water: [0, 12], other: [0, 1] } as const;
/** Elements with a second charge in minerals: "Fe3+x" is Fe³⁺ x times, while "Be2+x" can only count 2 + x. */
const severalCharges = new Set(
  "Fe Cu Mn Ti V Cr Co Ni Ce Pb U Hg Sn Sb As Bi Tl Mo W Ge Te Se Pd Pt Ag Au S Rh Ir".split(" "),
);

/**
 * Parses an IMA formula in plain text: "Ca2(Mg,Fe2+)5Si8O22(OH)2", "Fe3+2(SO4)3·9H2O", "[box]" or "□" for a vacancy, a
 * condition behind it ("(x < 0.5)") passed over. Undefined if something in it is not understood.
 */
export function parseFormula(text: string): Formula | undefined {
  const plain = tidy(text);
  const parser = new Parser(/^[\dn]/.test(plain) ? `·${plain}` : plain); // "2[FeS]·1.5[Mg(OH)2]" counts its first part too
  try {
    const root = parser.whole();
    return { root, indefinite: parser.indefinite };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Without what adds no element: tags, doubts, conditions, sums of a site. */
function tidy(text: string): string {
  return text
    .replaceAll(/<\/?[a-z]+>/g, "")
    .replaceAll("[box]", "□")
    .replaceAll(/\((?:\?|[^()A-Z]*[<>=≤≥≈~][^()A-Z]*)\)/gu, "")
    .replaceAll(/\s+[\d.nxyz~≈ ]*[<>=≤≥≈][^A-Z]*$/gu, "")
    .replaceAll(/Σ=?\d+(?:\.\d+)?/gu, "")
    .replaceAll(/[\s~?]/g, "");
}

class Parser {
  indefinite = false;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Part {
    const part = this.#alternatives();
    if (this.#at < this.#text.length || this.#text === "") throw new SyntaxError(this.#text);
    return part;
  }

  /** Sequences parted by commas: options of one site, unless all their counts are fractions of it. */
  #alternatives(): Part {
    const options = [this.#sequence()];
    while (this.#take(/[,;]/y)) options.push(this.#sequence());
    const [first] = options;
    if (first !== undefined && options.length === 1) return all(first);
    const fractions = options.every((terms) => terms.length === 1 && terms.every(isFraction));
    return fractions ? all(options.flat()) : { kind: "choice", options: options.map(all) };
  }

  #sequence(): Term[] {
    const terms: Term[] = [];
    for (;;) {
      if (this.#take(/[·•*]/y)) {
        const { low, high } = this.#count(unknownCount.water);
        terms.push({ part: all(this.#plain()), low, high });
        continue;
      }
      const term = this.#term();
      if (term === undefined) break;
      terms.push(term);
    }
    if (terms.length === 0) throw new SyntaxError(`nothing at ${this.#at} of ${this.#text}`);
    return terms;
  }

  /** What one count before it multiplies: everything up to the next dot or comma. */
  #plain(): Term[] {
    const terms: Term[] = [];
    for (let term = this.#term(); term !== undefined; term = this.#term()) terms.push(term);
    if (terms.length === 0) throw new SyntaxError(`nothing counted at ${this.#at} of ${this.#text}`);
    return terms;
  }

  #term(): Term | undefined {
    if (this.#take(/□/y)) return { part: { kind: "vacancy" }, ...this.#count(unknownCount.other) };
    if (this.#take(/[([{]/y)) {
      const part = this.#alternatives();
      if (!this.#take(/[)\]}]/y)) throw new SyntaxError(`open bracket in ${this.#text}`);
      this.#take(/\d?[+-](?=[,)\]}·A-Z]|$)|\d\+(?=\d)/y); // the charge of a group
      return { part, ...this.#count(unknownCount.other) };
    }
    if (this.#take(/REE|Ln/y)) {
      this.#take(/\d?\+/y);
      const options = rareEarths.map((symbol): Part => ({ kind: "element", symbol }));
      return { part: { kind: "choice", options }, ...this.#count(unknownCount.other) };
    }
    const symbol = this.#symbol();
    if (symbol === undefined) return undefined;
    const doubtful = /\d\+[a-z]/y;
    doubtful.lastIndex = this.#at;
    if (severalCharges.has(symbol) || !doubtful.test(this.#text)) this.#take(/\d?\+|\d?-(?=[,)\]}·]|$)/y);
    return { part: { kind: "element", symbol }, ...this.#count(unknownCount.other) };
  }

  #symbol(): ElementSymbol | undefined {
    for (const length of [2, 1]) {
      const text = this.#text.slice(this.#at, this.#at + length);
      if (isSymbol(text)) {
        this.#at += length;
        return text;
      }
    }
    return undefined;
  }

  /** "2", "0.5", "1-2" (a range), "n", "1-x", "2+x", "x/2", "3/2"; 1 if there is none. */
  #count(ofUnknown: readonly [number, number]): { low: number; high: number } {
    const range = this.#take(/(\d+(?:\.\d+)?)[-–](\d+(?:\.\d+)?)(?![a-z/\d.])/y);
    if (range) return { low: Number(range[1]), high: Number(range[2]) };
    const first = this.#amount(ofUnknown);
    if (first === undefined) return { low: 1, high: 1 };
    let { low, high } = first;
    for (let sign = this.#take(/[+\-–](?=[\d.a-z])/y); sign; sign = this.#take(/[+\-–](?=[\d.a-z])/y)) {
      const next = this.#amount(ofUnknown);
      if (next === undefined) throw new SyntaxError(`no count at ${this.#at} of ${this.#text}`);
      [low, high] = sign[0] === "+" ? [low + next.low, high + next.high] : [low - next.high, high - next.low];
    }
    return { low: Math.max(0, low), high: Math.max(0, high) };
  }

  #amount(ofUnknown: readonly [number, number]): { low: number; high: number } | undefined {
    const found = this.#take(/(\d+(?:\.\d+)?|\.\d+)?([a-z])?(?:\/(\d+(?:\.\d+)?))?/y);
    if (!found || found[0] === "") return undefined;
    const times = Number(found[1] ?? 1) / Number(found[3] ?? 1);
    if (found[2] === undefined) return { low: times, high: times };
    this.indefinite = true;
    return { low: times * ofUnknown[0], high: times * ofUnknown[1] };
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }
}

function isSymbol(text: string): text is ElementSymbol {
  return Object.hasOwn(elementName, text);
}

function isFraction({ low, high }: Term): boolean {
  return low === high && !Number.isInteger(low);
}

function all(terms: readonly Term[]): Part {
  const [only] = terms;
  return only !== undefined && terms.length === 1 && only.low === 1 && only.high === 1
    ? only.part
    : { kind: "all", terms };
}
