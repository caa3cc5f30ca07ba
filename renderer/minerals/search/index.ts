import MiniSearch from "minisearch";
import { type Body, bodies, type CatalogueTables, type MineralEntry } from "../../../contract/mindb.ts";
import { numbersOf } from "../words.ts";

/** A name without accents and in small letters, so that "Wüstite", "wustite" and "WUSTITE" are the same. */
export const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase();

/** All bands of a technique, side by side: where, whose (index of the entry) and how strong. */
interface Bands {
  readonly positions: Float64Array;
  readonly owners: Uint32Array;
  readonly strengths: Uint8Array;
}

/** A mineral that was found. */
export interface Hit {
  readonly entry: MineralEntry;
  /** The line that was asked for, as the mineral has it: "967.3 cm⁻¹, strong". */
  readonly line?: string;
}

/** The catalogue made ready for search, once for each version of it. */
export interface SearchIndex {
  readonly entries: readonly MineralEntry[];
  /** Each entry as it is found without a line. */
  readonly hits: readonly Hit[];
  /** As the entries: formulas without charges, brackets and dots. */
  readonly formulas: readonly string[];
  readonly elements: readonly ReadonlySet<string>[];
  /** Bit i is set if there is a find on `bodies[i]`. */
  readonly bodyBits: Uint8Array;
  /** Lowest and highest hardness, two values an entry; NaN where it is not known. */
  readonly hardness: Float32Array;
  /** In small letters; empty where it is not known. */
  readonly colours: readonly string[];
  readonly names: MiniSearch;
  readonly byId: ReadonlyMap<string, number>;
  readonly bands: Readonly<Record<"raman" | "vnir", Bands>>;
  readonly elementLines: CatalogueTables["elementLines"];
}

/** "very strong" before "weak". */
export const strengthWords = ["weak", "medium", "strong", "very strong"] as const;

/** Names indexed at a time: between two such parts the page draws, and STOP is heard. */
const namesAtATime = 200;

/** Entries in the order of their names. Some tenths of a second for 6,000, in parts of some milliseconds. */
export async function buildIndex(
  entries: readonly MineralEntry[],
  elementLines: CatalogueTables["elementLines"] = {},
): Promise<SearchIndex> {
  const names = new MiniSearch({
    fields: ["name", "others", "group"],
    processTerm: (term) => plain(term) || undefined,
    searchOptions: { boost: { name: 4, others: 2 }, prefix: true, combineWith: "AND" },
  });
  await names.addAllAsync(
    entries.map(({ name, otherNames, group }, id) => ({
      ...{ id, name, group: group ?? "", others: otherNames.map((other) => other.name).join(" ") },
    })),
    { chunkSize: namesAtATime },
  );
  const hardness = new Float32Array(2 * entries.length).fill(Number.NaN);
  const bodyBits = new Uint8Array(entries.length);
  entries.forEach(({ properties, occurrences }, i) => {
    const [low, high] = numbersOf(properties.find(({ property }) => property === "hardness")?.value ?? "");
    if (low !== undefined) hardness.set([low, high ?? low], 2 * i);
    bodyBits[i] = occurrences.reduce((bits, { body }) => bits | bitOf(body), 0);
  });
  return {
    entries,
    hits: entries.map((entry) => ({ entry })),
    formulas: entries.map(({ formula }) => bareFormula(formula)),
    elements: entries.map(({ elements }) => new Set(elements)),
    bodyBits,
    hardness,
    colours: entries.map(({ properties }) => plain(properties.find((one) => one.property === "colour")?.value ?? "")),
    names,
    byId: new Map(entries.map(({ name }, i) => [plain(name), i])),
    bands: { raman: bandsOf(entries, "raman"), vnir: bandsOf(entries, "vnir") },
    elementLines,
  };
}

export const bitOf = (body: Body): number => 1 << bodies.indexOf(body);

/** "Ca(Mg,Fe2+)(CO3)2" → "CaMgFeCO32": how a person types it in haste. */
export const bareFormula = (formula: string): string =>
  formula.replaceAll(/\d?[+-](?![A-Za-z(])/g, "").replaceAll(/[^A-Za-z0-9.]/g, "");

function bandsOf(entries: readonly MineralEntry[], technique: "raman" | "vnir"): Bands {
  const all = entries.flatMap(({ features }, owner) =>
    features
      .filter((feature) => feature.technique === technique)
      .map(({ position, strength }) => ({ owner, position, strength })),
  );
  return {
    positions: Float64Array.from(all, ({ position }) => position),
    owners: Uint32Array.from(all, ({ owner }) => owner),
    strengths: Uint8Array.from(all, ({ strength }) =>
      Math.max(0, strengthWords.indexOf(strength as (typeof strengthWords)[number])),
    ),
  };
}
