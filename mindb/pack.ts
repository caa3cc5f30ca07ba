import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { LithoscopeError } from "../contract/errors.ts";
import { MinDbPack } from "../contract/mindb.ts";

/** The pack's version: the first 12 hexadecimal digits of the SHA-256 of the JSON of its entries and tables. */
export function versionOf({ entries, tables }: Pick<MinDbPack, "entries" | "tables">): string {
  return createHash("sha256").update(JSON.stringify({ entries, tables })).digest("hex").slice(0, 12);
}

/** The pack as a file: JSON with one entry a line, so that a change can be read in a diff. */
export function packText({ entries, ...head }: MinDbPack): string {
  const lines = entries.map((entry) => JSON.stringify(entry)).join(",\n");
  return `${JSON.stringify(head).slice(0, -1)},"entries":[\n${lines}\n]}\n`;
}

/** The reverse of {@link packText}. Throws "package-invalid" with the reason, also if its content is not of its version. */
export function parsePack(text: string): MinDbPack {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid("it is not JSON", cause);
  }
  const parsed = MinDbPack.safeParse(json);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error), parsed.error);
  const version = versionOf(parsed.data);
  if (version !== parsed.data.version) {
    throw invalid(`its content is of version ${version}, not ${parsed.data.version}`);
  }
  return parsed.data;
}

let loaded: MinDbPack | undefined;

/** The catalogue that ships with this version, read once. Throws "package-invalid" with the reason. */
export function loadPack(): MinDbPack {
  loaded ??= parsePack(packFile());
  return loaded;
}

function packFile(): string {
  try {
    return readFileSync(new URL("pack.json", import.meta.url), "utf8");
  } catch (cause) {
    throw invalid("its file cannot be read", cause);
  }
}

/** Whom the catalogue credits: source and citation. */
export function catalogueCredits(): MinDbPack["credits"] {
  return loadPack().credits;
}

function invalid(reason: string, cause?: unknown): LithoscopeError {
  return new LithoscopeError(
    "package-invalid",
    `The mineral catalogue cannot be used: ${reason}. No mineral can be looked up.`,
    "Install Lithoscope again, or build the catalogue (mindb/README.md).",
    { cause },
  );
}
