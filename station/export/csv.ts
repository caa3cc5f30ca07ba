import { ExportedMeasurement } from "../../contract/exported.ts";
import { type Column, columns } from "./columns.ts";
import { damaged } from "./problems.ts";

/**
 * The table for people and spreadsheets: one row per measurement, every column that is one value (RFC 4180, UTF-8). An absent value is an
 * empty cell, an empty text is `""`, so that both come back as they were. Lists and the full answer stand in the JSON and Parquet exports,
 * spectra in files of their own.
 */
export const tableColumns: readonly Column[] = columns.filter(({ type }) => !type.endsWith("[]") && type !== "json");

const eol = "\r\n";

export const tableHead = (): string => `${tableColumns.map(({ name }) => name).join(",")}${eol}`;

export const tableRow = (row: ExportedMeasurement): string =>
  `${tableColumns.map(({ name }) => cellOf(row[name])).join(",")}${eol}`;

/** What a text may need quotes for; a leading =, +, -, @ is data here, never a formula, and stays as it is. */
const needsQuotes = /[",\r\n]|^$|^\s|\s$/;

function cellOf(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return Object.is(value, -0) ? "-0" : String(value);
  return needsQuotes.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** The axis' title and unit as it stands above a spectrum. */
const axisTitle = { raman_shift_cm1: "raman_shift_cm-1", wavelength_nm: "wavelength_nm" } as const;

/** A spectrum as two columns with titles that tell the units; empty for a reading that has none. */
export function spectrumCsv(row: ExportedMeasurement): string {
  const key = row.raman_shift_cm1 === undefined ? "wavelength_nm" : "raman_shift_cm1";
  const axis = row[key] ?? [];
  const lines = [`${axisTitle[key]},intensity_${row.intensity_unit}`];
  for (const [i, value] of row.intensity.entries()) lines.push(`${axis[i]},${cellOf(value ?? Number.NaN)}`);
  return lines.join(eol) + eol;
}

const emptyLists = {
  ...{ names: [], probabilities: [], set_names: [], mixture_names: [], mixture_fractions: [], evidence_ids: [] },
  ...{ intensity: [], corrections: [] },
} satisfies Partial<ExportedMeasurement>;

/**
 * The rows of such a table, lists empty. `spectrum` gives the text of a measurement's own file, where it is there. Throws export-invalid with
 * the row.
 */
export function readTableCsv(
  text: string,
  spectrum: (measurementId: string) => string | undefined = () => undefined,
): ExportedMeasurement[] {
  const [head = [], ...rows] = cells(text);
  const at = new Map(head.map((cell, index) => [cell?.text, index]));
  const missing = tableColumns.filter(({ name, optional }) => !optional && !at.has(name));
  if (missing.length > 0) throw damaged(`it lacks the columns ${missing.map(({ name }) => name).join(", ")}`);
  return rows.map((row, index) => {
    const values = tableColumns.flatMap(({ name, type }) => {
      const cell = row[at.get(name) ?? -1];
      return cell === undefined ? [] : [[name, cellValue(type, cell.text)] as const];
    });
    const plain: Record<string, unknown> = Object.fromEntries(values);
    const file = spectrum(String(plain.measurement_id));
    const lists = { ...emptyLists, ...(file === undefined ? {} : spectrumOf(file)) };
    const parsed = ExportedMeasurement.safeParse({ ...plain, ...lists });
    if (!parsed.success) throw damaged(`row ${index + 1} has a bad ${parsed.error.issues[0]?.path.join(".")}`);
    return parsed.data;
  });
}

function cellValue(type: Column["type"], text: string): unknown {
  if (type === "double" || type === "int") return Number(text);
  if (type === "boolean") return text === "true";
  return text;
}

function spectrumOf(text: string): Partial<ExportedMeasurement> {
  const [head = "", ...lines] = text.split(eol);
  const key = head.startsWith("wavelength") ? "wavelength_nm" : "raman_shift_cm1";
  const points = lines.filter((line) => line !== "").map((line) => line.split(",").map(Number));
  if (points.length === 0) return {};
  return {
    [key]: points.map(([x]) => x),
    intensity: points.map(([, y = Number.NaN]) => (Number.isNaN(y) ? null : y)),
  };
}

type Cell = { readonly text: string } | undefined;

/** Rows of cells; undefined is an empty cell without quotes. */
function cells(text: string): Cell[][] {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  const pattern = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;
  for (pattern.lastIndex = 0; pattern.lastIndex < text.length; ) {
    const at = pattern.lastIndex;
    const [, cell = "", end = ""] = pattern.exec(text) ?? [undefined, undefined, undefined];
    if (pattern.lastIndex === 0) throw damaged(`it cannot be read as CSV at character ${at + 1}`);
    const quoted = cell.startsWith('"');
    row.push(quoted ? { text: cell.slice(1, -1).replaceAll('""', '"') } : cell === "" ? undefined : { text: cell });
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
