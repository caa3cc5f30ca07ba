import type { Correction } from "../../contract/spectrum.ts";
import { parseCell } from "./numbers.ts";
import { badLine, noRamanShift, notBwtekTable } from "./problems.ts";
import type { Table } from "./table.ts";

/** Counts at which the 16-bit converters of B&W Tek's spectrometers are full; BWSpec draws its axis to there (yaxis_max). */
const fullCounts = 65_535;

export const isBwtek = (text: string): boolean => /^\s*File Version[;,]\s*BW/i.test(text.slice(0, 64));

/**
 * Reads what B&W Tek's BWSpec and BWRam export as .txt (semicolons; a decimal comma where the computer has one) or .csv
 * (commas): lines of key and value, then a table from "Pixel;Wavelength;Wavenumber;Raman Shift;Dark;Reference;Raw data #1;Dark
 * Subtracted #1;…". The spectrum is the dark-subtracted counts, else raw less dark, else raw, against Raman shift. Pixels
 * without a shift lie outside the calibrated range and are no points; full ones have no value.
 *
 * Throws file-unreadable without the table or without Raman shifts, file-bad-line with the line.
 */
export function readBwtek(name: string, text: string): Table {
  const lines = text.split("\n").map((line) => line.trim());
  const head = lines.findIndex((line) => /^pixel\s*[;,]/i.test(line));
  if (head < 0) throw notBwtekTable(name);
  const separator = lines[head]?.includes(";") ? ";" : ",";
  const titles = (lines[head] ?? "").split(separator).map((title) => title.trim().toLowerCase());
  const column = (title: string): number | undefined => {
    const found = titles.findIndex((own) => own === title || own === `${title} #1`);
    return found < 0 ? undefined : found;
  };
  const [shift, raw, dark] = [column("raman shift"), column("raw data"), column("dark")];
  const subtracted = column("dark subtracted");
  const counts = subtracted ?? raw;
  if (shift === undefined) throw noRamanShift(name);
  if (counts === undefined) throw notBwtekTable(name);

  const x: number[] = [];
  const y: number[] = [];
  for (let i = head + 1; i < lines.length; i += 1) {
    const line = lines[i] ?? "";
    if (line === "") continue;
    const cells = line.split(separator);
    const number = (at: number): number => {
      const cell = cells[at];
      if (cell === undefined)
        throw badLine(name, i + 1, line, `has ${cells.length} values, the titles are ${titles.length}`);
      const value = parseCell(cell, separator === ";");
      if (value === undefined) throw badLine(name, i + 1, line, `holds "${cell.trim()}" where a number should be`);
      return value;
    };
    if (cells[shift]?.trim() === "") continue;
    const full = raw !== undefined && number(raw) >= fullCounts;
    const dropped = subtracted === undefined && dark !== undefined ? number(dark) : 0;
    x.push(number(shift));
    y.push(full ? Number.NaN : number(counts) - dropped);
  }
  if (x.length === 0) throw noRamanShift(name);
  const corrections: Correction[] =
    subtracted === undefined && dark === undefined ? [] : [{ kind: "dark", readingId: `${name}, column Dark` }];
  const header = lines.slice(0, head).flatMap((line) => {
    const [, key, value = ""] = /^([^;,]+)[;,]\s*(.*?)[;,\s]*$/.exec(line) ?? [];
    return key === undefined || value === "" ? [] : [`${key.trim()}=${value.replace(/^(-?\d+),(\d+)$/, "$1.$2")}`];
  });
  return {
    format: "bwtek",
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    header,
    axisTitle: "Raman Shift",
    valueTitle: "counts",
    corrections,
  };
}
