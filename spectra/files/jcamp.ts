import type { LithoscopeError } from "../../contract/errors.ts";
import type { Correction } from "../../contract/spectrum.ts";
import { vacuumToAirNm } from "../air.ts";
import { NumberScanner } from "./numbers.ts";
import { decodePackedRows, decodePairs, type Line, type Mark } from "./packedRows.ts";
import { badLine, notSpectrumJcamp, tooFewPoints, transformedReflectance } from "./problems.ts";
import type { Table } from "./table.ts";

/** Headers are looked for in this many characters. */
const longestHeader = 16_384;
/** More points than this are a damaged repeat count: the largest spectrum of the libraries has 59 012. */
const mostPoints = 1_000_000;

/** One labelled data record, "##LABEL=value", with the lines below it. */
interface DataRecord {
  /** In capitals and without blanks, dashes, slashes and underlines, which do not count in labels. */
  readonly label: string;
  readonly written: string;
  readonly value: string;
  readonly line: Line;
  readonly rows: Line[];
}

/** Whether a text is JCAMP-DX. RRUFF's files have labels of the same look, but none of these. */
export function isJcamp(text: string): boolean {
  return (
    /^\s*##/.test(text.slice(0, 256)) &&
    /^##[ \t]*(jcamp[-_ /]*dx|xydata|xypoints|peak[-_ /]*table|ntuples)[ \t]*=/im.test(text.slice(0, longestHeader))
  );
}

/**
 * Reads JCAMP-DX 4.24 and 5.01 (McDonald R.S., Wilks P.A. 1988, Appl. Spectrosc. 42, 151; Lampen P. et al. 1999, Pure
 * Appl. Chem. 71, 1549): XYDATA in every packed form, and XYPOINTS. Of a file with several blocks the first spectrum is
 * taken. The number of points must be NPOINTS and the abscissa of each line must fit FIRSTX and LASTX, so that a lost
 * line or value is found. Reflectance against wavenumbers becomes reflectance against nm in air.
 *
 * Throws file-bad-line with the line, file-too-few-points, and file-unreadable or technique-mismatch for what is no
 * spectrum of ours: NTUPLES, lists of peaks, other spectroscopies, log(1/R) and Kubelka–Munk.
 */
export function readJcamp(name: string, text: string): Table {
  const blocks = blocksOf(recordsOf(text));
  const block = blocks.find((records) => find(records, "XYDATA", "XYPOINTS") !== undefined);
  const data = block && find(block, "XYDATA", "XYPOINTS");
  if (block === undefined || data === undefined) throw withoutSpectrum(name, blocks.flat());
  const value = (label: string) => find(block, label)?.value ?? "";
  const type = value("DATATYPE");
  // "X-RAY DIFFRACTION", "NMR FID", "MASS SPECTRUM" … (the data types of the JCAMP-DX papers).
  if (/nmr|nuclear|mass|epr|esr|ion mobility|x-?ray|diffract|chromato|thermo/i.test(type)) {
    throw notSpectrumJcamp(name, `holds another kind of data (${type})`);
  }
  const [xUnits, yUnits] = [value("XUNITS"), value("YUNITS")];
  if (/kubelka|munk|1\s*\/\s*r\b|log/i.test(yUnits)) throw transformedReflectance(name, yUnits);
  const { x, y } = pointsOf(name, block, data);
  const corrections: Correction[] = [];
  let axisTitle = xUnits;
  if (/1\s*\/\s*cm|cm-1|wave\s*number/i.test(xUnits) && /reflect/i.test(yUnits) && !/raman/i.test(type)) {
    for (let i = 0; i < x.length; i += 1) x[i] = vacuumToAirNm(1e7 / (x[i] ?? Number.NaN));
    corrections.push({ kind: "unit", from: "cm⁻¹", to: "nm" });
    axisTitle = "wavelength_nm";
  }
  const header = block.filter((record) => record !== data).map((record) => `${record.written}=${record.value}`);
  return { format: "jcamp-dx", x, y, header, axisTitle, valueTitle: yUnits, corrections };
}

/** Labelled records in order; "$$" begins a comment that ends with its line. */
function recordsOf(text: string): DataRecord[] {
  const records: DataRecord[] = [];
  for (const [i, whole] of text.split("\n").entries()) {
    const content = whole
      .trimEnd()
      .replace(/\$\$.*$/, "")
      .trim();
    if (content === "") continue;
    const line = { number: i + 1, content };
    const [, written, value = ""] = /^##([^=]*)=(.*)$/.exec(content) ?? [];
    if (written === undefined) records.at(-1)?.rows.push(line);
    else {
      const label = written.replace(/[\s/_-]/g, "").toUpperCase();
      records.push({ label, written: written.trim(), value: value.trim(), line, rows: [] });
    }
  }
  return records;
}

