import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRecords, parseCsv } from "./csv.ts";

const quoteAll = (field: string) => `"${field.replaceAll('"', '""')}"`;
const quoteIfNeeded = (field: string) => (/^[\w .-]+$/.test(field) ? field : quoteAll(field));

describe("a CSV table", () => {
  it("gives back the rows that were written, whatever they hold", () => {
    const rows = fc.array(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }));
    fc.assert(
      fc.property(rows, fc.constantFrom("\n", "\r\n"), fc.boolean(), (table, lineEnd, endsWithLineEnd) => {
        const text = table.map((row) => row.map(quoteIfNeeded).join(",")).join(lineEnd);
        expect(parseCsv(endsWithLineEnd && text !== "" ? text + lineEnd : text)).toEqual(table);
      }),
    );
  });

  it("keeps commas, line ends and doubled quotes inside a quoted field", () => {
    expect(parseCsv('a,"b, ""c""\r\nd"\r\n,\r\n')).toEqual([
      ["a", 'b, "c"\r\nd'],
      ["", ""],
    ]);
  });

  it("is not taken with a stray or an open quote", () => {
    expect(() => parseCsv('a\nb"c')).toThrow("row 2");
    expect(() => parseCsv('"a')).toThrow("row 1");
  });

  it("gives named columns, and says which column or row is wrong", () => {
    expect(csvRecords("\uFEFFname,x,formula\nQuartz,1,SiO2", ["formula", "name"])).toEqual([
      { formula: "SiO2", name: "Quartz" },
    ]);
    expect(() => csvRecords("name\nQuartz", ["name", "formula"])).toThrow("no column formula");
    expect(() => csvRecords("name,formula\nQuartz", ["name"])).toThrow("Row 2 of the table has 1 fields");
  });
});
