import { expect, it } from "vitest";
import { faultTable, tableIn, withTable } from "./table.ts";

const document =
  "# Page\n\n<!-- fault cases: written by the test run, see devices/testing/faults -->\n\nold\n\n<!-- fault cases: end -->\n\nmore\n";
const row = (outcomes: [string, string][]) => ({ number: "1", title: "split frame", outcomes: new Map(outcomes) });
const protocols = [{ name: "A", unseen: "a flipped pixel" }, { name: "B" }];

it("marks what passed, what failed and what cannot happen, and says why below", () => {
  const rows = [
    row([
      ["A", "passed"],
      ["B", "the device has no settings"],
    ]),
    row([["A", "failed"]]),
  ];
  expect(faultTable(rows, protocols).split("\n")).toEqual([
    "| case | A [1] | B |",
    "| --- | --- | --- |",
    "| 1 split frame | ✓ | – [2] |",
    "| 1 split frame | ✗ | ✗ |",
    "",
    "[1] A flipped pixel.  ",
    "[2] The device has no settings.",
  ]);
});

it("is put where the old one was, and found there", () => {
  const written = withTable(document, "new");
  expect(tableIn(written)).toBe("new");
  expect(written.replace("new", "old")).toBe(document);
  expect(() => tableIn("# Page")).toThrow(/no place/);
});
