/** Pixels of Hamamatsu's C12880MA. */
export const pixelCount = 288;
/** 10 bits of an Arduino's converter (reference/protocols.md §4.2). */
export const maximumCounts = 1023;
/** Values of the answer to `SPEC.TIMING?`; what they mean is not documented. */
const timingValues = 10;
/** 288 numbers of four digits with their commas, and the end. */
export const longestLineBytes = 5 * pixelCount + 2;

/** What a line means. */
export type Line =
  | { is: "spectrum"; counts: Uint16Array<ArrayBuffer>; text: string }
  | { is: "timing" }
  /** `### Error: …###` of the commanded sketch. */
  | { is: "error"; text: string }
  | { is: "nothing" };

/**
 * Reads a line without its end. Only exactly 288 whole numbers of the converter's range are a spectrum: the line has no
 * checksum, and one that was cut or merged has another count. Both sketches' forms are read, with and without the last comma.
 */
export function parseLine(text: string): Line {
  const error = /^#+\s*Error:?\s*(.*?)\s*#*$/i.exec(text);
  if (error) return { is: "error", text: error[1] ?? "" };
  if (!/^\d{1,10}(,\d{1,10})*,?$/.test(text)) return { is: "nothing" };
  const numbers = text.replace(/,$/, "").split(",").map(Number);
  if (numbers.length === timingValues) return { is: "timing" };
  if (numbers.length !== pixelCount || numbers.some((number) => number > maximumCounts)) return { is: "nothing" };
  return { is: "spectrum", counts: Uint16Array.from(numbers), text };
}

/** The commanded sketch's requests; none writes anything permanent. */
export const command = {
  integrate: (us: number) => `SPEC.INTEG ${(us / 1e6).toFixed(6)}\n`,
  read: "SPEC.READ?\n",
  timing: "SPEC.TIMING?\n",
} as const;

/**
 * Hamamatsu's test sheet gives λ = Σ bᵢ·pⁱ with p counted from 1 (§4.2; not checked against a sheet); the same as a
 * polynomial of p counted from 0.
 */
export function fromTestSheet(sheet: readonly number[]): number[] {
  return sheet.map((_, power) => {
    let sum = 0;
    let binomial = 1;
    for (let i = power; i < sheet.length; i++) {
      sum += (sheet[i] ?? 0) * binomial;
      binomial = (binomial * (i + 1)) / (i + 1 - power);
    }
    return sum;
  });
}
