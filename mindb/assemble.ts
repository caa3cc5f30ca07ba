import { bodies, type CatalogueTables, MinDbPack, MineralEntry } from "../contract/mindb.ts";
import { lackingOf, problemsOf } from "./checks.ts";
import { collections } from "./credits.ts";
import { detectionOf, detectionRules } from "./detection.ts";
import { significanceOf } from "./meaning.ts";
import { versionOf } from "./pack.ts";
import { rockEntries } from "./rocks.ts";
import { feature, features, imaName, lookAlike, occurrence, otherNames, properties, species } from "./rows.ts";
import { similarPairs } from "./similar.ts";
import type { Row, Sources } from "./sources.ts";

/** What a build tells whoever runs it; numbers of entries if not said otherwise. */
interface BuildReport {
  entries: number;
  full: number;
  withOccurrences: number;
  /** Minerals with a planetary fact that are told short, and what they lack. */
  lacking: string[];
  withFeatures: number;
  withLookAlikes: number;
  withoutMassFractions: number;
  /** Rows of a group, variety or amorphous phase: no species, hence no entry to carry them. */
  labelRowsSkipped: { occurrences: number; features: number; lookAlikes: number };
}

/**
 * Sources → pack: an entry for every species of the IMA list, by name; full for those with a planetary fact and
 * nothing lacking. `released` is
 * the day the sources were last changed. Throws ZodError if a row does not fit the contract, Error with all that
 * {@link problemsOf} says if anything.
 */
