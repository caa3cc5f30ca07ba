import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { ExportedMeasurement } from "../../contract/exported.ts";
import { unreadable } from "../files.ts";
import { crateFile } from "./crate.ts";
import { readTableCsv } from "./csv.ts";
import { readJcampMeasurement } from "./jcamp.ts";
import { readSessionJson } from "./json.ts";
import { readParquet } from "./parquet.ts";
import { damaged } from "./problems.ts";

/** The tables that an export can be read from, the most complete first. */
export const readableFormats = ["json", "parquet", "csv", "jcamp"] as const;
export type ReadableFormat = (typeof readableFormats)[number];

/** Whether the folder is an export of ours. */
export const isExport = (folder: string): Promise<boolean> =>
  stat(join(folder, crateFile)).then(
    () => true,
    () => false,
  );

/**
 * The measurements of an export, session by session in the order they were written. JSON and Parquet hold everything, CSV the columns that
 * are one value and the spectra, JCAMP-DX everything of a measurement that has a spectrum. Throws export-invalid.
 */
export async function readDataset(folder: string, format?: ReadableFormat): Promise<ExportedMeasurement[]> {
  const there = (await list(folder)).filter((name) => name !== "journals");
  const chosen = format ?? readableFormats.find((name) => there.includes(name));
  if (chosen === undefined) throw damaged("it holds no JSON, Parquet, CSV or JCAMP-DX");
  return read[chosen](join(folder, chosen));
}

const read: Record<ReadableFormat, (folder: string) => Promise<ExportedMeasurement[]>> = {
  json: async (folder) =>
    (await Promise.all((await files(folder, ".json")).map(async (f) => readSessionJson(await text(f))))).flat(),
  parquet: async (folder) => {
    const rows: ExportedMeasurement[] = [];
    for (const file of await files(folder, ".parquet")) rows.push(...(await readParquet(file, campaignOf(file))));
    return rows;
  },
  csv: async (folder) => {
    const spectra = new Map<string, string>();
    for (const file of await files(join(folder, "spectra"), ".csv"))
      spectra.set(basename(file, ".csv"), await text(file));
    return readTableCsv(await text(join(folder, "measurements.csv")), (id) => spectra.get(id));
  },
  jcamp: async (folder) => {
    const rows: ExportedMeasurement[] = [];
    for (const file of await files(folder, ".jdx")) rows.push(readJcampMeasurement(basename(file), await text(file)));
    const order = ({ session_id, line_number }: ExportedMeasurement) => [session_id, line_number] as const;
    return rows.sort((a, b) => {
      const [[sa, na], [sb, nb]] = [order(a), order(b)];
      return sa === sb ? na - nb : sa < sb ? -1 : 1;
    });
  },
};

/** `campaign=NAME/session=…/measurements.parquet`. */
function campaignOf(file: string): string {
  const name = /^campaign=(.+)$/.exec(basename(dirname(dirname(file))))?.[1];
  if (name === undefined) throw damaged("its Parquet files do not lie in folders campaign=…/session=…");
  return name;
}

const text = (path: string): Promise<string> =>
  readFile(path, "utf8").catch((error: unknown) => {
    throw unreadable(path, error);
  });

const list = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });

/** Files with this ending under the folder, by path. */
async function files(folder: string, ending: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && extname(entry.name) === ending)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
