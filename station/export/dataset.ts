import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, open, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ExportedMeasurement } from "../../contract/exported.ts";
import { measurementSchema } from "./columns.ts";
import { type CrateFile, crateFile, crateText, schemaFile } from "./crate.ts";
import { spectrumCsv, tableHead, tableRow } from "./csv.ts";
import { feature, geojsonEnd, geojsonHead } from "./geojson.ts";
import { jcampOf } from "./jcamp.ts";
import { sessionEnd, sessionHead, sessionRow } from "./json.ts";
import { ParquetFile } from "./parquet.ts";
import { alreadyThere } from "./problems.ts";

export const formats = ["csv", "json", "jcamp", "geojson", "parquet"] as const;
export type Format = (typeof formats)[number];

/** A session to write: its measurements in order and, where they are at hand, the folder of its journal. */
export interface SessionToWrite {
  readonly sessionId: string;
  readonly title: string;
  readonly crew: string;
  readonly tabletKey: string;
  readonly measurements: AsyncIterable<ExportedMeasurement> | Iterable<ExportedMeasurement>;
  readonly journalFolder?: string | undefined;
}

export interface Written {
  readonly sessions: number;
  readonly measurements: number;
  readonly files: number;
}

/** One measurement at a time goes to a format's files. */
interface Sink {
  session(sessionId: string): Promise<void>;
  add(row: ExportedMeasurement): Promise<void>;
  endSession(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Writes an export: a folder for each format, the schema, the journals themselves, and an RO-Crate manifest with the hash of every file. The same
 * data give the same bytes. Measurements pass through one at a time, so a campaign of any length fits. Throws export-exists if
 * the folder holds anything.
 */
export async function writeDataset(
  to: string,
  campaign: string,
  wanted: readonly Format[],
  sessions: Iterable<SessionToWrite>,
  onMeasurement: (done: number) => void = () => {},
): Promise<Written> {
  await mkdir(to, { recursive: true });
  if ((await readdir(to)).length > 0) throw alreadyThere(to);
  const sinks = wanted.map((format) => makeSink[format](to, campaign));
  const known: { id: string; title: string; crew: string; tabletKey: string }[] = [];
  let measurements = 0;
  let from: string | undefined;
  let until: string | undefined;
  for (const { sessionId, title, crew, tabletKey, measurements: rows, journalFolder } of sessions) {
    known.push({ id: sessionId, title, crew, tabletKey });
    for (const sink of sinks) await sink.session(sessionId);
    for await (const row of rows) {
      for (const sink of sinks) await sink.add(row);
      const at = row.aligned_at_utc;
      if (from === undefined || at < from) from = at;
      if (until === undefined || at > until) until = at;
      onMeasurement(++measurements);
    }
    for (const sink of sinks) await sink.endSession();
    if (journalFolder !== undefined) await copyFolder(journalFolder, join(to, "journals", sessionId));
  }
  for (const sink of sinks) await sink.end();
  await writeFile(join(to, schemaFile), schemaText());
  const files = await filesUnder(to);
  await writeFile(join(to, crateFile), crateText({ campaign, sessions: known, measurements, from, to: until, files }));
  return { sessions: known.length, measurements, files: files.length + 1 };
}

/** The published schema of a measurement. */
export const schemaText = (): string => `${JSON.stringify(measurementSchema, undefined, 2)}\n`;

const makeSink: Record<Format, (to: string, campaign: string) => Sink> = {
  csv: (to) => {
    const table = new TextFile(join(to, "csv", "measurements.csv"));
    return {
      session: async () => {},
      add: async (row) => {
        if (table.isNew) await table.write(tableHead());
        await table.write(tableRow(row));
        await new TextFile(join(to, "csv", "spectra", `${row.measurement_id}.csv`)).writeWhole(spectrumCsv(row));
      },
      endSession: async () => {},
      end: async () => {
        if (table.isNew) await table.write(tableHead());
        await table.close();
      },
    };
  },
  json: (to, campaign) => {
    let file: TextFile | undefined;
    let count = 0;
    return {
      session: async (sessionId) => {
        file = new TextFile(join(to, "json", `${sessionId}.json`));
        count = 0;
        await file.write(sessionHead(campaign, sessionId));
      },
      add: async (row) => file?.write(sessionRow(row, count++)),
      endSession: async () => {
        await file?.write(sessionEnd);
        await file?.close();
      },
      end: async () => {},
    };
  },
  jcamp: (to) => ({
    session: async () => {},
    add: async (row) => {
      const text = jcampOf(row);
      if (text !== undefined) await new TextFile(join(to, "jcamp", `${row.measurement_id}.jdx`)).writeWhole(text);
    },
    endSession: async () => {},
    end: async () => {},
  }),
  geojson: (to) => {
    const file = new TextFile(join(to, "measurements.geojson"));
    let count = 0;
    return {
      session: async () => {},
      add: async (row) => {
        if (count === 0) await file.write(geojsonHead);
        await file.write(feature(row, count++));
      },
      endSession: async () => {},
      end: async () => {
        await file.write(count === 0 ? geojsonHead + geojsonEnd : geojsonEnd);
        await file.close();
      },
    };
  },
  parquet: (to, campaign) => {
    let file: ParquetFile | undefined;
    return {
      session: async (sessionId) => {
        // Hive's names: DuckDB, Spark and Trino read the columns `campaign` and `session` from them.
        const folder = join(to, "parquet", `campaign=${campaign}`, `session=${sessionId}`);
        await mkdir(folder, { recursive: true });
        file = new ParquetFile(join(folder, "measurements.parquet"));
      },
      add: async (row) => file?.add(row),
      endSession: async () => file?.end(),
      end: async () => {},
    };
  },
};

/** A text file that is written piece by piece; its folder is made with the first piece. */
class TextFile {
  readonly #path: string;
  #handle: Awaited<ReturnType<typeof open>> | undefined;
  #pieces: string[] = [];
  #length = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get isNew(): boolean {
    return this.#handle === undefined && this.#length === 0;
  }

  async write(text: string): Promise<void> {
    this.#pieces.push(text);
    this.#length += text.length;
    if (this.#length > 1 << 20) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#handle?.close();
  }

  async writeWhole(text: string): Promise<void> {
    await this.write(text);
    await this.close();
  }

  async #flush(): Promise<void> {
    if (this.#handle === undefined) {
      await mkdir(dirname(this.#path), { recursive: true });
      this.#handle = await open(this.#path, "w");
    }
    await this.#handle.writeFile(this.#pieces.join(""));
    this.#pieces = [];
    this.#length = 0;
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.isDirectory()) await copyFolder(join(from, entry.name), join(to, entry.name));
    else if (entry.isFile()) await copyFile(join(from, entry.name), join(to, entry.name));
  }
}

/** Every file with its size and hash, by path. */
async function filesUnder(root: string): Promise<CrateFile[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
  const files: CrateFile[] = [];
  for (const path of paths) {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(join(root, path))) hash.update(chunk as Buffer);
    files.push({ path, bytes: (await stat(join(root, path))).size, sha256: hash.digest("hex") });
  }
  return files;
}
