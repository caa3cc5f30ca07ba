import { join } from "node:path";
import { z } from "zod";
import { LithoscopeError } from "../../contract/errors.ts";
import { type Disk, readAll, replaceFile } from "./disk.ts";
import type { Head } from "./key.ts";

/**
 * What the tablet remembers of a session outside the journal: its last signature line. With it a journal that was cut at
 * a line's end is noticed, which the chain alone cannot show. It is written after the line it names is durable, so it
 * never claims more than the journal holds.
 */
const Acknowledged = z.object({
  sessionId: z.ulid(),
  seq: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

export const headsFolder = (keyFolder: string): string => join(keyFolder, "heads");

const fileOf = (keyFolder: string, sessionId: string): string => join(headsFolder(keyFolder), `${sessionId}.json`);

/** The remembered head; undefined when this tablet has not signed the session. Throws `journal-altered` if unreadable. */
export async function readAcknowledged(disk: Disk, keyFolder: string, sessionId: string): Promise<Head | undefined> {
  const path = fileOf(keyFolder, sessionId);
  if ((await disk.size(path)) === undefined) return undefined;
  const text = Buffer.from(await readAll(disk, path)).toString("utf8");
  try {
    return Acknowledged.parse(JSON.parse(text));
  } catch (cause) {
    throw new LithoscopeError(
      "journal-altered",
      `The tablet's own record of session ${sessionId} (${path}) is damaged, so nobody can say whether the session is whole.`,
      "Start a new session. Keep this one and the damaged file for the trainer.",
      { cause },
    );
  }
}

export async function writeAcknowledged(disk: Disk, keyFolder: string, sessionId: string, head: Head): Promise<void> {
  const record = Acknowledged.parse({ sessionId, ...head });
  await replaceFile(disk, fileOf(keyFolder, sessionId), Buffer.from(`${JSON.stringify(record)}\n`));
}
