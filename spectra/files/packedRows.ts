import { badLine } from "./problems.ts";

/** A line of a file with its number, from 1. */
export interface Line {
  readonly number: number;
  readonly content: string;
}

/** What stands at the start of a line of ordinates: its abscissa as printed, and which ordinate that belongs to. */
export interface Mark {
  readonly line: Line;
  readonly x: number;
  /** Half of the last printed digit of `x`. */
  readonly rounding: number;
  /** Index of the line's first new ordinate. */
  readonly index: number;
  /** The line began by repeating the ordinate before `index`, as the line after a difference must. */
  readonly checked: boolean;
}

export interface PackedRows {
  /** Ordinates as printed, before YFACTOR; NaN for "?". */
  readonly y: readonly number[];
  readonly marks: readonly Mark[];
}

type Form = "plain" | "squeezed" | "difference" | "duplicate" | "missing";

/** Pseudo-digits of table VII of McDonald & Wilks 1988: each is a separator, a sign and the first digit in one. */
const pseudoDigits: readonly (readonly [form: Form, sign: number, digits: string, first: number])[] = [
  ["squeezed", 1, "@ABCDEFGHI", 0],
  ["squeezed", -1, "abcdefghi", 1],
  ["difference", 1, "%JKLMNOPQR", 0],
  ["difference", -1, "jklmnopqr", 1],
  ["duplicate", 1, "STUVWXYZs", 1],
];
const pseudoDigit = new Map(
  pseudoDigits.flatMap(([form, sign, digits, first]) =>
    Array.from(digits, (letter, i) => [letter, { form, sign, digit: first + i }] as const),
  ),
);

/** A number with an exponent only where a sign follows the E: without one it is the squeezed digit +5 (5.3 there). */
const plainNumber = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]\d{1,3}(?!\d))?/y;
const moreDigits = /\d*\.?\d*/y;
const between = /[\s,;]+/y;

/**
 * Decodes the lines of JCAMP-DX's (X++(Y..Y)): an abscissa, then ordinates in any mixture of the forms AFFN, PAC, SQZ, DIF and
 * DUP (McDonald R.S., Wilks P.A. 1988, Appl. Spectrosc. 42, 151, section 5). A line that follows a difference begins by
 * repeating the last ordinate, and both must agree (their "Y-value check"): a damaged difference would shift all that follow.
 *
 * @param most ordinates: what the file promises, or a limit of sense; a damaged repeat count must not fill the memory.
 * Throws file-bad-line.
 */
export function decodePackedRows(name: string, lines: readonly Line[], most: number): PackedRows {
  const y: number[] = [];
  const marks: Mark[] = [];
  let last: number | undefined;
  /** Set while the last ordinate is a difference. */
  let step: number | undefined;
  for (const line of lines) {
    const fail = (reason: string) => badLine(name, line.number, line.content, reason);
    const push = (value: number): void => {
      if (y.length >= most) throw fail(`holds more than the ${most} values that the file may have`);
      y.push(value);
      last = value;
    };
    let tokens = 0;
    let mark: Omit<Mark, "index" | "checked"> | undefined;
    for (const { form, value, rounding } of tokensOf(line, fail)) {
      tokens += 1;
      if (mark === undefined) {
        if (form !== "plain" && form !== "squeezed") throw fail("does not begin with its abscissa");
        mark = { line, x: value, rounding };
        continue;
      }
      if (tokens === 2) {
        if (form === "difference" || form === "duplicate")
          throw fail("has no value that its first difference refers to");
        const checked = step !== undefined && last !== undefined;
        marks.push({ ...mark, index: y.length, checked });
        if (checked) {
          // Ordinates are whole numbers, which add up exactly; the margin is for files that pack fractions.
          if (!(Math.abs(value - (last ?? 0)) <= 1e-9 * Math.abs(value))) {
            throw fail(`begins with ${value}, but the line before ended at ${last} (Y-check)`);
          }
          step = undefined;
          continue;
        }
      }
      if (form === "duplicate") {
        if (last === undefined || value < 1) throw fail("repeats a value that is not there");
        for (let copy = 1; copy < value; copy += 1) push(last + (step ?? 0));
      } else if (form === "difference") {
        if (last === undefined || Number.isNaN(last)) throw fail("has a difference to a value that is not there");
        step = value;
        push(last + value);
      } else {
        step = undefined;
        push(value);
      }
    }
  }
  return { y, marks };
}

/**
 * Abscissa and ordinate in turn, as (XY..XY) has them. Throws file-bad-line.
 *
 * @returns pairs as printed, before the factors; an ordinate "?" is NaN.
 */
export function decodePairs(name: string, lines: readonly Line[]): { x: number[]; y: number[] } {
  const x: number[] = [];
  const y: number[] = [];
  for (const line of lines) {
    const fail = (reason: string) => badLine(name, line.number, line.content, reason);
    for (const { form, value } of tokensOf(line, fail)) {
      const isX = x.length === y.length;
      if (form !== "plain" && (isX || form !== "missing")) throw fail("holds a packed value where pairs should be");
      (isX ? x : y).push(value);
    }
    if (x.length !== y.length) throw fail("ends within a pair of values");
  }
  return { x, y };
}

interface Token {
  readonly form: Form;
  readonly value: number;
  readonly rounding: number;
}

function* tokensOf({ content }: Line, fail: (reason: string) => Error): Generator<Token> {
  const take = (pattern: RegExp, from: number): string | undefined => {
    pattern.lastIndex = from;
    return pattern.exec(content)?.[0];
  };
  for (let i = 0; i < content.length; ) {
    const blank = take(between, i);
    if (blank !== undefined) {
      i += blank.length;
      continue;
    }
    const plain = take(plainNumber, i);
    if (plain !== undefined) {
      i += plain.length;
      yield { form: "plain", value: Number(plain), rounding: roundingOf(plain) };
      continue;
    }
    const letter = content.charAt(i);
    i += 1;
    if (letter === "?") {
      yield { form: "missing", value: Number.NaN, rounding: 0 };
      continue;
    }
    const pseudo = pseudoDigit.get(letter);
    if (pseudo === undefined) throw fail(`holds "${letter}" where a number should be`);
    const rest = take(moreDigits, i) ?? "";
    i += rest.length;
    const printed = `${pseudo.digit}${rest}`;
    // `+ 0`: a squeezed or subtracted nothing is 0, not −0.
    yield { form: pseudo.form, value: pseudo.sign * Number(printed) + 0, rounding: roundingOf(printed) };
  }
}

/** Half of the last digit of a printed number, in its unit. */
function roundingOf(printed: string): number {
  const [, decimals = "", exponent = "0"] = /^[^.eE]*\.?(\d*)(?:[eE](.*))?$/.exec(printed) ?? [];
  return 0.5 * 10 ** (Number(exponent) - decimals.length);
}
