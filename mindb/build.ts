/** Builds the catalogue from its sources: npm run mindb. Writes pack.json and UNSOURCED.md, or says what does not agree. */
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { assemble } from "./assemble.ts";
import { claimsOf, countOf, rockClaims, unsourcedReport } from "./claims.ts";
import { packText } from "./pack.ts";
import { readSources, sourcesFolder } from "./sources.ts";

const released = readFileSync(new URL("released.txt", sourcesFolder), "utf8").trim();
const { pack, report } = assemble(readSources(), released);
const text = packText(pack);
writeFileSync(new URL("pack.json", import.meta.url), text);
writeFileSync(new URL("UNSOURCED.md", import.meta.url), unsourcedReport(pack));
const full = pack.entries
  .filter(({ depth }) => depth === "full")
  .flatMap((entry) => claimsOf(entry, pack.tables.elementLines));
console.log({
  version: pack.version,
  ...report,
  rocks: pack.tables.rocks.length,
  claimsOfFullEntries: countOf(full),
  claimsOfAll: countOf([
    ...pack.entries.flatMap((entry) => claimsOf(entry, pack.tables.elementLines)),
    ...rockClaims(pack.tables),
  ]),
  bytes: Buffer.byteLength(text),
  gzipBytes: gzipSync(text).length,
});
