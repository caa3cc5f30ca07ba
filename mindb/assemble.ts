import { bodies, MinDbPack, MineralEntry } from "../contract/mindb.ts";
import { problemsOf } from "./checks.ts";
import { collections } from "./credits.ts";
import { elementsOf } from "./formula.ts";
import { versionOf } from "./pack.ts";
import { feature, imaName, lookAlike, occurrence, species } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** What a build tells whoever runs it; numbers of entries if not said otherwise. */
interface BuildReport {
  entries: number;
  withOccurrences: number;
  withFeatures: number;
  withLookAlikes: number;
  withoutMassFractions: number;
  /** The source's element column differs from the elements of the formula; the pack has those of the formula. */
  elementsCorrected: number;
  /** Rows of a group, variety or amorphous phase: no species, hence no entry to carry them. */
  labelRowsSkipped: { occurrences: number; features: number; lookAlikes: number };
}

/**
 * Tables → pack: an entry for every mineral with a Raman or VNIR spectrum or a planetary fact, sorted by name.
 * Throws ZodError if a row does not fit the contract, Error with all that {@link problemsOf} says if anything.
 */
export function assemble(tables: Tables): { pack: MinDbPack; report: BuildReport } {
  const spectra = tables.spectra.filter(({ technique }) => technique === "raman" || technique === "vnir");
  const occurrencesOf = Map.groupBy(tables.occurrences, (row) => imaName(row.mineral));
  const featuresOf = Map.groupBy(tables.features, (row) => imaName(row.mineral));
  const pairs = tables.confusions.map((row) => ({ row, a: imaName(row.mineral_a), b: imaName(row.mineral_b) }));
  const pairsOfSpecies = pairs.filter(({ a, b }) => a !== "" && b !== "");

  const wanted = new Set([
    ...spectra.map((row) => row.mineral),
    ...occurrencesOf.keys(),
    ...featuresOf.keys(),
    ...pairs.flatMap(({ a, b }) => [a, b]),
  ]);
  wanted.delete(""); // a spectrum or row of no single species
  const imaNames = new Set(tables.minerals.map(({ name }) => name));
  const strangers = [...wanted].filter((name) => !imaNames.has(name));
  if (strangers.length > 0) throw new Error(`Not in the IMA list: ${strangers.join(", ")}`);

  const minerals = tables.minerals.filter(({ name }) => wanted.has(name));
  const entries = minerals.map((row) =>
    MineralEntry.parse({
      ...species(row),
      occurrences: (occurrencesOf.get(row.name) ?? [])
        .map(occurrence)
        .sort((one, other) => bodies.indexOf(one.body) - bodies.indexOf(other.body)),
      features: (featuresOf.get(row.name) ?? [])
        .map(feature)
        .sort((one, other) => compare(one.technique, other.technique) || one.position - other.position),
      lookAlikes: pairsOfSpecies.flatMap((pair) => {
        if (pair.a === row.name) return [lookAlike(pair.row, pair.b)];
        return pair.b === row.name ? [lookAlike(pair.row, pair.a)] : [];
      }),
    }),
  );
  entries.sort((one, other) => compare(one.name, other.name));
  const problems = problemsOf(entries, imaNames);
  if (problems.length > 0) throw new Error(`The catalogue does not agree with itself:\n${problems.join("\n")}`);

  const count = (test: (entry: MineralEntry) => boolean) => entries.filter(test).length;
  return {
    pack: MinDbPack.parse({
      format: "lithoscope-mindb/1",
      version: versionOf(entries),
      credits: collections.map(({ source, citation }) => ({ source, citation })),
      entries,
    }),
    report: {
      entries: entries.length,
      withOccurrences: count((entry) => entry.occurrences.length > 0),
      withFeatures: count((entry) => entry.features.length > 0),
      withLookAlikes: count((entry) => entry.lookAlikes.length > 0),
      withoutMassFractions: count((entry) => Object.keys(entry.massFractions).length === 0),
      elementsCorrected: minerals.filter((row) => row.elements !== elementsOf(row.formula).join(" ")).length,
      labelRowsSkipped: {
        occurrences: occurrencesOf.get("")?.length ?? 0,
        features: featuresOf.get("")?.length ?? 0,
        lookAlikes: pairs.length - pairsOfSpecies.length,
      },
    },
  };
}

/** By code unit, the same in every locale. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
