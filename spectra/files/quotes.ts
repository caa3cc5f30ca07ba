/** Cells of a row; a separator within quotes separates nothing. Undefined if a quote does not close. */
export function cutCells(row: string, separator: string): string[] | undefined {
  const [line, between] = separator === " " ? [row.trim(), /\s+/] : [row.trimStart(), separator];
  if (!line.includes('"')) return line.split(between);
  const pieces = line.split('"'); // every second one stands within quotes
  if (pieces.length % 2 === 0) return undefined;
  const cells: string[] = [];
  for (const [i, piece] of pieces.entries()) {
    const [first = "", ...more] = i % 2 === 1 ? [`"${piece}"`] : piece.split(between);
    cells.push((cells.pop() ?? "") + first, ...more);
  }
  return cells;
}

/**
 * Whether the commas within quotes of comma-separated rows may mark thousands: other numbers have a decimal point, or
 * all commas stand before three digits while other numbers are whole ("999" and "1,000"). Otherwise they are decimal.
 */
export function mayMarkThousands(rows: string): boolean {
  let whole = false;
  let decimal = false;
  for (const [cell] of rows.matchAll(/"[^"\n]*"|[^",\n]+/g)) {
    if (/^[\s"]*[-+]?\d*\.\d/.test(cell)) return true;
    if (/^[\s"]*[-+]?\d+[\s"]*$/.test(cell)) whole = true;
    else if (cell.includes(",") && !/^"\s*[-+]?[1-9]\d{0,2},\d{3}\s*"$/.test(cell)) decimal = true;
  }
  return whole && !decimal;
}
