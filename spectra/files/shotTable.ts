import { parseCell } from "./numbers.ts";
import { badLine } from "./problems.ts";
import type { Table } from "./table.ts";

const begin = ">>>>>Begin";

/**
 * Ocean Optics' dump of a series: after ">>>>>Begin Spectral Data<<<<<" one line of all wavelengths (nm), then a line for
 * each shot: time, milliseconds, counts. The spectrum is the mean of the shots. Undefined if the text is not such a dump
 * (the same mark also stands above plain two-column files). Throws file-bad-line.
 */
export function readShotTable(name: string, text: string): Table | undefined {
  const mark = text.indexOf(begin);
  if (mark < 0) return undefined;
  const lines = text.split("\n");
  const head = lines.findIndex((line) => line.startsWith(begin));
  const x = numbers(lines[head + 1] ?? "");
  if (x.length < 20 || x.includes(undefined)) return undefined;
  const sum = new Float64Array(x.length);
  let shots = 0;
  for (const [i, line] of lines.entries()) {
    if (i <= head + 1 || line.trim() === "" || line.startsWith(">>>>>")) continue;
    const counts = line.trimEnd().split("\t").slice(2);
    if (counts.length !== x.length) {
      throw badLine(name, i + 1, line, `has ${counts.length} counts for ${x.length} wavelengths`);
    }
    for (const [k, cell] of counts.entries()) {
      const count = parseCell(cell, true);
      if (count === undefined) throw badLine(name, i + 1, cell, "holds a count that is no number");
      sum[k] = (sum[k] ?? 0) + count;
    }
    shots += 1;
  }
  return {
    format: "ocean-shots",
    x: Float64Array.from(x, (value) => value ?? Number.NaN),
    y: shots === 0 ? new Float64Array(0) : sum.map((total) => total / shots),
    header: lines.slice(0, head).map((line) => line.trim()),
    axisTitle: "wavelength",
    valueTitle: "counts",
    corrections: shots === 0 ? [] : [{ kind: "average", exposures: shots }],
  };
}

function numbers(line: string): (number | undefined)[] {
  const trimmed = line.trim();
  return trimmed === "" ? [] : trimmed.split("\t").map((cell) => parseCell(cell, true));
}
