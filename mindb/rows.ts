import { Feature, LookAlike, type MineralEntry, Occurrence } from "../contract/mindb.ts";
import { elementsOf, tidyFormula } from "./formula.ts";
import type { Tables } from "./tables.ts";

type Row<Table extends keyof Tables> = Tables[Table][number];

/** A name as the IMA list here writes it, without accents: "Åkermanite" → "Akermanite". */
export function imaName(name: string): string {
  return name.normalize("NFD").replaceAll(/\p{Mark}/gu, "");
}

/** What the IMA list knows of a species. */
export function species(row: Row<"minerals">): Omit<MineralEntry, "occurrences" | "features" | "lookAlikes"> {
  const group = row.structural_group;
  const fractions = row.mass_fractions.split(";").filter((part) => part !== "");
  return {
    name: row.name,
    formula: tidyFormula(row.formula),
    elements: elementsOf(row.formula),
    crystalSystem: crystalSystems(row.crystal_system),
    ...(group !== "" && group !== "Not in a structural group" && { group }),
    ...(row.ima_number !== "" && { imaNumber: row.ima_number }),
    massFractions: Object.fromEntries(
      fractions.map((part) => {
        const [element = "", fraction] = part.split(":");
        return [element, Number(fraction)];
      }),
    ),
    massFractionsApproximate: row.mass_fractions_approx === "1",
  };
}

/** "monoclinic|unknown, triclinic" (polymorphs and polytypes) → "monoclinic, triclinic". */
function crystalSystems(cell: string): string {
  const known = cell.split(/[|,] */).filter((system) => system !== "" && system !== "unknown");
  return [...new Set(known)].join(", ") || "unknown";
}

export function occurrence(row: Row<"occurrences">): MineralEntry["occurrences"][number] {
  const { body, setting, abundance, source, confidence, note } = row;
  const evidence = note === "" ? row.evidence : `${row.evidence} [${note}]`;
  return Occurrence.parse({ body, setting, abundance, evidence, source, confidence });
}

export function feature(row: Row<"features">): MineralEntry["features"][number] {
  const { strength, assignment, source } = row;
  const position = Number(row.position);
  return Feature.parse({ technique: row.technique.toLowerCase(), position, strength, assignment, source });
}

/**
 * The table of look-alikes gives its numbers in the order of its two columns ("1008 against 1017"), except for these
 * pairs, where the measured bands and the element lines show the opposite order.
 */
const toldInReverse = new Set(["Anorthite|Albite", "Anorthite|Quartz"]);

/** The pair as it stands on the entry of one of the two: the other's name, and in both the same words. */
export function lookAlike(row: Row<"confusions">, name: string): MineralEntry["lookAlikes"][number] {
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
