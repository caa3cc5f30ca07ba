import { readFileSync } from "node:fs";
import { join } from "node:path";
import { csvRecords } from "../spectra/csv.ts";

/** Reads the tables that the catalogue is built from: `dataDir` holds the spectra, `referenceDir` the planetary facts. */
export function readTables(dataDir: string, referenceDir: string) {
  const data = (file: string) => readFileSync(join(dataDir, file), "utf8");
  const planetary = (file: string) => readFileSync(join(referenceDir, "planetary", file), "utf8");
  return {
    minerals: csvRecords(data("minerals.csv"), [
      "name",
      "formula",
      "elements",
      "crystal_system",
      "structural_group",
      "ima_number",
      "mass_fractions",
      "mass_fractions_approx",
    ]),
    spectra: csvRecords(data("index.csv"), ["technique", "mineral"]),
    occurrences: csvRecords(planetary("occurrences.csv"), [
      "mineral",
      "body",
      "setting",
      "abundance",
      "evidence",
      "source",
      "confidence",
      "note",
    ]),
    features: csvRecords(planetary("features.csv"), [
      "mineral",
      "technique",
      "position",
      "strength",
      "assignment",
      "source",
    ]),
    confusions: csvRecords(planetary("confusions.csv"), [
      "mineral_a",
      "mineral_b",
      "separated_by",
      "how",
      "source",
      "confidence",
    ]),
  };
}

export type Tables = ReturnType<typeof readTables>;
