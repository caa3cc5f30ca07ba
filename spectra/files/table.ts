import type { Correction } from "../../contract/spectrum.ts";
import { NumberScanner, parseCell } from "./numbers.ts";
import { noPairs, readPlainPairs } from "./pairs.ts";
import { badLine, tooFewPoints } from "./problems.ts";
import { cutCells, mayMarkThousands } from "./quotes.ts";

/** Points as they stand in a file, with what the file says about them. */
export interface Table {
  /** Set by the readers of formats that are not plain tables. */
  readonly format?: "usgs-json" | "ocean-shots" | "jcamp-dx" | "bwtek";
  readonly x: Float64Array<ArrayBuffer>;
  /** NaN where the file says that there is no value. */
  readonly y: Float64Array<ArrayBuffer>;
  /** The lines that are not numbers, without comment marks. */
  readonly header: readonly string[];
  /** Titles of the axis and of the chosen column; empty where the file has none. */
  readonly axisTitle: string;
  readonly valueTitle: string;
  /** What was done to the file's numbers to get here. */
  readonly corrections?: readonly Correction[];
}

type Separator = "," | ";" | "\t" | "|" | " ";

interface Layout {
  readonly separator: Separator;
  /** Cells in a row. */
  readonly columns: number;
  /** Index of the column that holds the intensity; the axis is column 0. */
  readonly column: number;
}

