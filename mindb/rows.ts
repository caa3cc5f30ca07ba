import { classOf } from "../contract/chemistry/class.ts";
import {
  Feature,
  LookAlike,
  type MineralEntry,
  nameLanguages,
  Occurrence,
  type OtherName,
  type Property,
  propertyNames,
} from "../contract/mindb.ts";
import { bandListSource } from "./bands.ts";
import { elementsOf, tidyFormula } from "./formula.ts";
import { massFractions } from "./masses.ts";
import type { Row } from "./sources.ts";

/** A name as the IMA list here writes it, without accents: "Åkermanite" → "Akermanite". */
export function imaName(name: string): string {
  return name.normalize("NFD").replaceAll(/\p{Mark}/gu, "");
}

/** What the IMA list knows of a species. */
export function species(row: Row<"species">) {
  const { name, formula, group } = row;
  return {
    name,
    formula: tidyFormula(formula),
    elements: elementsOf(formula),
    class: classOf(formula),
    crystalSystem: several(row.crystal_system, ", ") || "unknown",
    ...(row.space_group !== "" && { spaceGroup: several(row.space_group, " or ").replaceAll("_", "") }),
    ...(group !== "" && { group }),
    ...(row.ima_number !== "" && { imaNumber: row.ima_number }),
    massFractions: massFractions(formula),
    massFractionsApproximate: row.approximate === "1",
    formation: row.modes.split(" ").filter((mode) => mode !== ""),
    ...(Number(row.oldest_ma) > 0 && { oldestMa: Number(row.oldest_ma) }),
  } satisfies Partial<MineralEntry>;
}

/** "monoclinic|unknown, triclinic" (polymorphs and polytypes) → "monoclinic, triclinic". */
function several(cell: string, join: string): string {
  const known = cell.split(/[|,] */).filter((one) => one !== "" && one !== "unknown");
  return [...new Set(known)].join(join);
}

const synonymKinds: Record<string, OtherName["kind"]> = {
  variety: "variety",
  old_name: "old name",
  spelling: "spelling",
  group_default: "group",
};

/** The other names of a species: from the table of common names, of synonyms, and its own name with accents. */
export function otherNames(
  name: string,
  accented: string | undefined,
  names: Row<"names"> | undefined,
  synonyms: readonly Row<"synonyms">[],
): OtherName[] {
  const all: OtherName[] = [
    ...(accented === undefined ? [] : [{ name: accented, kind: "spelling" as const }]),
    ...nameLanguages.flatMap((language) =>
      (names?.[language] ?? "").split("|").map((word) => ({ name: word, kind: "common" as const, language })),
    ),
    ...synonyms.map((row) => ({ name: row.name, kind: synonymKinds[row.kind] ?? ("spelling" as const) })),
  ];
  const seen = new Set<string>();
  return all.filter((other) => {
    const key = `${other.name.toLowerCase()} ${other.language ?? ""}`;
    const again = seen.has(key) || other.name === "" || other.name.toLowerCase() === name.toLowerCase();
    seen.add(key);
    return !again;
  });
}

const handSource = "general mineralogical knowledge, not checked against a text";
const unverifiedSource = "Unverified comprehensive database of minerals (by way of RRUFF's export); not checked";

/** Hand-lens properties: those written down by hand, else what the unverified table has. */
export function properties(row: Row<"species">, hand: Row<"hand"> | undefined): Property[] {
  const given = hand
    ? propertyNames.map((property) => ({
        ...{ property, value: hand[property], source: handSource },
      }))
    : (["hardness", "density"] as const).map((property) => ({
        property,
        value: property === "hardness" ? row.mohs_unverified : row.density_unverified,
        source: unverifiedSource,
      }));
  return given
    .filter(({ value }) => value !== "" && value !== "-")
    .map((property) => ({ ...property, confidence: "general_knowledge" }));
}

export function occurrence(row: Row<"occurrences">): MineralEntry["occurrences"][number] {
  const { body, setting, abundance, source, confidence, note } = row;
  const evidence = note === "" ? row.evidence : `${row.evidence} [${note}]`;
  return Occurrence.parse({ body, setting, abundance, evidence, source, confidence });
}

export function feature(row: Row<"features">): Feature {
  const { strength, assignment, source } = row;
  const position = Number(row.position);
  return Feature.parse({ technique: row.technique.toLowerCase(), position, strength, assignment, source });
}

/** Lower limits of the strength words, as in the reference table of features. */
const strengths = {
  raman: [
    [0.8, "very strong"],
    [0.5, "strong"],
    [0.2, "medium"],
    [0, "weak"],
  ],
  vnir: [
    [0.2, "strong"],
    [0.08, "medium"],
    [0, "weak"],
  ],
} as const;
const bandLibraries = { raman: "RRUFF", vnir: "ECOSTRESS, USGS splib07, Crowley et al 1991, RELAB" } as const;
/** Raman bands nearer than this (cm⁻¹), or than half their width, are the same band. */
const sameBandCm1 = 8;

/**
 * The bands of a species: those with an assignment first; to them Raman bands of the band list that are not there yet. A
 * technique without assigned bands has those of the band list.
 */
export function features(assigned: readonly Feature[], bands: readonly Row<"bands">[]): Feature[] {
  const more = bands.flatMap((row): Feature[] => {
    const technique = row.technique === "vnir" ? "vnir" : "raman";
    const position = Number(row.position);
    const own = assigned.filter((known) => known.technique === technique);
    if (technique === "vnir" && own.length > 0) return [];
    const reach = Math.max(sameBandCm1, Number(row.width) / 2);
    if (own.some((known) => Math.abs(known.position - position) < reach)) return [];
    const strength = strengths[technique].find(([least]) => Number(row.height) >= least)?.[1] ?? "weak";
    const spectra = `${row.spectra} ${row.spectra === "1" ? "spectrum" : "spectra"}`;
    const source = `${bandListSource} ${spectra}: ${bandLibraries[technique]}`;
    return [{ technique, position, strength, assignment: "", source }];
  });
  return [...assigned, ...more].sort(
    (one, other) =>
      (one.technique < other.technique ? -1 : Number(one.technique > other.technique)) || one.position - other.position,
  );
}

/**
 * The table of look-alikes gives its numbers in the order of its two columns ("1008 against 1017"), except for these
 * pairs, where the measured bands and the element lines show the opposite order.
 */
const toldInReverse = new Set(["Anorthite|Albite", "Anorthite|Quartz"]);

/** The pair as it stands on the entry of one of the two: the other's name, and in both the same words. */
export function lookAlike(row: Row<"confusions">, name: string): LookAlike {
  const pair = [imaName(row.mineral_a), imaName(row.mineral_b)];
  const told = toldInReverse.has(pair.join("|")) ? pair.toReversed() : pair;
  return LookAlike.parse({
    name,
    separatedBy: row.separated_by,
    how: `${told.join(" against ")}: ${row.how}`,
    source: row.source
      .replace("features.csv", "bands of this catalogue")
      .replace("general_knowledge", "general knowledge"),
    confidence: row.confidence,
  });
}
