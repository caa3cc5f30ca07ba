import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { Connection } from "../../contract/device.ts";
import { LithoscopeError } from "../../contract/errors.ts";
import type { Measurement } from "../../contract/journal.ts";
import type { Technique } from "../../contract/spectrum.ts";
import type { Recorded } from "../../devices/replay/instrument.ts";
import type { Journal } from "../journal/journal.ts";

type From = Extract<Connection, { kind: "replay" }>["from"];
interface Playlist {
  title: string;
  recorded: readonly [Recorded, ...Recorded[]];
}

/** Lines read at once. */
const linesPerRead = 200;

/** Spectrum files by their endings; what else lies in a folder (pictures, notes) is not played. */
const spectrumFiles = /^\.(txt|csv|tsv|dat|asc|xy|jdx|dx|json|spc)$/i;

/**
 * The measurements of a session in their order, or the spectrum files of a folder in the order of their names. Throws
 * session-not-found, folder-not-found, replay-ended where there is nothing to play.
 */
export async function recordedFrom(journal: Journal, from: From): Promise<Playlist> {
  const { title, items } =
    "sessionId" in from ? await ofSession(journal, from.sessionId) : await ofFolder(from.folder, from.technique);
  const [first, ...rest] = items;
  if (first === undefined) throw nothingThere(title);
  return { title, recorded: [first, ...rest] };
}

async function ofSession(journal: Journal, sessionId: string): Promise<{ title: string; items: Recorded[] }> {
  const { title } = await journal.summary(sessionId);
  const items: Recorded[] = [];
  for (let afterSeq = 0; ; ) {
    const { lines } = await journal.readLines(sessionId, afterSeq, linesPerRead);
    for (const { event } of lines) {
      if (event.kind !== "measurement" && event.kind !== "reading-unnamed") continue;
      items.push(recordedOf(event.source, (sha256) => journal.readFile(sessionId, sha256)));
    }
    const last = lines.at(-1);
    if (last === undefined) return { title, items };
    afterSeq = last.seq;
  }
}

function recordedOf(source: Measurement["source"], load: (sha256: string) => Promise<Uint8Array>): Recorded {
  if (source.kind === "instrument") {
    const { readings, dark, profile } = source;
    return { kind: "readings", readings, dark, profile };
  }
  const { name, sha256, technique, unit } = source;
  return { kind: "file", name, load: () => load(sha256), technique, unit };
}

async function ofFolder(folder: string, technique: Technique) {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new LithoscopeError(
      "folder-not-found",
      `The folder ${folder} cannot be read, so there is nothing to play.`,
      "Check its name, and that the stick is plugged in.",
      { cause: error },
    );
  });
  const files = names.filter((name) => spectrumFiles.test(extname(name)) && !name.startsWith(".")).sort();
  const items = files.map(
    (name): Recorded => ({ kind: "file", name, load: () => readFile(join(folder, name)), technique }),
  );
  return { title: `folder ${basename(folder)}`, items };
}

function nothingThere(title: string): LithoscopeError {
  return new LithoscopeError(
    "replay-ended",
    `There is nothing to play in ${title}.`,
    "Choose a session with measurements, or a folder with spectrum files.",
  );
}
