import { RockEntry } from "../contract/mindb.ts";
import { constituentsOf } from "../contract/rocks/constituents.ts";
import { terms } from "../contract/rocks/terms.ts";
import type { Row, Sources } from "./sources.ts";

/**
 * The rocks, each with the minerals that its constituents mean and its place in a diagram. A constituent means what
 * rock-minerals.csv says of its words, else of the groups that make up most of it.
 */
export function rockEntries(sources: Sources): RockEntry[] {
  const places = new Map(sources.rockDiagrams.map((row) => [row.rock, row]));
  const names = new Set(sources.rocks.map(({ rock }) => rock));
  const strangers = sources.rockDiagrams.filter(({ rock }) => !names.has(rock)).map(({ rock }) => rock);
  if (strangers.length > 0) throw new Error(`rock-diagrams.csv: no rocks: ${strangers.join("; ")}`);
  const meaning = new Map(sources.rockMinerals.map(({ term, minerals }) => [term, minerals.split(";")]));
  return sources.rocks.map((row) => rockEntry(row, places.get(row.rock), meaning));
}

function rockEntry(
  row: Row<"rocks">,
  place: Row<"rockDiagrams"> | undefined,
  meaning: ReadonlyMap<string, readonly string[]>,
): RockEntry {
  const constituents = constituentsOf(row.modal_mineralogy);
  const minerals = new Set(constituents.flatMap(({ term }) => mineralsOf(term, meaning)));
  return RockEntry.parse({
    name: row.rock,
    class: row.class,
    bodies: row.bodies.split(";"),
    constituents,
    scheme: row.scheme,
    rule: row.rule,
    minerals: [...minerals].sort(),
    ...(place && { diagram: place.diagram, field: place.field }),
    ...(row.note !== "" && { note: row.note }),
    source: row.source,
    confidence: row.confidence,
  });
}

/** "orthopyroxene > 95 of pyroxene" is orthopyroxene. What is less than half as much as the most of a term is left out. */
function mineralsOf(words: string, meaning: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const term = words.replace(/ [<>].*$/, "");
  const own = meaning.get(term);
  if (own !== undefined) return own;
  const groups = Object.entries(terms[term] ?? {});
  const most = Math.max(...groups.map(([, share]) => share));
  return groups.filter(([, share]) => share >= most / 2).flatMap(([group]) => meaning.get(group) ?? []);
}
