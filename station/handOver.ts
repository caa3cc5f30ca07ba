import { createHash } from "node:crypto";
import { access, constants, readdir, readFile, stat, statfs } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { LithoscopeError } from "../contract/errors.ts";
import type { HandedOver, HandOverPlace, HandOverProgress } from "../contract/traverse.ts";
import { type Disk, makeDurableDirectory, nodeDisk, readAll, replaceFile } from "./journal/disk.ts";
import type { Journal } from "./journal/journal.ts";
import { verifySession } from "./journal/verify.ts";
import { Queue } from "./queue.ts";

interface HandOverParts {
  readonly journal: Journal;
  /** The station's own folder, into which nothing is handed over. */
  readonly dataFolder: string;
  readonly disk?: Disk;
  readonly onProgress?: (progress: HandOverProgress) => void;
  /** Called when all is checked, to be written down. */
  readonly onDone?: (done: HandedOver) => Promise<void>;
}

interface Copied {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Copies sessions to a stick as `journal/<session>/`, the way they lie on the tablet, and says done only after every
 * file was read back from there and has the hash of what was read here, and the copied chain verifies. A copy that is
 * there already and is a beginning of today's is brought up to date; any other is left alone.
 */
export class HandOver {
  readonly #parts: HandOverParts;
  readonly #disk: Disk;
  readonly #runs = new Queue();

  constructor(parts: HandOverParts) {
    this.#parts = parts;
    this.#disk = parts.disk ?? nodeDisk;
  }

  /** Throws folder-unusable, storage-full, copy-differs, session-not-found and what the disk refuses. */
  run(sessionIds: readonly string[], folder: string): Promise<HandedOver> {
    return this.#runs.run(async () => {
      const { onDone } = this.#parts;
      const to = resolve(folder);
      await this.#checkFolder(to);
      const snapshots = [];
      for (const sessionId of new Set(sessionIds)) snapshots.push(await this.#parts.journal.snapshot(sessionId));
      const bytes = snapshots.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
      await checkRoom(to, bytes);
      const progress = this.#counter(bytes);
      const copied: Copied[] = [];
      for (const { sessionId, files } of snapshots) {
        const target = join(to, "journal", sessionId);
        await makeDurableDirectory(this.#disk, join(target, "files")).catch((cause) => {
          throw unusable(to, cause);
        });
        for (const file of files) {
          const content = await this.#disk.read(file.path, 0, file.bytes);
          const path = join(target, file.name);
          await this.#checkEarlier(path, content, file.name);
          await replaceFile(this.#disk, path, content).catch((cause) => {
            throw notCopied(to, cause);
          });
          copied.push({ path, sha256: sha256Of(content), bytes: content.length });
          progress("copying", content.length);
        }
      }
      for (const { path, sha256, bytes: length } of copied) {
        const back = await readAll(this.#disk, path).catch(() => undefined);
        if (back === undefined || sha256Of(back) !== sha256) throw differs(relative(to, path));
        progress("checking", length);
      }
      for (const { sessionId } of snapshots) {
        const report = await verifySession(join(to, "journal", sessionId), { disk: this.#disk });
        if (report.state !== "intact") throw differs(join("journal", sessionId), report.sentence);
      }
      const done = { folder: to, sessions: snapshots.length, files: copied.length, bytes };
      await onDone?.(done);
      return done;
    });
  }

  #counter(bytes: number): (step: HandOverProgress["step"], more: number) => void {
    const done = { copying: 0, checking: 0 };
    return (step, more) => {
      done[step] += more;
      this.#parts.onProgress?.({ step, bytesDone: done[step], bytes });
    };
  }

  async #checkFolder(folder: string): Promise<void> {
    const own = relative(resolve(this.#parts.dataFolder), folder);
    if (own === "" || !own.startsWith("..")) {
      throw new LithoscopeError(
        "folder-unusable",
        "This folder belongs to the tablet's own data. Nothing was copied.",
        "Choose a stick, or a folder somewhere else.",
      );
    }
    const found = await stat(folder).catch((cause) => {
      throw unusable(folder, cause);
    });
    if (!found.isDirectory()) throw unusable(folder, new Error("it is no folder"));
  }

  /** What lies there may only grow: a copy with other content may be the only good one. */
  async #checkEarlier(path: string, content: Uint8Array, name: string): Promise<void> {
    const size = await this.#disk.size(path);
    if (size === undefined) return;
    const earlier = await readAll(this.#disk, path);
    if (earlier.length <= content.length && Buffer.compare(earlier, content.subarray(0, earlier.length)) === 0) return;
    if (name !== "events.jsonl") return; // named by its hash or by the chain: only our content is the right one
    throw new LithoscopeError(
      "copy-differs",
      `The stick already holds another version of this session (${path}). It was left as it is, and nothing is handed over.`,
      "Take another stick, or keep that folder somewhere else first.",
    );
  }
}

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > bytes) return;
  throw new LithoscopeError(
    "storage-full",
    `There is not enough room: ${megabytes(bytes)} are needed, ${megabytes(bavail * bsize)} are free. Nothing was copied.`,
    "Take a stick with more room, or hand over fewer sessions.",
  );
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

const unusable = (folder: string, cause: unknown): LithoscopeError =>
  new LithoscopeError(
    "folder-unusable",
    `Nothing can be written to ${folder} (${cause instanceof Error ? cause.message : cause}). Nothing was handed over.`,
    "Plug the stick in again, or choose another.",
    { cause },
  );

const notCopied = (folder: string, cause: unknown): LithoscopeError =>
  new LithoscopeError(
    "folder-unusable",
    `The copy to ${folder} broke off (${cause instanceof Error ? cause.message : cause}). It is not complete.`,
    "Leave the stick in until it says done. Try again, or take another stick.",
    { cause },
  );

const differs = (path: string, detail = "It does not read back as it was written."): LithoscopeError =>
  new LithoscopeError(
    "copy-differs",
    `The copy of ${path} is not good. ${detail} The tablet's own data are unharmed.`,
    "Take another stick: this one may be failing.",
  );

/** Folders under which systems show what is plugged in. */
const mountRoots: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ["/media", "/run/media", "/mnt"],
  darwin: ["/Volumes"],
};

/** Sticks and cards that are mounted now. */
export async function handOverPlaces(platform: NodeJS.Platform = process.platform): Promise<HandOverPlace[]> {
  const places: HandOverPlace[] = [];
  for (const path of await mountedPaths(platform)) {
    try {
      await access(path, constants.W_OK);
      const { bavail, bsize } = await statfs(path);
      places.push({
        path,
        name: basename(path) || path,
        freeBytes: bavail * bsize,
        removable: !path.startsWith("/mnt"),
      });
    } catch {
      // unplugged in between, or nothing can be written there
    }
  }
  return places;
}

async function mountedPaths(platform: NodeJS.Platform): Promise<string[]> {
  if (platform === "win32") {
    // C: is the tablet's own.
    return [..."DEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `${letter}:\\`);
  }
  if (platform !== "linux") {
    const lists = (mountRoots[platform] ?? []).map(async (root) =>
      (await readdir(root).catch(() => [])).map((name) => join(root, name)),
    );
    return (await Promise.all(lists)).flat();
  }
  // Second column of each line; blanks in names stand as \040 (man 5 proc).
  const mounts = await readFile("/proc/self/mounts", "utf8").catch(() => "");
  return mounts
    .split("\n")
    .map((line) => (line.split(" ")[1] ?? "").replaceAll("\\040", " "))
    .filter((path) => mountRoots.linux?.some((root) => path.startsWith(`${root}/`)));
}
