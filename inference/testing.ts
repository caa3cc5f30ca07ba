import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BandTable, readBands } from "./bands.ts";
import { shippedPackageFolder } from "./package.ts";

/** Helpers that only tests use. */

const shared = fileURLToPath(new URL("../../shared", import.meta.url));

/** Why tests of a file of the shared data are skipped; undefined if they can run. */
export function sharedMissing(file: string): string | undefined {
  return existsSync(join(shared, file)) ? undefined : `no ../shared/${file} beside the repository`;
}

/** A table of the shared data, one record a row by the names of its head. RFC 4180, no line breaks inside a field. */
export function sharedTable(file: string): Record<string, string>[] {
  const [head = "", ...lines] = readFileSync(join(shared, file), "utf8").split(/\r?\n/).filter(Boolean);
  const names = fields(head);
  return lines.map((line) => {
    const values = fields(line);
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
  });
}

function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain,
  );
}

let bands: BandTable | undefined;

/** The bands of the shipped package, read once. */
export function shippedBands(): BandTable {
  bands ??= readBands(readFileSync(join(shippedPackageFolder, "bands.json"), "utf8"));
  return bands;
}
