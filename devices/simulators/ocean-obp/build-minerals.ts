/**
 * Rebuilds minerals.json from the measured Raman bands of the reference:
 *
 *     node devices/simulators/ocean-obp/build-minerals.ts [../shared/reference/planetary/features.csv]
 *
 * Positions and widths are the reference's medians over RRUFF spectra; its strength words become the middle of the ranges
 * that its README gives (very strong ≥ 0.8 of the strongest band, strong ≥ 0.5, medium ≥ 0.2, weak from 0.06).
 */
import { readFileSync, writeFileSync } from "node:fs";

const source = process.argv[2] ?? "../shared/reference/planetary/features.csv";
const heights: Record<string, number> = { "very strong": 0.9, strong: 0.65, medium: 0.35, weak: 0.13 };

const bands = new Map<string, string[]>();
const [, ...rows] = readFileSync(source, "utf8").split(/\r?\n/);
for (const row of rows) {
  const [name, technique, position, , width, strength] = row.split(",");
  if (name === undefined || technique !== "Raman") continue;
  // The list of minerals spells in ASCII: Bohmite, not Böhmite.
  const mineral = name.normalize("NFD").replace(/\p{M}/gu, "");
  const fwhm = /FWHM ([\d.]+)/.exec(width ?? "")?.[1];
  const height = heights[strength ?? ""];
  if (fwhm === undefined || height === undefined) throw new Error(`row not understood: ${row}`);
  bands.set(mineral, [...(bands.get(mineral) ?? []), `[${Number(position)}, ${fwhm}, ${height}]`]);
}

const origin =
  "Raman bands as Raman shift cm-1, full width at half maximum cm-1, height relative to the strongest band. " +
  "Measured from RRUFF spectra (Lafuente et al. 2015, rruff.info), medians over specimens; made by build-minerals.ts.";
const entries = [...bands].sort(([a], [b]) => (a < b ? -1 : 1));
// One line where it fits in the formatter's 120 columns, else one band a line.
const minerals = entries.map(([name, list]) => {
  const line = `    ${JSON.stringify(name)}: [${list.join(", ")}]`;
  return line.length < 120
    ? line
    : `    ${JSON.stringify(name)}: [\n${list.map((b) => `      ${b}`).join(",\n")}\n    ]`;
});
const text = `{\n  "origin": ${JSON.stringify(origin)},\n  "minerals": {\n${minerals.join(",\n")}\n  }\n}\n`;
writeFileSync(new URL("minerals.json", import.meta.url), text);
console.log(`${entries.length} minerals`);
