import { join } from "node:path";
import { decodeTime } from "ulid";
import { z } from "zod";
import type { SessionSummary } from "../../contract/api.ts";
import { LithoscopeError } from "../../contract/errors.ts";
import { JournalEvent, type JournalEventOf, type JournalLine } from "../../contract/journal.ts";
import { publicPem } from "../keys/ed25519.ts";
import { headsFolder, readAcknowledged, writeAcknowledged } from "./acknowledged.ts";
import { type Disk, makeDurableDirectory, readAll, writeSynced } from "./disk.ts";
import { evidenceOf, evidencePath } from "./evidence.ts";
import { type DeviceKey, deviceKey } from "./key.ts";
import { isSealed, noHash, parseLine, sealLine, sha256 } from "./line.ts";
import { journalAltered, journalCut, lockedByOther, notWritten, ofAnotherTablet, sessionNotFound } from "./problems.ts";
import { eventsFile, moveTailAside } from "./recover.ts";
import { type GoodLines, type Scan, scan, type Verdict } from "./scan.ts";
import { type Clock, Session } from "./session.ts";

export interface JournalOptions {
  /** Holds one folder per session. */
  readonly root: string;
  /** Holds the tablet's private key and what it remembers of each session; not inside `root`. */
  readonly keyFolder: string;
  readonly disk: Disk;
  readonly clock: Clock;
  /** Called with every line, the journal's own ones too, once it is safe on disk, in order. Must not throw. */
  readonly onLine?: (sessionId: string, line: JournalLine) => void;
  /** Called with the lines of sessions that are read from disk, in order; a line may come more than once. Must not throw. */
  readonly onRead?: (sessionId: string, line: JournalLine) => void;
}

/** A file of a session. `name` is relative to its folder. */
export interface SessionFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

const publicKeyFile = "public-key.pem";

/** Upper case alone: on a disk that ignores case, one session must not have two names. */
const isUlid = (text: string): boolean => z.ulid().safeParse(text).success && text === text.toUpperCase();

/** All sessions of this tablet. One station at a time appends to a session; anybody may read. */
export class Journal {
  readonly #options: JournalOptions;
  readonly #key: DeviceKey;
  readonly #sessions = new Map<string, Promise<Session>>();
  /** Sessions whose lock is ours. `durableEnd`: after a failed write, the byte behind the last line that is safe. */
  readonly #claims = new Map<string, { unlock: () => Promise<void>; durableEnd?: number }>();
  /** Sessions that are only read here, as last seen. */
  readonly #seen = new Map<string, { size: number; scan: Scan }>();

  private constructor(options: JournalOptions, key: DeviceKey) {
    this.#options = options;
    this.#key = key;
  }

  /** Makes the folders and, on first start, the tablet's key. Throws `storage-full`, `journal-not-written`. */
  static async open(options: JournalOptions): Promise<Journal> {
    const { disk, root, keyFolder } = options;
    try {
      await makeDurableDirectory(disk, root);
      await makeDurableDirectory(disk, headsFolder(keyFolder));
      return new Journal(options, await deviceKey(disk, keyFolder));
    } catch (cause) {
      throw notWritten(cause);
    }
  }

