import { readFileSync } from "node:fs";
import { z } from "zod";
import { Diagram } from "../contract/mindb.ts";
import { csvRecords } from "../spectra/csv.ts";

/** The folder with the catalogue's sources: text, one fact a line. `mindb/README.md` says where each comes from. */
export const sourcesFolder = new URL("sources/", import.meta.url);

/** Reads the tables that the catalogue is built from. Throws what is wrong with a table. */
export function readSources(folder: URL = sourcesFolder) {
  const text = (file: string) => readFileSync(new URL(file, folder), "utf8");
  const table = <Column extends string>(file: string, ...columns: Column[]) => csvRecords(text(file), columns);
  return {
    species: table(
      "species.csv",
      ...(["name", "formula", "crystal_system", "space_group", "group", "ima_number", "oldest_ma", "modes"] as const),
      ...(["mohs_unverified", "density_unverified", "mass_fractions_of_source", "approximate"] as const),
    ),
    /** The reference library's, and those that were added to it here. */
    occurrences: ["occurrences.csv", "occurrences-more.csv"].flatMap((file) =>
      table(
        file,
        ...(["mineral", "body", "setting", "abundance", "evidence", "source", "confidence", "note"] as const),
      ),
    ),
    features: table(
      "features.csv",
      ...(["mineral", "technique", "position", "strength", "assignment", "source"] as const),
    ),
    confusions: table(
      "confusions.csv",
      ...(["mineral_a", "mineral_b", "separated_by", "how", "source", "confidence"] as const),
    ),
    bands: table("bands.csv", "mineral", "technique", "position", "height", "width", "spectra"),
    lines: table("lines.csv", "element", "wavelength_nm", "relative", "stage"),
    synonyms: table("synonyms.csv", "mineral", "name", "kind"),
    names: table("names.csv", "mineral", "en", "fr", "de", "it"),
    hand: table("hand.csv", "mineral", "colour", "streak", "lustre", "cleavage", "hardness", "density"),
    significance: table("significance.csv", "mineral", "text"),
    modes: table("modes.csv", "mode", "title", "forms", "means"),
    glossary: table("glossary.csv", "term", "text"),
    rocks: table(
      "rocks.csv",
      ...(["rock", "class", "bodies", "modal_mineralogy", "scheme", "rule", "source", "confidence", "note"] as const),
    ),
    /** A constituent of a rock, or a group of them → the minerals that it usually is. */
    rockMinerals: table("rock-minerals.csv", "term", "minerals"),
    rockDiagrams: table("rock-diagrams.csv", "rock", "diagram", "field"),
    diagrams: z.array(Diagram).parse(JSON.parse(text("diagrams.json"))),
  };
}

export type Sources = ReturnType<typeof readSources>;
/** A row of one of the tables. */
export type Row<Table extends Exclude<keyof Sources, "diagrams">> = Sources[Table][number];
