import { powersOfTen } from "./numbers.ts";

/** Rows that were read, and the position of the first line that was not. */
export interface Pairs {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly end: number;
}

/** Nothing read: the table reader begins at `start`. */
export function noPairs(start: number): Pairs {
  return { x: new Float64Array(0), y: new Float64Array(0), end: start };
}

/** No row of two numbers is shorter: "1 2" and its line end. */
const shortestRow = 4;
/** So many decimal digits are exact in a double, whatever they are. */
const exactDigits = 15;
const encoder = new TextEncoder();
const minus = 45;
const point = 46;
const zero = 48;
const space = 32;
const carriageReturn = 13;
const lineFeed = 10;

/**
 * Reads the plain rows that most files consist of, digits.digits twice with a separator and a line end, as far as they go;
 * the table reader takes over at the first line of any other form. One loop over bytes without a call: cutting a text into
 * numbers is most of the time that a batch spends beside the model.
 */
export function readPlainPairs(text: string, start: number, separator: number): Pairs {
  const bytes = encoder.encode(text.slice(start));
  if (bytes.length !== text.length - start) return noPairs(start); // a position in one would not be that in the other
  const most = Math.ceil(bytes.length / shortestRow);
  const x = new Float64Array(most);
  const y = new Float64Array(most);
  let rows = 0;
  let end = 0;
  let i = 0;
  let code = bytes[i] ?? 0;
  read: while (rows < most) {
    for (let column = 0; column < 2; column += 1) {
      while (code === space) code = bytes[++i] ?? 0;
      const negative = code === minus;
      if (negative) code = bytes[++i] ?? 0;
      const first = i;
      let mantissa = 0;
      for (; code >= zero && code < zero + 10; code = bytes[++i] ?? 0) mantissa = mantissa * 10 + (code - zero);
      let decimals = 0;
      if (code === point) {
        const from = i;
        code = bytes[++i] ?? 0;
        for (; code >= zero && code < zero + 10; code = bytes[++i] ?? 0) mantissa = mantissa * 10 + (code - zero);
        decimals = i - from - 1;
      }
      const digits = i - first - (decimals > 0 || bytes[i - 1] === point ? 1 : 0);
      if (digits === 0 || digits > exactDigits) break read;
      // Digits and power of ten are exact, so one division rounds correctly (Clinger 1990).
      const value = mantissa / (powersOfTen[decimals] ?? 1);
      if (column === 1) {
        y[rows] = negative ? -value : value;
        break;
      }
      x[rows] = negative ? -value : value;
      const behind = i;
      while (code === space) code = bytes[++i] ?? 0;
      if (separator === space ? i === behind : code !== separator) break read;
      if (separator !== space) code = bytes[++i] ?? 0;
    }
    while (code === space || code === carriageReturn) code = bytes[++i] ?? 0;
    if (code !== lineFeed) break;
    rows += 1;
    end = i + 1;
    code = bytes[++i] ?? 0;
  }
  return { x: x.subarray(0, rows), y: y.subarray(0, rows), end: start + end };
}
