import type { RockFacts } from "./facts.ts";

type Constituent = RockFacts["constituents"][number];

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
