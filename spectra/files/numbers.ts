export const powersOfTen = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/** Marks of a value that was not measured or was deleted. */
const missing = /^(nan|-?1\.#(ind|qnan)|null|n\/?a|-+|\?|[-+]?inf(inity)?)$/i;

/**
 * Reads decimal numbers out of a text without cutting it up, which is most of the time that a spectrum file takes.
 * `end` is the position after the number that was read last.
 */
export class NumberScanner {
  end = 0;
  readonly #text: string;
  readonly #comma: boolean;

  /** `decimalComma`: whether a comma may stand for the decimal point (it is then no separator). */
  constructor(text: string, decimalComma: boolean) {
    this.#text = text;
    this.#comma = decimalComma;
  }

  /** The number that starts at `from`; undefined if none starts there. Correctly rounded, as Number() is. */
  read(from: number): number | undefined {
    const text = this.#text;
    let i = from;
    let code = text.charCodeAt(i);
    const negative = code === 45;
    if (negative || code === 43) code = text.charCodeAt(++i);
    const first = i;
    let mantissa = 0;
    let exponent = 0;
    let digits = 0;
    for (; code >= 48 && code <= 57; code = text.charCodeAt(++i), digits += 1) mantissa = mantissa * 10 + code - 48;
    if (code === 46 || (code === 44 && this.#comma)) {
      code = text.charCodeAt(++i);
      for (; code >= 48 && code <= 57; code = text.charCodeAt(++i), digits += 1) {
        mantissa = mantissa * 10 + code - 48;
        exponent -= 1;
      }
    }
    if (digits === 0) return undefined;
    this.end = i;
    exponent += this.#exponent(i);
    // Exact while the digits fit 53 bits and the power of ten is one that a double holds (Clinger 1990).
    const value =
      mantissa <= Number.MAX_SAFE_INTEGER && exponent >= -22 && exponent <= 22
        ? exponent < 0
          ? mantissa / (powersOfTen[-exponent] ?? 1)
          : mantissa * (powersOfTen[exponent] ?? 1)
        : Number(text.slice(first, this.end).replace(",", ".").replace(/d/i, "e"));
    return negative ? -value : value;
  }

  /** The exponent at `from`, E or Fortran's D, 0 if there is none; moves `end` behind it. */
  #exponent(from: number): number {
    const text = this.#text;
    const letter = text.charCodeAt(from) | 32;
    if (letter !== 101 && letter !== 100) return 0;
    let i = from + 1;
    let code = text.charCodeAt(i);
    const negative = code === 45;
    if (negative || code === 43) code = text.charCodeAt(++i);
    if (!(code >= 48 && code <= 57)) return 0;
    let value = 0;
    for (; code >= 48 && code <= 57; code = text.charCodeAt(++i)) value = value * 10 + code - 48;
    this.end = i;
    return negative ? -value : value;
  }
}

/**
 * One cell of a table: a number, NaN for a mark such as "NaN" or "n/a", undefined if it is neither. Within quotes a comma
 * is always decimal.
 */
export function parseCell(cell: string, decimalComma: boolean): number | undefined {
  const quoted = /^\s*"([^"]*)"\s*$/.exec(cell)?.[1];
  const text = (quoted ?? cell).trim();
  const scanner = new NumberScanner(text, decimalComma || quoted !== undefined);
  const value = scanner.read(0);
  if (value !== undefined && scanner.end === text.length) return value;
  return missing.test(text) ? Number.NaN : undefined;
}
