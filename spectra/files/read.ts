import { type Correction, type FileAxisUnit, type Spectrum, techniqueName } from "../../contract/spectrum.ts";
import { isBwtek, readBwtek } from "./bwtek.ts";
import { isJcamp, readJcamp } from "./jcamp.ts";
import { ownSpectrum } from "./ownJcamp.ts";
import { largestValue, leastPoints, techniqueMismatch, tooFewPoints } from "./problems.ts";
import { type Answers, type Recognised, recognise } from "./recognise.ts";
import { readShotTable } from "./shotTable.ts";
import { readTable, type Table } from "./table.ts";
import { decodeText } from "./text.ts";
import { readUsgsJson } from "./usgsJson.ts";

export type { Answers } from "./recognise.ts";

type Values = Spectrum["intensity"];

/** A spectrum with what its file says about it. */
export interface SpectrumFile {
  readonly spectrum: Spectrum;
  /** "rruff", "ecostress", "usgs-json", "visor", "ocean-shots", "jcamp-dx", "bwtek" or "table". */
  readonly format: string;
  /** Header lines of the form key=value, key: value or key,value, in the file's own words. */
  readonly meta: Record<string, string>;
}

/**
 * Reads a spectrum file. `name` is the file's name without its folder: it is quoted in errors and may tell technique and
 * laser. The axis becomes ascending, in cm⁻¹ or nm; reflectance becomes a fraction; deleted points become NaN; each of
 * these is a correction in the spectrum.
 *
 * Throws LithoscopeError: file-empty, file-too-large, file-not-text, file-unreadable (damaged JSON, JCAMP-DX without a
 * spectrum, BWSpec without its table), file-bad-line, file-too-few-points, technique-unknown, unit-unknown, technique-mismatch.
 */
export function readSpectrumFile(name: string, bytes: Uint8Array, answers: Answers = {}): SpectrumFile {
  const text = decodeText(name, bytes);
  const table = readAnyTable(name, text);
  if (table.x.length < leastPoints) throw tooFewPoints(name, table.x.length);
  const own = table.format === "jcamp-dx" ? ownSpectrum(name, table) : undefined;
  if (own !== undefined) {
    if (answers.technique !== undefined && answers.technique !== own.technique)
      throw techniqueMismatch(name, answers.technique, `it says itself that it is ${techniqueName[own.technique]}`);
    return { spectrum: own, format: "jcamp-dx", meta: metaOf(table.header) };
  }
  const recognised = recognise(name, table, answers);
  const spectrum = toSpectrum(name, table, recognised, [...(table.corrections ?? [])]);
  return { spectrum, format: recognised.format, meta: metaOf(table.header) };
}

function readAnyTable(name: string, text: string): Table {
  if (isJcamp(text)) return readJcamp(name, text);
  if (isBwtek(text)) return readBwtek(name, text);
  const shots = readShotTable(name, text);
  if (shots !== undefined) return shots;
  return /^\s*[{[]/.test(text) ? readUsgsJson(name, text) : readTable(name, text);
}

function toSpectrum(name: string, table: Table, recognised: Recognised, corrections: Correction[]): Spectrum {
  const { technique, unit, percent } = recognised;
  const { x, y } = sorted(table, corrections);
  const { deleted, tooLarge } = markDeleted(y, technique === "vnir");
  if (y.length - deleted < leastPoints) throw tooFewPoints(name, y.length - deleted, tooLarge);
  if (deleted > 0) corrections.push({ kind: "deleted", points: deleted });
  if (unit === "um") {
    scale(x, 1000);
    corrections.push({ kind: "unit", from: "µm", to: "nm" });
  }
  if (percent) {
    scale(y, 1 / 100);
    corrections.push({ kind: "unit", from: "%", to: "fraction" });
  }
  const excitationNm = technique === "raman" ? excitationOf(name, table.header) : undefined;
  return {
    technique,
    axis: axisOf(unit, x),
    intensity: y,
    intensityUnit: technique === "vnir" ? "reflectance" : /\bcounts?\b/i.test(table.valueTitle) ? "counts" : "relative",
    ...(excitationNm === undefined ? {} : { excitationNm }),
    corrections,
  };
}

/** Files do not state the medium; air is assumed, since spectrometers and line tables (NIST above 200 nm) are given in it. */
function axisOf(unit: FileAxisUnit, values: Values): Spectrum["axis"] {
  return unit === "cm-1"
    ? { quantity: "ramanShift", unit: "cm-1", values }
    : { quantity: "wavelength", unit: "nm", medium: "air", values };
}

function sorted({ x, y }: Table, corrections: Correction[]): { x: Values; y: Values } {
  if (isAscending(x)) return { x, y };
  corrections.push({ kind: "sorted" });
  const order = Array.from(x.keys()).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  const inOrder = (values: Float64Array) => Float64Array.from(order, (i) => values[i] ?? Number.NaN);
  return { x: inOrder(x), y: inOrder(y) };
}

function isAscending(x: Float64Array): boolean {
  for (let i = 1; i < x.length; i += 1) if ((x[i] ?? 0) < (x[i - 1] ?? 0)) return false;
  return true;
}

/**
 * Makes NaN of what marks a deleted point: values from {@link largestValue} on and, where negative values are
 * impossible, -999 and -9999. Returns the number of points without a value, and how many of them were too large.
 */
function markDeleted(y: Float64Array, reflectance: boolean): { deleted: number; tooLarge: number } {
  let deleted = 0;
  let tooLarge = 0;
  for (let i = 0; i < y.length; i += 1) {
    const value = y[i] ?? Number.NaN;
    if (Math.abs(value) < largestValue && !(reflectance && (value === -999 || value === -9999))) continue;
    y[i] = Number.NaN;
    deleted += 1;
    if (Math.abs(value) >= largestValue) tooLarge += 1;
  }
  return { deleted, tooLarge };
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] ?? Number.NaN) * factor;
}

/** The laser, nm, where header or name state it: RRUFF writes __532__ into the name; others "laser 785 nm". */
function excitationOf(name: string, header: readonly string[]): number | undefined {
  const stated =
    header
      .map((line) => /(?:laser|excitation|raman wavelength)[^\d\n]*(\d{3,4}(?:\.\d+)?)/i.exec(line)?.[1])
      .find(Boolean) ??
    /raman__(\d{3,4})__/i.exec(name)?.[1] ??
    /(?<!\d)(\d{3,4})[\s_-]?nm(?![a-z])/i.exec(name)?.[1];
  const nm = Number(stated);
  // From deep ultraviolet (244 nm) to Nd:YAG (1064 nm) and InGaAs systems.
  return nm >= 200 && nm <= 1600 ? nm : undefined;
}

function metaOf(header: readonly string[]): Record<string, string> {
  const meta = new Map<string, string>();
  for (const line of header) {
    const [, key, value] = /^([^=:,;\t]{1,60}?)\s*[=:,;\t]\s*(\S.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && !meta.has(key)) meta.set(key, value.trim());
  }
  return Object.fromEntries(meta);
}
