/** Builds the catalogue: node mindb/build.ts --data ../shared/data --reference ../shared/reference */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { assemble } from "./assemble.ts";
import { packText } from "./pack.ts";
import { readTables } from "./tables.ts";

const { values } = parseArgs({ options: { data: { type: "string" }, reference: { type: "string" } } });
if (values.data === undefined || values.reference === undefined) {
  console.error("Usage: node mindb/build.ts --data FOLDER --reference FOLDER");
  process.exit(1);
}
const { pack, report } = assemble(readTables(values.data, values.reference));
const text = packText(pack);
writeFileSync(new URL("pack.json", import.meta.url), text);
console.log({ version: pack.version, ...report, bytes: Buffer.byteLength(text), gzipBytes: gzipSync(text).length });
