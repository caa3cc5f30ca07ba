import { join } from "node:path";
import type { JournalEventOf } from "../../contract/journal.ts";
import { type Disk, type DiskFile, readAll, replaceFile } from "./disk.ts";
import { sha256 } from "./line.ts";

export const eventsFile = "events.jsonl";

/**
 * Takes what follows the whole lines out of the journal and returns the `torn-tail` events that are owed for it.
 *
 * The order is what makes a cut during recovery harmless. The bytes are copied aside, durably, before the journal is cut
 * back; an event is owed for every copy that no line names yet. So a cut after the copy finds the same bytes copied
 * already, and a cut after the cutting back finds a copy that still has to be told. The copy becomes visible only whole
 * (replaceFile), so a half-written one is never taken for the torn bytes.
 *
 * @param file the journal, open for writing
 * @param end byte offset behind the last whole line
 * @param told names of the torn files that the journal's lines name
 */
export async function moveTailAside(
  disk: Disk,
  folder: string,
  file: DiskFile,
  end: number,
  told: ReadonlySet<string>,
): Promise<JournalEventOf<"torn-tail">[]> {
  const owed: { name: string; bytes: Uint8Array }[] = [];
  for (const name of (await disk.list(folder)).filter((name) => numberOf(name) > 0 && !told.has(name)))
    owed.push({ name, bytes: await readAll(disk, join(folder, name)) });

  const tail = await disk.read(join(folder, eventsFile), end, Number.MAX_SAFE_INTEGER);
  if (tail.length > 0) {
    if (!owed.some(({ bytes }) => Buffer.compare(bytes, tail) === 0)) {
      const name = `torn-${1 + Math.max(0, ...[...told, ...owed.map((copy) => copy.name)].map(numberOf))}.bin`;
      await replaceFile(disk, join(folder, name), tail);
      owed.push({ name, bytes: tail });
    }
    await file.truncate(end);
    await file.sync();
  }
  return owed
    .filter(({ bytes }) => bytes.length > 0)
    .sort((a, b) => numberOf(a.name) - numberOf(b.name))
    .map(({ name, bytes }) => ({ kind: "torn-tail", file: name, bytes: bytes.length, sha256: sha256(bytes) }));
}

/** n of `torn-<n>.bin`; 0 for any other name. */
const numberOf = (name: string): number => Number(/^torn-([1-9]\d{0,8})\.bin$/.exec(name)?.[1] ?? 0);
