import { join } from "node:path";
import { expect, test } from "vitest";
import { HandOver } from "./handOver.ts";
import { type Disk, nodeDisk } from "./journal/disk.ts";
import { Journal } from "./journal/journal.ts";
import { id, steppingClock, traverse } from "./journal/scenario.ts";
import { freshFolder } from "./testing/folders.ts";

test("a stick that gives back other bytes than it took is found out before anybody is told done", async () => {
  const dataFolder = freshFolder();
  const stick = freshFolder();
  const paths = { root: join(dataFolder, "journal"), keyFolder: join(dataFolder, "keys") };
  const journal = await Journal.open({ ...paths, disk: nodeDisk, clock: steppingClock() });
  await traverse(journal);
  const over = (read: Disk["read"]) => new HandOver({ journal, dataFolder, disk: { ...nodeDisk, read } });
  for (const part of ["events.jsonl", "public-key.pem", "files"]) {
    const folder = freshFolder();
    await expect(over(failing(folder, part)).run([id(101)], folder), part).rejects.toMatchObject({
      code: "copy-differs",
    });
  }
  await expect(over(nodeDisk.read).run([id(101), id(102)], stick)).resolves.toMatchObject({ sessions: 2 });
  await journal.release();
});

/** A stick of which one file comes back with one bit changed. */
function failing(folder: string, part: string): Disk["read"] {
  return async (path, start, length) => {
    const bytes = await nodeDisk.read(path, start, length);
    if (path.startsWith(folder) && path.includes(part) && bytes[0] !== undefined) bytes[0] ^= 1;
    return bytes;
  };
}