const number = String.raw`"?[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eEdD][-+]?\d+)?"?`;
/** A line that starts with a number, a separator and a second value (or an empty one). */
const dataLike = new RegExp(
  String.raw`^\s*${number}(?:\s*[;|]|\s*,\s|,|\s)\s*(?:"?[-+]?(?:[.,]?\d|nan|inf)|["-]|$|,|;)`,
  "i",
);
const comment = /^\s*[#%!>*/]+[ \t]*/;

/**
 * Reads a text table: header lines, then one point a line. The separator is found from the first rows: semicolon, bar,
 * tab, comma or blanks; a comma that separates nothing is a decimal comma, as is every comma within quotes. The intensity is the second column unless a
 * title tells better, see {@link chooseColumn}. Lines that begin with # % ! > * / are comments wherever they stand.
 *
 * A row without a value is not a point. Throws file-bad-line and file-too-few-points.
 */
export function readTable(name: string, text: string): Table {
  const block = findNumbers(text);
  if (block === undefined) throw tooFewPoints(name, 0);
  const separator = findSeparator(block.sample);
  const columns = Math.max(2, ...block.sample.map((line) => split(line, separator).length));
  const titles = titlesAbove(block.header, separator, columns);
  const layout = { separator, columns, column: chooseColumn(titles, columns) };
  const header = block.header.map((line) => line.replace(comment, "").trim());
  const points = readRows(name, text, block, layout, header);
  return { ...points, header, axisTitle: titles[0] ?? "", valueTitle: titles[layout.column] ?? "" };
}

interface Block {
  readonly header: string[];
  /** Position and number (from 0) of the first line of numbers. */
  readonly start: number;
  readonly line: number;
  /** The first rows. */
  readonly sample: readonly string[];
}

/** Numbers begin where three rows follow each other: a header may hold a row of two numbers, such as a size. */
function findNumbers(text: string): Block | undefined {
  const header: string[] = [];
  let rows: string[] = [];
  let start = 0;
  let startLine = 0;
  for (let line = 0, from = 0; from < text.length; line += 1) {
    const end = endOfLine(text, from);
    const content = text.slice(from, end);
    if (dataLike.test(content)) {
      if (rows.length === 0) [start, startLine] = [from, line];
      rows.push(content);
      if (rows.length === 3) break;
    } else if (content.trim() !== "" && !comment.test(content)) {
      if (rows.length === 2 && /^\s*[-+.]?\d/.test(content)) break; // a broken row, which the reader will name
      header.push(...rows, content);
      rows = [];
    } else if (content.trim() !== "") {
      header.push(content);
    }
    from = end + 1;
  }
  return rows.length < 2 ? undefined : { header, start, line: startLine, sample: rows };
}

function findSeparator(sample: readonly string[]): Separator {
  const joined = sample.join("\n").replace(/"[^"\n]*"/g, '""'); // nothing separates within quotes
  for (const separator of [";", "|"] as const) if (joined.includes(separator)) return separator;
  // "1.5,2" and "1, 2" and "1,2" are separated by commas; in "1,5 2,5" and "1,5<tab>2" the comma is decimal.
  const commaSeparates = /[.]\d*[eEdD]?[-+]?\d*"?\s*,|,\s|\s,|^\s*\S+\s*$/m.test(joined);
  if (joined.includes(",") && commaSeparates) return ",";
  return joined.includes("\t") ? "\t" : " ";
}

function split(line: string, separator: Separator): string[] {
  const content = separator === " " ? line : line.replace(/[,;|\t]?\s*$/, "");
  return cutCells(content, separator) ?? content.trimStart().split(separator); // a title may hold a single quote
}

/** The cells of the last header line that has a cell for each column, or for the axis alone as in VISOR's files. */
function titlesAbove(header: readonly string[], separator: Separator, columns: number): string[] {
  const last = header.at(-1)?.replace(comment, "") ?? "";
  if (/^(wave|raman|shift)[^,;|\t]*$/i.test(last) && separator !== " ") return [last.trim()];
  for (const own of [separator, ",", ";", "\t"] as const) {
    const cells = split(last, own).map((cell) => cell.replaceAll('"', "").trim());
    if (cells.length === columns) return cells;
  }
  return [];
}

/**
 * Which column is the spectrum: the one titled mean or average (of shots or repeats, as in ChemCam's products); else the
 * first titled as reflectance, intensity or counts; else the second.
 */
function chooseColumn(titles: readonly string[], columns: number): number {
  if (columns <= 2) return 1;
  for (const wanted of [/^(mean|average)\b/i, /reflectance|intensity|counts|corrected/i]) {
    const found = titles.findIndex((title, i) => i > 0 && wanted.test(title) && !/std|dev|error|sigma/i.test(title));
    if (found > 0) return found;
  }
  return 1;
}

function readRows(name: string, text: string, block: Block, layout: Layout, header: string[]): Pick<Table, "x" | "y"> {
  const plain =
    layout.columns === 2 ? readPlainPairs(text, block.start, layout.separator.charCodeAt(0)) : noPairs(block.start);
  const x: number[] = [];
  const y: number[] = [];
  const row = new RowScanner(text, block.start, layout);
  let footer: { line: number; content: string } | undefined;
  let line = block.line + 1 + plain.x.length;
  for (let from = plain.end, end = 0; from < text.length; line += 1, from = end + 1) {
    end = endOfLine(text, from);
    if (!row.read(from, end)) {
      const content = text.slice(from, end);
      if (content.trim() === "") continue;
      if (comment.test(content)) {
        header.push(content.replace(comment, "").trim());
        continue;
      }
      if (!/^[\s"]*[-+.,]?\d/.test(content) && !/^\s*"?nan/i.test(content)) {
        footer ??= { line, content };
        continue;
      }
      if (!row.readCells(content)) throw badLine(name, line, content, row.reason);
    }
    // Text below the numbers is a footer; text between them is damage.
    if (footer !== undefined) throw badLine(name, footer.line, footer.content, "stands between the numbers");
    if (row.isPoint) {
      x.push(row.x);
      y.push(row.y);
    }
  }
  return { x: joined(plain.x, x), y: joined(plain.y, y) };
}

function joined(first: Float64Array, rest: readonly number[]): Float64Array<ArrayBuffer> {
  const all = new Float64Array(first.length + rest.length);
  all.set(first);
  all.set(rest, first.length);
  return all;
}

/** Reads one row at a time: plain pairs of numbers in place, everything else by cutting the line into cells. */
class RowScanner {
  x = Number.NaN;
  y = Number.NaN;
  /** False for a row that has an empty value or no position. */
  isPoint = false;
  reason = "";
  readonly #text: string;
  readonly #layout: Layout;
  readonly #numbers: NumberScanner;
  readonly #separatorCode: number;
  readonly #start: number;
  /** Whether the commas within quotes are decimal; found at the first of them. */
  #commasAreDecimal: boolean | undefined;

  /** `start`: where the rows begin in the text. */
  constructor(text: string, start: number, layout: Layout) {
    this.#text = text;
    this.#start = start;
    this.#layout = layout;
    this.#numbers = new NumberScanner(text, layout.separator !== ",");
    this.#separatorCode = layout.separator.charCodeAt(0);
  }

  /** Reads a plain pair of numbers; false if the line holds anything else. */
  read(from: number, end: number): boolean {
    if (this.#layout.columns !== 2) return false;
    const numbers = this.#numbers;
    const x = numbers.read(this.#skipBlanks(from));
    if (x === undefined) return false;
    let at = this.#skipBlanks(numbers.end);
    if (this.#separatorCode !== 32) {
      if (this.#text.charCodeAt(at) !== this.#separatorCode) return false;
      at = this.#skipBlanks(at + 1);
    } else if (at === numbers.end) return false;
    if (at >= end) return false;
    const y = numbers.read(at);
    if (y === undefined || this.#skipBlanks(numbers.end) < end) return false;
    this.x = x;
    this.y = y;
    this.isPoint = true;
    return true;
  }

  /** Reads any row; false, with the reason, if it is broken. */
  readCells(line: string): boolean {
    const { separator, columns, column } = this.#layout;
    const cells = cutCells(line, separator);
    if (cells === undefined) {
      this.reason = "has a quotation mark that does not close";
      return false;
    }
    while (cells.length > columns && cells.at(-1)?.trim() === "") cells.pop();
    const [first = "", value] = [cells[0], cells[column]];
    if (value === undefined || cells.length > columns) {
      this.reason = `has ${cells.length === 1 ? "1 value" : `${cells.length} values`}, the lines above have ${columns}`;
      return false;
    }
    if (separator === "," && (first.includes(",") || value.includes(","))) {
      this.#commasAreDecimal ??= !mayMarkThousands(this.#text.slice(this.#start));
      if (!this.#commasAreDecimal) {
        this.reason = "has a comma within quotes that may be decimal or mark thousands";
        return false;
      }
    }
    const x = parseCell(first, separator !== ",");
    const y = value.trim() === "" ? Number.NaN : parseCell(value, separator !== ",");
    if (x === undefined || y === undefined) {
      this.reason = `holds "${(x === undefined ? first : value).trim().slice(0, 20)}" where a number should be`;
      return false;
    }
    this.x = x;
    this.y = y;
    this.isPoint = Number.isFinite(x) && value.trim() !== "";
    return true;
  }

  #skipBlanks(from: number): number {
    let i = from;
    for (let code = this.#text.charCodeAt(i); this.#isBlank(code); code = this.#text.charCodeAt(i)) i += 1;
    return i;
  }

  #isBlank(code: number): boolean {
    return code === 32 || code === 13 || (code === 9 && this.#separatorCode !== 9);
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
