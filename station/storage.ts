import { statfs } from "node:fs/promises";
import type { Storage } from "../contract/traverse.ts";

const lookEveryMs = 30_000;

/** The room where the journal lies; undefined where the system does not tell. */
export async function storageOf(folder: string): Promise<Storage | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}

/** Looks at the storage now and then. Returns how to end it. */
export function watchStorage(folder: string, tell: (storage: Storage) => void): () => void {
  const look = () => void storageOf(folder).then((storage) => storage && tell(storage));
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
