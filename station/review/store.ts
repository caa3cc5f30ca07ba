import { join } from "node:path";
import { ulid } from "ulid";
import { LithoscopeError } from "../../contract/errors.ts";
import type { JournalLine } from "../../contract/journal.ts";
import type { ReviewTarget } from "../../contract/truth.ts";
import { nodeDisk } from "../journal/disk.ts";
import { Journal } from "../journal/journal.ts";
import { linesAgain } from "../journal/lines.ts";
import { journalAltered } from "../journal/problems.ts";
import { eventsFile } from "../journal/recover.ts";
import { scan } from "../journal/scan.ts";
import type { AppendableEvent, Session } from "../journal/session.ts";
import { appVersion } from "../version.ts";
import { type BroughtIn, bringIn, sessionFolders } from "./bringIn.ts";
import { alignByCommonEvent, alignByGnss, type ClockFix, clockFixOf, type Moment } from "./clocks.ts";
import { ReviewLog } from "./log.ts";

/** Where a review keeps what it brought in, apart from the tablet's own journal, and its own journal. */
export const reviewFolder = (dataFolder: string): string => join(dataFolder, "review");
const sessionsOf = (folder: string): string => join(folder, "sessions");
const journalOf = (folder: string): string => join(folder, "journal");

/** What a review folder holds, only read: sessions that were brought in, and what the trainer said. Any copy of the folder can be read so. */
export async function readReview(folder: string): Promise<{ sessions: string[]; log: ReviewLog }> {
  const log = new ReviewLog();
  for (const session of await sessionFolders(journalOf(folder)))
    await scan(nodeDisk, join(session, eventsFile), { visit: (line) => log.see(line) });
  return { sessions: await sessionFolders(sessionsOf(folder)), log };
}

/** A review folder that is written to: one journal of its own, signed as every journal is. */
export class ReviewStore {
  readonly folder: string;
  readonly log = new ReviewLog();
  readonly #journal: Journal;
  readonly #session: Session;

  private constructor(folder: string, journal: Journal, session: Session) {
    this.folder = folder;
    this.#journal = journal;
    this.#session = session;
  }

  /** Throws journal-locked while another Lithoscope writes to the review, and what a journal throws. */
  static async open(folder: string, keyFolder: string): Promise<ReviewStore> {
    const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() };
    const opened: { store?: ReviewStore } = {};
    const journal = await Journal.open({
      ...{ root: journalOf(folder), keyFolder, disk: nodeDisk, clock },
      onLine: (_, line) => opened.store?.log.see(line),
    });
    const known = (await journal.sessions()).filter(({ state }) => state === "open");
    const last = known.at(-1);
    const session = last
      ? await journal.reopen(last.sessionId)
      : await journal.create({ sessionId: ulid(), title: "Review", station: { version: appVersion, host: "review" } });
    const store = new ReviewStore(folder, journal, session);
    for (const path of await sessionFolders(journalOf(folder)))
      await scan(nodeDisk, join(path, eventsFile), { visit: (line) => store.log.see(line) });
    opened.store = store;
    return store;
  }

  sessions(): Promise<string[]> {
    return sessionFolders(sessionsOf(this.folder));
  }

  append(event: AppendableEvent): Promise<JournalLine> {
    return this.#session.append(event);
  }

  /** Brings sessions in and notes each that changed what is here. */
  bringIn(sources: readonly string[], onSession: (brought: BroughtIn) => void = () => {}): Promise<BroughtIn[]> {
    return bringIn(sources, sessionsOf(this.folder), async (brought) => {
      const { outcome, report, head, from } = brought;
      const { sessionId, keyFingerprint, state } = report;
      const changed = outcome === "new" || outcome === "longer";
      if (changed && head && sessionId && keyFingerprint && (state === "intact" || state === "torn")) {
        const facts = { sessionId, from, headSeq: head.seq, headHash: head.hash, state, keyFingerprint };
        await this.append({ kind: "session-brought-in", ...facts });
        await this.#alignBySatellite(sessionId);
      }
      if (outcome === "refused" && this.log.refused.get(from) !== brought.sentence) {
        const title = report.title ?? "An unreadable session";
        await this.append({ kind: "session-refused", from, title, sentence: brought.sentence });
      }
      onSession(brought);
    });
  }

  /**
   * Aligns clocks by one event that the sessions recorded in the lines given; the first is the reference and keeps its clock. Throws clock-unknown if a line is
   * not there.
   */
  async alignByCommonEvent(lines: readonly { sessionId: string; seq: number }[]): Promise<void> {
    const moments: Moment[] = [];
    for (const { sessionId, seq } of lines) moments.push(await this.#momentOf(sessionId, seq));
    const [reference, ...others] = moments;
    if (reference === undefined || others.length === 0) throw noCommonEvent("at least two sessions are needed");
    for (const other of others) {
      const alignment = alignByCommonEvent(reference, this.log.offsetMsOf(reference.sessionId), other);
      if (this.log.alignmentOf(other.sessionId)?.offsetMs === alignment.offsetMs) continue; // said already
      await this.append({ kind: "clock-aligned", ...alignment });
    }
  }

  /** A session that has satellite time is put on it, unless a person has aligned it. */
  async #alignBySatellite(sessionId: string): Promise<void> {
    const before = this.log.alignmentOf(sessionId);
    if (before !== undefined && before.by.kind !== "gnss") return;
    const fixes: ClockFix[] = [];
    for await (const line of sessionLines(join(sessionsOf(this.folder), sessionId))) {
      const fix = clockFixOf(line);
      if (fix !== undefined) fixes.push(fix);
    }
    const alignment = alignByGnss(sessionId, fixes);
    if (alignment !== undefined && alignment.offsetMs !== before?.offsetMs)
      await this.append({ kind: "clock-aligned", ...alignment });
  }

  async #momentOf(sessionId: string, seq: number): Promise<Moment> {
    const folder = (await this.sessions()).find((path) => path.endsWith(sessionId));
    if (folder === undefined) throw noCommonEvent(`session ${sessionId} is not here`);
    const path = join(folder, eventsFile);
    for await (const line of linesAgain(nodeDisk, path, await scan(nodeDisk, path)))
      if (line.seq === seq) return { sessionId, seq, at: line.at };
    throw noCommonEvent(`session ${sessionId} has no line ${seq}`);
  }

  close(): Promise<void> {
    return this.#journal.release();
  }
}

const noCommonEvent = (reason: string): LithoscopeError =>
  new LithoscopeError(
    "clock-unknown",
    `The clocks were not aligned: ${reason}.`,
    "Give for each session the number of the line in which it recorded the common event (journal stats lists sessions).",
  );

/** The lines of a brought-in session, in order. Throws journal-altered if its chain no longer holds. */
export async function* sessionLines(folder: string): AsyncGenerator<JournalLine> {
  const path = join(folder, eventsFile);
  const good = await scan(nodeDisk, path);
  if (good.verdict.state === "altered") throw journalAltered(good.verdict.line, good.verdict.reason);
  yield* linesAgain(nodeDisk, path, good);
}

/** The trainer's view of a session for an export. */
export function contextOf(log: ReviewLog, sessionId: string, campaign: string) {
  return {
    campaign,
    crew: log.crewOf(sessionId),
    offsetMs: log.offsetMsOf(sessionId),
    truthOf: (spot: Required<Omit<ReviewTarget, "sessionId">>) => log.truthOf({ sessionId, ...spot })?.truth,
  };
}