/** The blocks of a compound file one after the other; each begins with its TITLE. */
function blocksOf(records: readonly DataRecord[]): DataRecord[][] {
  const blocks: DataRecord[][] = [];
  for (const record of records) {
    const current = blocks.at(-1);
    if (current === undefined || record.label === "TITLE") blocks.push([record]);
    else current.push(record);
  }
  return blocks;
}

function find(records: readonly DataRecord[], ...labels: string[]): DataRecord | undefined {
  return records.find(({ label }) => labels.includes(label));
}

function withoutSpectrum(name: string, records: readonly DataRecord[]): LithoscopeError {
  if (find(records, "NTUPLES", "PAGE", "DATATABLE")) {
    return notSpectrumJcamp(name, "holds its data as NTUPLES, which Lithoscope does not read");
  }
  if (find(records, "PEAKTABLE", "PEAKASSIGNMENTS")) return notSpectrumJcamp(name, "holds a list of peaks");
  return tooFewPoints(name, 0);
}

type Points = Pick<Table, "x" | "y">;

function pointsOf(name: string, block: readonly DataRecord[], data: DataRecord): Points {
  const number = (label: string) => numberOf(name, find(block, label));
  const factors = { x: number("XFACTOR") ?? 1, y: number("YFACTOR") ?? 1 };
  const promised = number("NPOINTS");
  const mustHold = (count: number): void => {
    const record = find(block, "NPOINTS");
    if (promised === undefined || record === undefined || count === promised) return;
    throw badLine(name, record.line.number, record.line.content, `promises ${promised} points, but ${count} are there`);
  };
  const form = data.value.replace(/\s/g, "").toUpperCase();
  if (form === "(XY..XY)") {
    const pairs = decodePairs(name, data.rows);
    mustHold(pairs.x.length);
    return { x: scaled(pairs.x, factors.x), y: scaled(pairs.y, factors.y) };
  }
  if (form !== "(X++(Y..Y))") {
    throw badLine(name, data.line.number, data.line.content, "announces a form of data that Lithoscope does not read");
  }
  const { y, marks } = decodePackedRows(name, data.rows, promised ?? mostPoints);
  mustHold(y.length);
  if (marks.length === y.length) {
    // One ordinate a line: programs that have no even axis write it so, and each abscissa is then meant.
    const printed = marks.map((mark) => mark.x);
    return { x: scaled(printed, factors.x), y: scaled(y, factors.y) };
  }
  const [mark] = marks;
  const first = number("FIRSTX") ?? (mark === undefined ? undefined : mark.x * factors.x);
  const steps = y.length - 1;
  const step = number("DELTAX");
  const last = number("LASTX") ?? (first === undefined || step === undefined ? undefined : first + step * steps);
  if (first === undefined || last === undefined || steps < 1) {
    throw badLine(
      name,
      data.line.number,
      data.line.content,
      "has no LASTX or DELTAX above it, so its axis is not known",
    );
  }
  const x = Float64Array.from(y, (_, i) => first + ((last - first) * i) / steps);
  checkAbscissas(name, x, marks, factors.x);
  return { x, y: scaled(y, factors.y) };
}

/**
 * A lost or doubled value moves all lines that follow it by one step, so three quarters of a step tell it from rounding.
 * Whether the abscissa of a line that begins with a repeated ordinate belongs to that one or to the next is not the same
 * in all files.
 */
function checkAbscissas(name: string, x: Float64Array, marks: readonly Mark[], factor: number): void {
  const step = Math.abs((x[1] ?? Number.NaN) - (x[0] ?? Number.NaN));
  for (const { line, x: printed, rounding, index, checked } of marks) {
    const off = (i: number) => Math.abs((x[i] ?? Number.POSITIVE_INFINITY) - printed * factor);
    const nearest = checked ? Math.min(off(index - 1), off(index)) : off(index);
    if (nearest <= 0.75 * step + rounding * Math.abs(factor)) continue;
    const expected = Number((x[checked ? index - 1 : index] ?? 0).toPrecision(7));
    throw badLine(
      name,
      line.number,
      line.content,
      `begins at ${Number((printed * factor).toPrecision(7))} where ${expected} should follow, so values are missing or doubled above it`,
    );
  }
}

function scaled(values: readonly number[], factor: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(values, (value) => value * factor);
}

/** The number of a record; undefined if the record is absent. Throws file-bad-line if it holds none. */
function numberOf(name: string, record: DataRecord | undefined): number | undefined {
  if (record === undefined) return undefined;
  const value = new NumberScanner(record.value, true).read(0);
  if (value === undefined) throw badLine(name, record.line.number, record.line.content, "holds no number");
  return value;
}
