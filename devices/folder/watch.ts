import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { LithoscopeError, type Problem, toProblem } from "../../contract/errors.ts";
import { type Clock, systemClock } from "../time.ts";

export interface FolderWatchOptions {
  folder: string;
  /** A file that came and is complete. Called for one at a time, in the order in which they were written. */
  onFile(file: { name: string; bytes: Uint8Array }): Promise<void>;
  /** Something that a person should know: a file that was left out, and why. */
  onProblem(problem: Problem): void;
  /** The folder can be read, or cannot any more. */
  onPresent(present: boolean, problem?: Problem): void;
  /** Whether a file with this SHA-256 was measured before. */
  wasMeasured(sha256: string): boolean;
  clock?: Clock;
  timing?: Partial<FolderTiming>;
}

export interface FolderTiming {
  /** Between two looks. Our choice: folders on cameras and shares tell nobody of changes, so one has to look. */
  lookMs: number;
  /**
   * A file is complete when it has neither grown nor changed for so long. Our choice: an instrument that writes a spectrum
   * over a slow link pauses for less.
   */
  settleMs: number;
  /** An empty file that stays empty is told after this. */
  emptyMs: number;
}
const folderTiming: FolderTiming = { lookMs: 500, settleMs: 2000, emptyMs: 30_000 };

/** The largest that a reader takes is 64 MB (spectra/files); what is larger is not even loaded. */
const largestBytes = 64 * 1024 * 1024;

/** Names that programs give to what they are still writing, and what systems leave in folders. */
const notYet = /^\.|^~|~$|\.(part|partial|tmp|temp|crdownload|download|filepart)$|^(thumbs\.db|desktop\.ini)$/i;

/** What is known of a file by its name. */
interface Seen {
  /** Size and time of the last change. */
  stamp: string;
  sinceMs: number;
  /** waiting: until it is complete; done: nothing more to do unless it changes; given: it became a measurement. */
  state: "waiting" | "done" | "given";
}

/**
 * Gives each file that comes into a folder once, when it is complete. What lies there at the start is not given: nobody
 * knows on which spot it was measured. Nor, for the same reason, is what an instrument's own disk brings along when it is
 * plugged in later, if it was written before the watch began.
 */
export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #clock: Clock;
  readonly #timing: FolderTiming;
  readonly #files = new Map<string, Seen>();
  readonly #given = new Set<string>();
  readonly #closing = new AbortController();
  #wake: () => void = () => {};
  #present: boolean | undefined;
  #startedMs = 0;
  #life: Promise<void> = Promise.resolve();

  constructor(options: FolderWatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#timing = { ...folderTiming, ...options.timing };
  }

  /** Begins to look; to be called once. */
  start(): void {
    this.#startedMs = this.#clock.now().getTime();
    this.#life = this.#live();
  }

  /** Looks now. */
  look(): void {
    this.#wake();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#life;
  }

  async #live(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const names = await this.#names();
      if (names !== undefined) {
        await this.#see(names, this.#present !== true);
        if (this.#present !== true) this.#options.onPresent(true); // what lies there now is known
        this.#present = true;
      }
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      const early = AbortSignal.any([woken.signal, this.#closing.signal]);
      await this.#clock.pause(this.#timing.lookMs, early).catch(() => {}); // woken: looks now
    }
  }

  async #names(): Promise<string[] | undefined> {
    const { folder, onPresent } = this.#options;
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isFile() && !notYet.test(entry.name)).map(({ name }) => name);
    } catch (error) {
      if (this.#present !== false) onPresent(false, toProblem(folderGone(folder, error)));
      this.#present = false;
      return undefined;
    }
  }

  /** @param arrived the folder has just come: what is in it may be old. */
  async #see(names: readonly string[], arrived: boolean): Promise<void> {
    for (const name of this.#files.keys()) if (!names.includes(name)) this.#files.delete(name);
    const complete: { name: string; mtimeMs: number }[] = [];
    for (const name of names) {
      const { size, mtimeMs } = await stat(join(this.#options.folder, name)).catch(() => ({ size: -1, mtimeMs: 0 }));
      if (size < 0) continue; // gone meanwhile
      const stamp = `${size} ${mtimeMs}`;
      const nowMs = this.#clock.monotonicMs();
      const seen = this.#files.get(name);
      if (seen === undefined || seen.stamp !== stamp) {
        if (seen?.state === "given") this.#options.onProblem(changedLater(name));
        const old = arrived && seen === undefined && (this.#present === undefined || mtimeMs < this.#startedMs);
        const state = old || seen?.state === "given" ? "done" : "waiting";
        this.#files.set(name, { stamp, sinceMs: nowMs, state });
        continue;
      }
      if (seen.state !== "waiting") continue;
      const restedMs = nowMs - seen.sinceMs;
      if (size === 0 && restedMs >= this.#timing.emptyMs) {
        seen.state = "done";
        this.#options.onProblem(staysEmpty(name));
      } else if (size > 0 && restedMs >= this.#timing.settleMs) complete.push({ name, mtimeMs });
    }
    complete.sort((a, b) => a.mtimeMs - b.mtimeMs || a.name.localeCompare(b.name));
    for (const { name } of complete) if (!this.#closing.signal.aborted) await this.#give(name);
  }

  async #give(name: string): Promise<void> {
    const { folder, onFile, onProblem, wasMeasured } = this.#options;
    const seen = this.#files.get(name);
    if (seen === undefined) return;
    try {
      const path = join(folder, name);
      const before = await stat(path);
      if (before.size > largestBytes) throw tooLarge(name, before.size);
      const bytes = await readFile(path);
      const after = await stat(path);
      // It began to grow again while it was read: it is looked at again when it rests.
      if (`${after.size} ${after.mtimeMs}` !== seen.stamp || bytes.length !== after.size) return;
      seen.state = "done";
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      if (this.#given.has(sha256) || wasMeasured(sha256)) return onProblem(measuredBefore(name));
      await onFile({ name, bytes });
      this.#given.add(sha256);
      seen.state = "given";
    } catch (error) {
      seen.state = "done";
      onProblem(toProblem(error));
    }
  }
}

function folderGone(folder: string, cause: unknown): LithoscopeError {
  return new LithoscopeError(
    "folder-not-found",
    `The folder ${folder} cannot be read, so no new measurement comes from it.`,
    "Plug the stick or the instrument in again, or connect another folder. Lithoscope goes on looking.",
    { cause },
  );
}

function tooLarge(name: string, bytes: number): LithoscopeError {
  return new LithoscopeError(
    "file-too-large",
    `${name} has ${Math.round(bytes / 1024 / 1024)} MB, which no spectrum file has. It was not read.`,
    "If it holds a spectrum, export it alone.",
  );
}

function measuredBefore(name: string): Problem {
  return {
    code: "file-seen",
    sentence: `${name} holds the same as a file that was measured before. It was not measured again.`,
    hint: "If it is another measurement, export it again with its own values.",
  };
}

function changedLater(name: string): Problem {
  return {
    code: "file-seen",
    sentence: `${name} changed after it had become a measurement. The measurement stays as it was read first.`,
    hint: "If the file was not complete then, open it again with Open file.",
  };
}

function staysEmpty(name: string): Problem {
  return {
    code: "file-empty",
    sentence: `${name} is empty and stays so. Nothing was measured from it.`,
    hint: "Export the measurement again.",
  };
}
