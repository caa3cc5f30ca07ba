/** Builds the rocks: node inference/rocks/build.ts --reference ../shared/reference */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { constituentsOf } from "../../contract/rocks/constituents.ts";
import { csvRecords } from "../../spectra/csv.ts";
import { RockFacts } from "./facts.ts";

const { values } = parseArgs({ options: { reference: { type: "string" } } });
if (values.reference === undefined) {
  console.error("Usage: node inference/rocks/build.ts --reference FOLDER");
  process.exit(1);
}
const rows = csvRecords(readFileSync(join(values.reference, "planetary", "rocks.csv"), "utf8"), [
  "rock",
  "class",
  "bodies",
  "modal_mineralogy",
  "scheme",
  "rule",
  "source",
  "confidence",
  "note",
]);
const rocks = rows.map(({ rock, bodies, modal_mineralogy, note, ...row }) =>
  RockFacts.parse({
    name: rock,
    class: row.class,
    bodies: bodies.split(";"),
    constituents: constituentsOf(modal_mineralogy),
    scheme: row.scheme,
    rule: row.rule,
    source: row.source,
    confidence: row.confidence,
    ...(note !== "" && { note }),
  }),
);
const names = new Set(rocks.map(({ name }) => name));
if (names.size < rocks.length) throw new Error("A rock stands twice in the list.");
const text = `[\n${rocks.map((rock) => JSON.stringify(rock)).join(",\n")}\n]\n`;
writeFileSync(new URL("rocks.json", import.meta.url), text);
console.log({
  rocks: rocks.length,
  sourced: rocks.filter((r) => r.confidence === "sourced").length,
  bytes: text.length,
});
