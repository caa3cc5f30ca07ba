import { LithoscopeError } from "../contract/errors.ts";

/** One field and what ends it: a comma, a line's end or the text's end. A quote inside a quoted field is doubled. */
const fieldPattern = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** Rows of fields of a CSV text (RFC 4180; LF is taken as well as CRLF). Throws "file-bad-line" on a stray quote. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length || row.length > 0) {
    fieldPattern.lastIndex = at;
    const match = fieldPattern.exec(text);
    if (match === null) throw badLine(`A quote is out of place in row ${rows.length + 1} of the table.`);
    const [whole, quoted, plain = "", end] = match;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    at += whole.length;
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/**
 * The named columns of a CSV text with a header row, one record for each row.
 * Throws "file-bad-line" if a column is missing or a row has another number of fields than the header.
 */
export function csvRecords<Column extends string>(text: string, columns: readonly Column[]): Record<Column, string>[] {
  const [header = [], ...rows] = parseCsv(text);
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) throw badLine(`The table has no column ${missing.join(", ")}.`);
  return rows.map((row, i) => {
    if (row.length !== header.length) {
      throw badLine(`Row ${i + 2} of the table has ${row.length} fields, its header ${header.length}.`);
    }
    const fields = columns.map((column) => [column, row[header.indexOf(column)]]);
    return Object.fromEntries(fields) as Record<Column, string>; // every column stands in the header, checked above
  });
}

function badLine(sentence: string): LithoscopeError {
  return new LithoscopeError("file-bad-line", sentence, "Correct the table and build again what is made from it.");
}
