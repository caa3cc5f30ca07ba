/**
 * Takes the catalogue's sources from the reference library and the model package:
 * node mindb/import.ts --data ../shared/data --reference ../shared/reference
 * What it writes under sources/ is text, one fact a line, to be read in a diff; names.csv, hand.csv, significance.csv,
 * modes.csv, glossary.csv, rock-diagrams.csv and diagrams.json are written by hand and stay as they are.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { csvRecords } from "../spectra/csv.ts";

const { values } = parseArgs({ options: { data: { type: "string" }, reference: { type: "string" } } });
const { data, reference } = values;
if (data === undefined || reference === undefined) {
  console.error("Usage: node mindb/import.ts --data FOLDER --reference FOLDER");
  process.exit(1);
}

/** The strongest lines of an element that are kept; a handheld LIBS shows no more of most. */
const mostLines = 8;

const cell = (value: string | number): string => {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function write(file: string, header: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const lines = [header, ...rows].map((row) => row.map(cell).join(","));
  writeFileSync(new URL(`sources/${file}`, import.meta.url), `${lines.join("\n")}\n`);
  console.log(`${file}: ${rows.length} rows`);
}

const species = csvRecords(readFileSync(join(data, "minerals.csv"), "utf8"), [
  ...(["name", "formula", "crystal_system", "space_group", "structural_group", "ima_number"] as const),
  ...(["oldest_age_ma", "paragenetic_modes", "mohs_min", "mohs_max", "density", "mass_fractions"] as const),
  "mass_fractions_approx",
]);
write(
  "species.csv",
  [
    ...(["name", "formula", "crystal_system", "space_group", "group", "ima_number", "oldest_ma", "modes"] as const),
    ...(["mohs_unverified", "density_unverified", "mass_fractions_of_source", "approximate"] as const),
  ],
  species.map((row) => [
    row.name.normalize("NFD").replaceAll(/\p{Mark}/gu, ""),
    row.formula,
    row.crystal_system,
    row.space_group,
    row.structural_group === "Not in a structural group" ? "" : row.structural_group,
    row.ima_number,
    row.oldest_age_ma === "" ? "" : String(Number(row.oldest_age_ma)),
    [...row.paragenetic_modes.matchAll(/PM(\d+)/g)].map(([, mode]) => mode).join(" "),
    row.mohs_min === row.mohs_max ? row.mohs_min : `${row.mohs_min}-${row.mohs_max}`,
    row.density,
    row.mass_fractions,
    row.mass_fractions_approx === "1" ? "1" : "",
  ]),
);

const synonyms = csvRecords(readFileSync(join(data, "synonyms.csv"), "utf8"), ["pattern", "target", "mapping"]);
write(
  "synonyms.csv",
  ["mineral", "name", "kind"],
  synonyms
    .filter(({ mapping, target }) => mapping !== "group" && target !== "")
    .map(({ pattern, target, mapping }) => [target, pattern, mapping]),
);

for (const table of ["occurrences", "features", "confusions", "rocks"]) {
  const text = readFileSync(join(reference, "planetary", `${table}.csv`), "utf8");
  writeFileSync(new URL(`sources/${table}.csv`, import.meta.url), text);
}

const BandList = z.object({ spectra: z.number(), bands: z.array(z.array(z.number())) });
const BandFile = z.object({
  minerals: z.record(z.string(), z.object({ raman: BandList.optional(), vnir: BandList.optional() })),
  elements: z.record(z.string(), z.object({ lines: z.array(z.tuple([z.number(), z.number(), z.number()])) })),
});
const bandFile = new URL("../models/packages/fusion-1/bands.json", import.meta.url);
const bands = BandFile.parse(JSON.parse(readFileSync(bandFile, "utf8")));
write(
  "bands.csv",
  ["mineral", "technique", "position", "height", "width", "spectra"],
  Object.entries(bands.minerals).flatMap(([name, lists]) =>
    (["raman", "vnir"] as const).flatMap((technique) => {
      const list = lists[technique];
      return (list?.bands ?? []).map(([position = 0, height = 0, width = 0]) => [
        ...[name, technique, position, height, width, list?.spectra ?? 0],
      ]);
    }),
  ),
);
/** NIST gives uranium's lines without strengths in a plasma, so the model package has none: the strongest in its tables. */
const nist = execFileSync("xz", ["-dc", join(data, "atomic", "lines.csv.xz")], {
  encoding: "utf8",
  maxBuffer: 2 ** 28,
});
const uranium = csvRecords(nist, ["element", "wavelength_nm", "ion_stage", "rel_int"])
  .filter(({ element, rel_int }) => element === "U" && Number(rel_int) > 0)
  .map((row): [number, number, number] => {
    return [Number(Number(row.wavelength_nm).toFixed(2)), Number(row.rel_int), Number(row.ion_stage)];
  });
const strongest = Math.max(...uranium.map(([, intensity]) => intensity));
const elements = {
  ...bands.elements,
  U: {
    lines: uranium.map(([nm, i, stage]): [number, number, number] => [nm, Number((i / strongest).toFixed(3)), stage]),
  },
};
write(
  "lines.csv",
  ["element", "wavelength_nm", "relative", "stage"],
  Object.entries(elements)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([element, { lines }]) =>
      lines
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, mostLines)
        .sort((a, b) => a[0] - b[0])
        .map((line) => [element, ...line]),
    ),
);
