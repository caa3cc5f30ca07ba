import { join } from "node:path";
import { LithoscopeError } from "../../contract/errors.ts";
import { JournalEvent, type JournalLine } from "../../contract/journal.ts";
import { writeAcknowledged } from "./acknowledged.ts";
import { type Chain, follow, signEvery, unsignedLines } from "./chain.ts";
import { type Disk, type DiskFile, replaceFile } from "./disk.ts";
import { evidenceOf, evidencePath } from "./evidence.ts";
import { type DeviceKey, signHead } from "./key.ts";
import { sealLine, sha256 } from "./line.ts";
import { notWritten } from "./problems.ts";
import type { GoodLines } from "./scan.ts";

/** What the station may say; the other kinds are the journal's own. */
export type AppendableEvent = Exclude<
  JournalEvent,
  { kind: "session-opened" | "torn-tail" | "head-signed" | "session-closed" }
>;

export interface Clock {
  /** UTC, ISO 8601 with `Z`. */
  now(): string;
  /** Milliseconds that only grow while the process lives. */
  monotonicMs(): number;
}

interface SessionParts {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly key: DeviceKey;
  readonly keyFolder: string;
  readonly folder: string;
  /** `events.jsonl`, open for writing, holding the lines of `chain` and nothing else, durably. */
  readonly file: DiskFile;
  readonly onLine: (line: JournalLine) => void;
  /** Gives the lock back. */
  readonly unlock: () => Promise<void>;
}

/**
 * A session open for appending. Everything it is asked to do is done one after the other.
 *
 * Each line is made durable before the next is written; lines do not share an fsync. Two lines in flight could come back
 * from a power cut with the first broken and the second whole, which nobody could tell from tampering (see scan.ts). A
 * field session writes a few lines a minute.
 */
export class Session {
  readonly sessionId: string;
  readonly #parts: SessionParts;
  readonly #starts: number[];
  #chain: Chain;
  #end: number;
  #queue: Promise<unknown> = Promise.resolve();
  /** Evidence stored since the session was opened here. */
  readonly #stored = new Set<string>();
  #state: "open" | "closed" | "released" | LithoscopeError = "open";

  constructor(sessionId: string, lines: GoodLines, parts: SessionParts) {
    this.sessionId = sessionId;
    this.#chain = lines.chain;
    this.#starts = [...lines.starts];
    this.#end = lines.end;
    this.#parts = parts;
  }

  /** The lines that are safe on disk. */
  get lines(): GoodLines {
    return { chain: this.#chain, starts: this.#starts, end: this.#end };
  }

  /** failed: the storage refused a line; only opening the session again (`Journal.reopen`) goes on. */
  get state(): "open" | "closed" | "released" | "failed" {
    return typeof this.#state === "string" ? this.#state : "failed";
  }

  /**
   * Resolves once the line is safe on disk. Throws `storage-full` or `journal-not-written` when it is not; the session
   * then refuses every further line, because an fsync that failed once may answer "done" the next time without having
   * written anything. A file that the event names must have been stored before ({@link storeFile}). The event must not
   * change until then.
   */
  append(event: AppendableEvent): Promise<JournalLine> {
    const appended = this.#next(() => {
      for (const { sha256 } of evidenceOf(event)) {
        if (!this.#stored.has(sha256)) throw new Error(`evidence ${sha256} is named before it is stored`);
      }
      return this.#write(event);
    });
    // The caller does not wait for the signature. If it fails, the session has failed and the next line hears of it.
    this.#next(() => this.#signIfDue(signEvery)).catch(() => undefined);
    return appended;
  }

  /** Puts a photo, a voice note or a spectrum file beside the journal, durably; returns its name, the SHA-256 in hex. */
  storeFile(bytes: Uint8Array): Promise<string> {
    return this.#next(async () => {
      const name = sha256(bytes);
      if (this.#stored.has(name)) return name;
      try {
        await replaceFile(this.#parts.disk, join(this.#parts.folder, evidencePath(name)), bytes);
      } catch (cause) {
        throw notWritten(cause); // no line names it, so the session itself is as good as before
      }
      this.#stored.add(name);
      return name;
    });
  }