  /** Every session here, oldest first. A damaged one is listed as altered. */
  async sessions(): Promise<SessionSummary[]> {
    const ids = (await this.#options.disk.list(this.#options.root)).filter(isUlid).sort();
    const summaries: SessionSummary[] = [];
    for (const sessionId of ids)
      summaries.push(await this.summary(sessionId).catch((error) => unreadable(sessionId, error)));
    return summaries;
  }

  /** Throws `session-not-found`. */
  async summary(sessionId: string): Promise<SessionSummary> {
    const { chain, verdict } = await this.#look(sessionId);
    const sound = verdict === undefined || verdict.state === "intact" || verdict.state === "torn";
    return {
      sessionId,
      title: chain.session?.title ?? unreadableTitle,
      openedAt: chain.session?.openedAt ?? openedAtOf(sessionId),
      headSeq: chain.head.seq,
      state: !sound ? "altered" : chain.closed ? "closed" : "open",
    };
  }

  /**
   * A new session. It appears on disk as a whole, with its first line and its key, or not at all: it is built in a
   * folder `<id>.new`, made durable, and renamed. A `.new` left by a power cut is no session and is never listed.
   */
  async create(event: Omit<JournalEventOf<"session-opened">, "kind" | "publicKey">): Promise<Session> {
    const { clock, disk, root } = this.#options;
    const folder = this.#folder(event.sessionId);
    if ((await disk.size(folder)) !== undefined) throw new Error(`session ${event.sessionId} exists`);
    const publicKey = publicPem(this.#key.publicKey);
    const { line, bytes } = sealLine({
      seq: 1,
      prev: noHash,
      at: clock.now(),
      monotonicMs: clock.monotonicMs(),
      event: JournalEvent.parse({ ...event, kind: "session-opened", publicKey }),
    });
    try {
      const building = `${folder}.new`;
      await disk.makeDirectory(building);
      await disk.makeDirectory(join(building, "files"));
      await writeSynced(disk, join(building, publicKeyFile), Buffer.from(publicKey));
      await writeSynced(disk, join(building, eventsFile), bytes);
      await disk.syncDirectory(building);
      await disk.rename(building, folder);
      await disk.syncDirectory(root);
    } catch (cause) {
      throw notWritten(cause);
    }
    this.#options.onLine?.(event.sessionId, line);
    return this.reopen(event.sessionId);
  }

  /**
   * The session, open for appending: the one already open here, or recovered from disk (torn bytes moved aside and told
   * in a `torn-tail` line). A closed session comes back as closed. Throws `session-not-found`, `journal-locked` (another
   * process, or another tablet's session), `journal-altered`, `journal-cut`, `storage-full`, `journal-not-written`.
   */
  reopen(sessionId: string): Promise<Session> {
    const last = this.#sessions.get(sessionId) ?? Promise.resolve(undefined);
    const session = last
      .catch(() => undefined) // told to whoever asked then
      .then((known) => (known?.state === "open" || known?.state === "closed" ? known : this.#resume(sessionId, known)));
    this.#sessions.set(sessionId, session);
    return session;
  }

  /** At most `limit` lines after number `afterSeq`, oldest first, and the number of the last line there is. */
  async readLines(
    sessionId: string,
    afterSeq: number,
    limit: number,
  ): Promise<{ lines: JournalLine[]; headSeq: number }> {
    const { chain, starts, end } = await this.#look(sessionId);
    const last = Math.min(afterSeq + limit, starts.length);
    const from = starts[afterSeq];
    const headSeq = chain.head.seq;
    if (from === undefined) return { lines: [], headSeq };
    const path = join(this.#folder(sessionId), eventsFile);
    const bytes = await this.#options.disk.read(path, from, (starts[last] ?? end) - from);
    const lines = starts.slice(afterSeq, last).map((start, index) => {
      const seq = afterSeq + index + 1;
      const text = bytes.subarray(start - from, (starts[seq] ?? end) - from - 1);
      const line = isSealed(text) ? parseLine(text) : undefined;
      if (line?.seq !== seq) throw journalAltered(seq, "was changed while the session was being read");
      return line;
    });
    return { lines, headSeq };
  }

  /** The evidence file of that hash. Throws `file-not-found` when it is not there, `journal-altered` when it is another. */
  async readFile(sessionId: string, hash: string): Promise<Uint8Array> {
    const { disk } = this.#options;
    const path = join(this.#folder(sessionId), evidencePath(hash));
    if (!/^[0-9a-f]{64}$/.test(hash) || (await disk.size(path)) === undefined) {
      throw new LithoscopeError(
        "file-not-found",
        `The file ${hash} that the session names is not in its folder.`,
        "Look for it in another copy of the session.",
      );
    }
    const bytes = await readAll(disk, path);
    if (sha256(bytes) === hash) return bytes;
    throw new LithoscopeError(
      "journal-altered",
      `The file ${hash} of the session is not the one that was stored.`,
      "Use another copy of the session.",
    );
  }

  /**
   * The session's files as they are now, signed first where it is open here: for a copy. `bytes` of `events.jsonl` end
   * with its last line that is safe. Throws `session-not-found`, `journal-altered`, `journal-cut`.
   */
  async snapshot(sessionId: string): Promise<{ sessionId: string; files: SessionFile[] }> {
    const { disk, keyFolder } = this.#options;
    const folder = this.#folder(sessionId);
    const open = await this.#sessions.get(sessionId)?.catch(() => undefined);
    if (open?.state === "open") await open.sign();
    const { end, verdict } = await this.#look(sessionId);
    if (verdict?.state === "altered") throw journalAltered(verdict.line, verdict.reason);
    if (verdict?.state === "cut") throw journalCut((await this.summary(sessionId)).headSeq, verdict.acknowledgedSeq);
    const evidence = new Map<string, SessionFile>();
    const visit = ({ event }: JournalLine): void => {
      for (const { path, bytes } of evidenceOf(event))
        evidence.set(path, { name: path, path: join(folder, path), bytes });
    };
    await scan(disk, join(folder, eventsFile), {
      limit: end,
      acknowledged: (id) => readAcknowledged(disk, keyFolder, id),
      visit,
    });
    const key = join(folder, publicKeyFile);
    const files = [
      // Evidence first: a copy that breaks off then never holds a line whose file is missing.
      ...evidence.values(),
      { name: publicKeyFile, path: key, bytes: (await disk.size(key)) ?? 0 },
      { name: eventsFile, path: join(folder, eventsFile), bytes: end },
    ];
    return { sessionId, files };
  }

  /** Signs and lets go of every session that is open here. Throws when one could not be signed. */
  async release(): Promise<void> {
    for (const opening of this.#sessions.values()) await (await opening.catch(() => undefined))?.release();
  }

  /** The id comes from a page, which is not trusted: it must not become a path to somewhere else. */
  #folder(sessionId: string): string {
    if (!isUlid(sessionId)) throw sessionNotFound(sessionId);
    return join(this.#options.root, sessionId);
  }

  /** The session's lines that are safe on disk. `verdict` is undefined for one that is open here. */
  async #look(sessionId: string): Promise<GoodLines & { verdict?: Verdict }> {
    const { disk, keyFolder, onRead } = this.#options;
    const open = await this.#sessions.get(sessionId)?.catch(() => undefined);
    if (open !== undefined && open.state !== "released") return open.lines;
    const path = join(this.#folder(sessionId), eventsFile);
    const written = await disk.size(path);
    if (written === undefined) throw sessionNotFound(sessionId);
    const limit = this.#claims.get(sessionId)?.durableEnd;
    const size = Math.min(written, limit ?? written);
    const seen = this.#seen.get(sessionId);
    if (seen?.size === size) return seen.scan;
    const fresh = await scan(disk, path, {
      limit,
      acknowledged: (id) => readAcknowledged(disk, keyFolder, id),
      visit: (line) => onRead?.(sessionId, line),
    });
    this.#seen.set(sessionId, { size, scan: fresh });
    return fresh;
  }

  async #resume(sessionId: string, failed: Session | undefined): Promise<Session> {
    const { disk, root } = this.#options;
    const folder = this.#folder(sessionId);
    if ((await disk.size(folder)) === undefined) throw sessionNotFound(sessionId);
    if (failed?.state === "failed") {
      await failed.abandon();
      this.#failedAt(sessionId, failed);
    }
    await this.#claim(sessionId, folder);
    try {
      // What a killed process wrote may be visible and not yet durable. First make it so.
      await disk.syncDirectory(root);
      await disk.syncDirectory(folder);
      const session = await this.#recover(sessionId, folder);
      delete this.#claims.get(sessionId)?.durableEnd;
      return session;
    } catch (cause) {
      // After a failed write the lock is kept: only this process knows which bytes are safe.
      if (this.#claims.get(sessionId)?.durableEnd === undefined) await this.#unlock(sessionId);
      throw notWritten(cause);
    }
  }

  async #recover(sessionId: string, folder: string): Promise<Session> {
    const { clock, disk, keyFolder, onLine } = this.#options;
    const path = join(folder, eventsFile);
    const file = await disk.open(path);
    try {
      await file.sync();
      const told = new Set<string>();
      const lines = await scan(disk, path, {
        limit: this.#claims.get(sessionId)?.durableEnd,
        acknowledged: (id) => readAcknowledged(disk, keyFolder, id),
        visit: ({ event }) => event.kind === "torn-tail" && told.add(event.file),
      });
      const { acknowledged, chain, verdict } = lines;
      if (verdict.state === "altered") throw journalAltered(verdict.line, verdict.reason);
      if (verdict.state === "cut") throw journalCut(chain.head.seq, verdict.acknowledgedSeq);
      if (chain.session?.sessionId !== sessionId) throw journalAltered(1, "opens another session");
      if (!chain.session.publicKey.equals(this.#key.publicKey)) throw ofAnotherTablet();
      // A cut may have come between a signature and its record.
      if (chain.signature.seq > (acknowledged?.seq ?? 0))
        await writeAcknowledged(disk, keyFolder, sessionId, chain.signature);
      const owed = await moveTailAside(disk, folder, file, lines.end, told);
      const session = new Session(sessionId, lines, {
        ...{ disk, clock, keyFolder, folder, file, key: this.#key },
        onLine: (line) => onLine?.(sessionId, line),
        unlock: () => this.#unlock(sessionId),
      });
      await session.settle(owed).catch((error: unknown) => {
        this.#failedAt(sessionId, session);
        throw error;
      });
      return session;
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  }

  #failedAt(sessionId: string, session: Session): void {
    const claim = this.#claims.get(sessionId);
    if (claim) claim.durableEnd = session.lines.end;
  }

  async #claim(sessionId: string, folder: string): Promise<void> {
    if (this.#claims.has(sessionId)) return;
    const unlock = await this.#options.disk.lock(folder);
    if (unlock === undefined) throw lockedByOther("The session");
    this.#claims.set(sessionId, { unlock });
  }

  async #unlock(sessionId: string): Promise<void> {
    const claim = this.#claims.get(sessionId);
    this.#claims.delete(sessionId);
    await claim?.unlock();
  }
}

const unreadableTitle = "Unreadable session";

/** A ULID begins with the time at which it was made. */
function openedAtOf(sessionId: string): string {
  return new Date(decodeTime(sessionId)).toISOString();
}

/** A session's folder that has lost its lines; the other sessions must not suffer from it. */
function unreadable(sessionId: string, error: unknown): SessionSummary {
  if (!(error instanceof LithoscopeError) || error.code !== "session-not-found") throw error;
  return { sessionId, title: unreadableTitle, openedAt: openedAtOf(sessionId), headSeq: 0, state: "altered" };
}
