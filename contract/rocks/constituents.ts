import { z } from "zod";

/** What a published range says of one constituent, in vol% of the rock if the term says nothing else. */
export const Constituent = z.object({
  /** As the source words it: "Fe-Ti oxide", "olivine Fa16-20". */
  term: z.string(),
  /** Absent where the source gives words instead of a range. */
  range: z.tuple([z.number().min(0).max(100), z.number().min(0).max(100)]).optional(),
});
export type Constituent = z.infer<typeof Constituent>;

/**
 * Reads a list of modal ranges: "plagioclase 10-90; olivine < 5" → two constituents in vol%. "< x" is 0 to x, "> x" is x
 * to 100, a single number is itself. What is no plain range ("orthopyroxene > 95 of pyroxene") stays as words.
 */
export function constituentsOf(text: string): Constituent[] {
  return text
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const plain = /^(?<term>\D.*?)\s*(?<sign>[<>])?\s*(?<low>\d+(?:\.\d+)?)(?:-(?<high>\d+(?:\.\d+)?))?$/.exec(
        part,
      )?.groups;
      if (plain?.term === undefined) return { term: part };
      const low = Number(plain.low);
      const high = Number(plain.high ?? plain.low);
      if (plain.sign === "<") return { term: plain.term, range: [0, high] };
      if (plain.sign === ">") return { term: plain.term, range: [low, 100] };
      return { term: plain.term, range: [low, high] };
    });
}
