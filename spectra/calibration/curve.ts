import { LithoscopeError } from "../../contract/errors.ts";

/** A certified curve: value by position, both ascending in position; it says nothing outside its ends. */
export interface Curve {
  readonly at: Float64Array;
  readonly value: Float64Array;
}

/** The curve's value by straight lines between its points; NaN outside them. */
export function valueAt({ at, value }: Curve, position: number): number {
  const last = at.length - 1;
  if (!(position >= (at[0] ?? Number.NaN) && position <= (at[last] ?? Number.NaN))) return Number.NaN;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) <= position) low = middle;
    else high = middle;
  }
  const [x0, x1] = [at[low] ?? 0, at[high] ?? 0];
  const [y0, y1] = [value[low] ?? 0, value[high] ?? 0];
  return x1 > x0 ? y0 + ((y1 - y0) * (position - x0)) / (x1 - x0) : y0;
}

/**
 * A certificate's table as a person typed or pasted it: a pair on each line, parted by blanks, tabs, commas or semicolons; lines
 * that begin with # are left out. Throws certificate-invalid with the number of the first line that is not understood.
 */
export function curveFromText(text: string, values: { least: number; most: number }): Curve {
  const pairs = numbersByLine(text, 2) as [number, number][];
  if (pairs.length < 2) throw invalid("it has fewer than two lines");
  pairs.sort((a, b) => a[0] - b[0]);
  for (const [i, [at, value]] of pairs.entries()) {
    if (i > 0 && at === pairs[i - 1]?.[0]) throw invalid(`it has two values at ${at}`);
    if (!(value >= values.least && value <= values.most)) {
      throw invalid(`${value} at ${at} is not between ${values.least} and ${values.most}`);
    }
  }
  return { at: Float64Array.from(pairs, ([at]) => at), value: Float64Array.from(pairs, ([, value]) => value) };
}

/** Positions of a certificate's lines, one on each line. Throws certificate-invalid. */
export function positionsFromText(text: string): number[] {
  const positions = numbersByLine(text, 1).map(([at]) => at as number);
  if (positions.length === 0) throw invalid("it is empty");
  return [...new Set(positions)].sort((a, b) => a - b);
}

function numbersByLine(text: string, count: number): number[][] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    const numbers = trimmed.split(/[\s;,]+/).map(Number);
    if (numbers.length < count || numbers.slice(0, count).some((n) => !Number.isFinite(n))) {
      throw invalid(
        `line ${i + 1} ("${trimmed.slice(0, 40)}") is not ${count === 1 ? "a number" : "a pair of numbers"}`,
      );
    }
    return [numbers.slice(0, count)];
  });
}

function invalid(why: string): LithoscopeError {
  return new LithoscopeError(
    "certificate-invalid",
    `The certificate was not understood: ${why}. Nothing was measured.`,
    "Type it as on the paper: one line for each point, decimal points, no units.",
  );
}