  /** Signs what is not signed yet: a copy that is handed over is vouched for to its last line. */
  sign(): Promise<void> {
    return this.#next(() => this.#signIfDue(1));
  }

  /** Ends the session for good: closing line, signature. */
  close(): Promise<void> {
    return this.#next(async () => {
      await this.#write({ kind: "session-closed" });
      await this.#signIfDue(1);
      await this.#letGo("closed");
    });
  }

  /**
   * Lets the session go, signed, so that it can be resumed later, here or by another process. One that has failed stays
   * locked while this process lives: nobody else knows which of its bytes are safe.
   */
  release(): Promise<void> {
    return this.#always(async () => {
      if (this.#state !== "open") return;
      await this.#signIfDue(1);
      await this.#letGo("released");
    });
  }

  /** For opening it again after a failure: closes the file, keeps the lock. */
  abandon(): Promise<void> {
    return this.#always(() => this.#putAway("released"));
  }

  /** For recovery: tells of torn bytes, and signs what an interrupted start or end left unsigned. */
  settle(owed: readonly JournalEvent[]): Promise<void> {
    return this.#next(async () => {
      for (const event of owed) {
        await this.#signIfDue(signEvery);
        await this.#write(event);
      }
      await this.#signIfDue(this.#chain.closed ? 1 : signEvery);
      if (this.#chain.closed) await this.#letGo("closed");
    });
  }

  /** As {@link #always}, while the session takes lines. */
  #next<T>(task: () => Promise<T>): Promise<T> {
    return this.#always(() => {
      if (this.#state === "open") return task();
      throw typeof this.#state === "string" ? noLonger(this.#state) : this.#state;
    });
  }

  #always<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined); // whoever asked hears it; the next in the queue must not
    return result;
  }

  async #write(event: JournalEvent): Promise<JournalLine> {
    const { clock, file, onLine } = this.#parts;
    const { line, bytes } = sealLine({
      seq: this.#chain.head.seq + 1,
      prev: this.#chain.head.hash,
      at: clock.now(),
      monotonicMs: clock.monotonicMs(),
      event: JournalEvent.parse(event),
    });
    const chain = follow(this.#chain, line);
    if (typeof chain === "string") throw new Error(`a line that ${chain}`);
    await this.#orFail(async () => {
      await file.write(bytes);
      await file.sync();
    });
    this.#chain = chain;
    this.#starts.push(this.#end);
    this.#end += bytes.length;
    onLine(line);
    return line;
  }

  async #signIfDue(unsignedAtMost: number): Promise<void> {
    if (unsignedLines(this.#chain) < unsignedAtMost) return;
    const { disk, key, keyFolder } = this.#parts;
    const { seq: headSeq, hash: headHash } = this.#chain.head;
    const signature = signHead(key, this.sessionId, this.#chain.head);
    await this.#write({ kind: "head-signed", headSeq, headHash, signature });
    // Only now: what the tablet remembers must be durable in the journal already.
    await this.#orFail(() => writeAcknowledged(disk, keyFolder, this.sessionId, this.#chain.signature));
  }

  async #orFail(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (cause) {
      this.#state = notWritten(cause);
      throw this.#state;
    }
  }

  async #letGo(state: "closed" | "released"): Promise<void> {
    await this.#putAway(state);
    await this.#parts.unlock();
  }

  async #putAway(state: "closed" | "released"): Promise<void> {
    this.#state = state;
    // Every acknowledged line is synced: what closing may still complain of is none of them.
    await this.#parts.file.close().catch(() => undefined);
  }
}

const noLonger = (state: "closed" | "released"): LithoscopeError =>
  new LithoscopeError(
    "journal-not-written",
    `The session has been ${state === "closed" ? "closed" : "put away"}: nothing was saved.`,
    state === "closed" ? "Start a new session." : "Resume the session, then repeat the step.",
  );