export function assemble(sources: Sources, released: string): { pack: MinDbPack; report: BuildReport } {
  const occurrencesOf = Map.groupBy(sources.occurrences, (row) => imaName(row.mineral));
  const featuresOf = Map.groupBy(sources.features, (row) => imaName(row.mineral));
  const pairs = sources.confusions.map((row) => ({ row, a: imaName(row.mineral_a), b: imaName(row.mineral_b) }));
  const pairsOfSpecies = pairs.filter(({ a, b }) => a !== "" && b !== "");
  const bandsOf = Map.groupBy(sources.bands, ({ mineral }) => mineral);
  const namesOf = new Map(sources.names.map((row) => [row.mineral, row]));
  const synonymsOf = Map.groupBy(sources.synonyms, ({ mineral }) => mineral);
  const handOf = new Map(sources.hand.map((row) => [row.mineral, row]));
  const textOf = new Map(sources.significance.map(({ mineral, text }) => [mineral, text]));
  const accentsOf = new Map(
    [...sources.occurrences, ...sources.features].map(({ mineral }) => [imaName(mineral), mineral]),
  );
  const modes = Object.fromEntries(sources.modes.map(({ mode, ...words }) => [mode, words]));

  const imaNames = new Set(sources.species.map(({ name }) => name));
  const told = [
    ...[...occurrencesOf.keys(), ...featuresOf.keys(), ...bandsOf.keys(), ...namesOf.keys(), ...synonymsOf.keys()],
    ...[...handOf.keys(), ...textOf.keys(), ...pairs.flatMap(({ a, b }) => [a, b])],
  ];
  const strangers = new Set(told.filter((name) => name !== "" && !imaNames.has(name)));
  if (strangers.size > 0) throw new Error(`Not in the IMA list: ${[...strangers].join(", ")}`);

  const elementLines = linesOf(sources.lines);
  const sharers = Map.groupBy(sources.species, (row) => species(row).elements.join(" "));
  const drafts = sources.species.map((row): MineralEntry => {
    const { name } = row;
    const known = species(row);
    const accented = accentsOf.get(name);
    const bands = bandsOf.get(name) ?? [];
    const entry: MineralEntry = {
      ...known,
      depth: "short",
      otherNames: otherNames(
        ...([name, accented === name ? undefined : accented, namesOf.get(name), synonymsOf.get(name) ?? []] as const),
      ),
      properties: properties(row, handOf.get(name)),
      occurrences: (occurrencesOf.get(name) ?? [])
        .map(occurrence)
        .sort((one, other) => bodies.indexOf(one.body) - bodies.indexOf(other.body)),
      features: features((featuresOf.get(name) ?? []).map(feature), bands),
      lookAlikes: pairsOfSpecies.flatMap((pair) => {
        if (pair.a === name) return [lookAlike(pair.row, pair.b)];
        return pair.b === name ? [lookAlike(pair.row, pair.a)] : [];
      }),
      similar: [],
      rocks: [],
    };
    if (!occurrencesOf.has(name)) return entry;
    const significance = significanceOf(textOf.get(name), known.formation, modes);
    const spectra = Number(bands.find(({ technique }) => technique === "raman")?.spectra ?? 0);
    const shared = sharers.get(known.elements.join(" "))?.length ?? 1;
    const detection = detectionOf(entry, spectra, shared, (element) => element in elementLines);
    const told: MineralEntry = { ...entry, ...(significance && { significance }), detection };
    return lackingOf(told, elementLines).length === 0 ? { ...told, depth: "full" } : told;
  });

  const tables: CatalogueTables = {
    modes,
    elementLines,
    rocks: rockEntries(sources),
    diagrams: sources.diagrams,
    glossary: sources.glossary,
    detectionRules,
  };
  const rocksOf = new Map<string, string[]>();
  for (const rock of tables.rocks) {
    for (const mineral of rock.minerals) rocksOf.set(mineral, [...(rocksOf.get(mineral) ?? []), rock.name]);
  }
  const toldPair = new Set(pairsOfSpecies.flatMap(({ a, b }) => [`${a}|${b}`, `${b}|${a}`]));
  const similar = similarPairs(drafts, (one, other) => toldPair.has(`${one}|${other}`));
  const entries = drafts
    .map((entry) =>
      MineralEntry.parse({ ...entry, similar: similar.get(entry.name) ?? [], rocks: rocksOf.get(entry.name) ?? [] }),
    )
    .sort((one, other) => compare(one.name, other.name));
  const problems = problemsOf({ entries, tables }, sources);
  if (problems.length > 0) throw new Error(`The catalogue does not agree with itself:\n${problems.join("\n")}`);

  const count = (test: (entry: MineralEntry) => boolean) => entries.filter(test).length;
  return {
    pack: MinDbPack.parse({
      format: "lithoscope-mindb/2",
      version: versionOf({ entries, tables }),
      released,
      credits: collections.map(({ source, citation }) => ({ source, citation })),
      tables,
      entries,
    }),
    report: {
      entries: entries.length,
      full: count((entry) => entry.depth === "full"),
      withOccurrences: count((entry) => entry.occurrences.length > 0),
      lacking: entries
        .filter((entry) => entry.occurrences.length > 0 && entry.depth === "short")
        .flatMap((entry) => lackingOf(entry, elementLines)),
      withFeatures: count((entry) => entry.features.length > 0),
      withLookAlikes: count((entry) => entry.lookAlikes.length + entry.similar.length > 0),
      withoutMassFractions: count((entry) => Object.keys(entry.massFractions).length === 0),
      labelRowsSkipped: {
        occurrences: occurrencesOf.get("")?.length ?? 0,
        features: featuresOf.get("")?.length ?? 0,
        lookAlikes: pairs.length - pairsOfSpecies.length,
      },
    },
  };
}

function linesOf(rows: readonly Row<"lines">[]): CatalogueTables["elementLines"] {
  const byElement = Map.groupBy(rows, ({ element }) => element);
  return Object.fromEntries(
    [...byElement].map(([element, lines]) => [
      element,
      lines.map((line) => [Number(line.wavelength_nm), Number(line.relative), Number(line.stage)] as const),
    ]),
  ) as CatalogueTables["elementLines"];
}

/** By code unit, the same in every locale. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
