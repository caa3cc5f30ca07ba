import { mkdir, open, readdir, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { lockByName } from "./lock.ts";

/** A file open for writing. Nothing is durable before `sync` has come back. */
export interface DiskFile {
  /** Writes all bytes at the file's end. */
  write(bytes: Uint8Array): Promise<void>;
  truncate(size: number): Promise<void>;
  /** The file's bytes and length are durable; its name is not (see {@link Disk.syncDirectory}). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The file operations that the journal needs, and no more, so that a model of a disk can stand in for them and lose
 * what a power cut would lose. Errors are Node's, with their `code`.
 */
export interface Disk {
  /** Makes one directory; one that is already there is left as it is. */
  makeDirectory(path: string): Promise<void>;
  /** Names in the directory; none when it is not there or no directory. */
  list(path: string): Promise<string[]>;
  /** Bytes of a file (of a directory any number); undefined when nothing is there. */
  size(path: string): Promise<number | undefined>;
  /** At most `length` bytes from `start`; fewer only where the file ends. They may lie in `memory`, which is used again and again. */
  read(path: string, start: number, length: number, memory?: Uint8Array): Promise<Uint8Array>;
  /** A new file, or the old one emptied. `mode` is Unix permissions; Windows ignores it. */
  create(path: string, mode?: number): Promise<DiskFile>;
  /** An existing file. */
  open(path: string): Promise<DiskFile>;
  /** Replaces `to`. Both lie in the same directory. */
  rename(from: string, to: string): Promise<void>;
  /** Names made and changed in the directory are durable. */
  syncDirectory(path: string): Promise<void>;
  /** The directory is this holder's alone until the returned function is called or the process dies; undefined when another holds it. */
  lock(path: string): Promise<(() => Promise<void>) | undefined>;
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

async function openFile(path: string, flags: "w" | "r+", mode?: number): Promise<DiskFile> {
  const handle = await open(path, flags, mode);
  // Positions are ours: a handle opened for appending cannot be truncated on Windows.
  let end = (await handle.stat()).size;
  return {
    async write(bytes) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, end);
        done += bytesWritten;
        end += bytesWritten;
      }
    },
    async truncate(size) {
      await handle.truncate(size);
      end = size;
    },
    // fdatasync keeps the length too. On macOS libuv turns it into F_FULLFSYNC, which empties the drive's own cache.
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/** The machine's real disk. */
export const nodeDisk: Disk = {
  async makeDirectory(path) {
    await mkdir(path).catch((error: unknown) => {
      if (!hasCode(error, "EEXIST")) throw error;
    });
  },
  list: (path) =>
    readdir(path).catch((error: unknown) => {
      if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
      throw error;
    }),
  size: (path) =>
    stat(path).then(
      ({ size }) => size,
      (error: unknown) => {
        if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
        throw error;
      },
    ),
  async read(path, start, length, memory) {
    const handle = await open(path, "r");
    try {
      const most = Math.max(0, Math.min(length, (await handle.stat()).size - start));
      const bytes = memory !== undefined && memory.length >= most ? memory.subarray(0, most) : new Uint8Array(most);
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    } finally {
      await handle.close();
    }
  },
  create: (path, mode) => openFile(path, "w", mode),
  open: (path) => openFile(path, "r+"),
  rename,
  async syncDirectory(path) {
    // Windows cannot flush a directory (FlushFileBuffers wants a handle open for writing and answers EPERM). NTFS logs
    // names in order, but after a power cut the newest name may be missing there.
    if (process.platform === "win32") return;
    try {
      const handle = await open(path, "r");
      await handle.sync().finally(() => handle.close());
    } catch (error) {
      // EINVAL: a file system that cannot flush directories (some FUSE drivers of sticks). EACCES: a parent that is not
      // ours to read, so nor did we make it. PostgreSQL's fsync_fname_ext passes over the same.
      if (!hasCode(error, "EINVAL", "EACCES")) throw error;
    }
  },
  lock: lockByName,
};

/**
 * Makes a directory with its parents and makes all their names durable, also of those that are there: the process that
 * made them may have been killed before it could.
 */
export async function makeDurableDirectory(disk: Disk, path: string): Promise<void> {
  const parent = dirname(path);
  if (parent === path) return;
  await makeDurableDirectory(disk, parent);
  if ((await disk.size(path)) === undefined) await disk.makeDirectory(path);
  await disk.syncDirectory(parent);
}

/** Writes a whole new file and makes its bytes durable; its name is not yet. */
export async function writeSynced(disk: Disk, path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const file = await disk.create(path, mode);
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * The file is there with all its bytes, durably, or as it was before: written beside it (`….part`), synced, renamed,
 * directory synced. A `.part` left by a power cut is nobody's and is overwritten the next time.
 */
export async function replaceFile(disk: Disk, path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  await writeSynced(disk, `${path}.part`, bytes, mode);
  await disk.rename(`${path}.part`, path);
  await disk.syncDirectory(dirname(path));
}

/** All bytes of a file. */
export const readAll = (disk: Disk, path: string): Promise<Uint8Array> => disk.read(path, 0, Number.MAX_SAFE_INTEGER);
