import { join } from "node:path";
import { ulid } from "ulid";
import type { SessionSummary } from "../contract/api.ts";
import { LithoscopeError, type Problem, toProblem } from "../contract/errors.ts";
import type { JournalLine } from "../contract/journal.ts";
import type { Audience } from "./audience.ts";
import { type Disk, nodeDisk } from "./journal/disk.ts";
import { Journal } from "./journal/journal.ts";
import type { AppendableEvent } from "./journal/session.ts";
import { LearnedLog } from "./learned/log.ts";
import { emptyView, nextSpotNumber, project, type SessionView } from "./projection.ts";
import { Queue } from "./queue.ts";
import { appVersion } from "./version.ts";

/** Lines read at once when a session is resumed. */
const linesPerRead = 200;

/** The session that new measurements go to: its journal, and the view that follows from it. */
export class Recorder {
  readonly journal: Journal;
  readonly sessionId: string;
  readonly view: SessionView;
  /** What was learned in the data folder, over all its sessions. */
  readonly learned: LearnedLog;
  /** Two pages that ask for a spot at once must not get the same number. */
  readonly #spots = new Queue();
  /** Gives the data folder free for another station. */
  readonly #unlock: () => Promise<void>;
  #closed = false;

  private constructor(
    journal: Journal,
    sessionId: string,
    view: SessionView,
    learned: LearnedLog,
    unlock: () => Promise<void>,
  ) {
    this.learned = learned;
    this.journal = journal;
    this.sessionId = sessionId;
    this.view = view;
    this.#unlock = unlock;
  }

  /**
   * Resumes the newest open session, exactly where it was, or starts one. Sessions that cannot be written to (altered, or
   * of another tablet) are left alone and reported in `problems`, at every start. There is a spot to measure on
   * afterwards. Throws journal-locked while another station works in the folder: it would begin a session of its own, and
   * the crew would look for its measurements in the wrong one.
   */
  static async open(
    dataFolder: string,
    host: string,
    audience: Audience,
    disk: Disk = nodeDisk,
  ): Promise<{ recorder: Recorder; problems: Problem[] }> {
    const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() };
    const views = new Map<string, SessionView>();
    const learned = new LearnedLog();
    const root = join(dataFolder, "journal");
    const journal = await Journal.open({
      root,
      keyFolder: join(dataFolder, "keys"),
      disk,
      clock,
      onRead: (sessionId, line) => learned.see(sessionId, line),
      onLine: (sessionId, line) => {
        learned.see(sessionId, line);
        const view = views.get(sessionId);
        if (view !== undefined) project(view, line);
        audience.tell("journal", { sessionId, line });
      },
    }).catch((error) => {
      throw cannotKeep(dataFolder, error);
    });
    const unlock = await disk.lock(root);
    if (unlock === undefined) throw inUse(dataFolder);
    const problems: Problem[] = [];
    let resumed: Recorder | undefined;
    for (const { sessionId, state } of (await journal.sessions()).reverse()) {
      if (state === "closed" || (state === "open" && resumed !== undefined)) continue;
      try {
        const session = await journal.reopen(sessionId);
        if (session.state !== "open") continue;
        const view = await readView(journal, sessionId);
        views.set(sessionId, view);
        resumed = new Recorder(journal, sessionId, view, learned, unlock);
      } catch (error) {
        problems.push(toProblem(error));
      }
    }
    const recorder = resumed ?? (await Recorder.#begin(journal, host, views, learned, unlock));
    await recorder.#ensureSpot();
    return { recorder, problems };
  }

  static async #begin(
    journal: Journal,
    host: string,
    views: Map<string, SessionView>,
    learned: LearnedLog,
    unlock: () => Promise<void>,
  ): Promise<Recorder> {
    const sessionId = ulid();
    const view = emptyView();
    views.set(sessionId, view);
    const title = `Session ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
    await journal.create({ sessionId, title, station: { version: appVersion, host } });
    return new Recorder(journal, sessionId, view, learned, unlock);
  }

  /**
   * Resolves when the line, and the evidence file that it names, are safe on disk. After a failed write the session is
   * recovered first. After {@link close} it is refused: it would open the session again.
   */
  async append(event: AppendableEvent, file?: Uint8Array): Promise<JournalLine> {
    if (this.#closed) throw stationEnding();
    const session = await this.journal.reopen(this.sessionId);
    if (file !== undefined) await session.storeFile(file);
    return session.append(event);
  }

  async createSample(name: string): Promise<string> {
    const sampleId = ulid();
    await this.append({ kind: "sample-created", sampleId, name });
    return sampleId;
  }

  createSpot(sampleId: string): Promise<{ spotId: string; number: number }> {
    return this.#spots.run(async () => {
      this.sample(sampleId);
      const spot = { spotId: ulid(), number: nextSpotNumber(this.view, sampleId) };
      await this.append({ kind: "spot-created", sampleId, ...spot });
      return spot;
    });
  }

  /** The first sample and spot, where the session has none: a new one, or one whose station died just after it. */
  async #ensureSpot(): Promise<void> {
    if (this.view.spots.size > 0) return;
    const [first] = this.view.samples.keys();
    await this.createSpot(first ?? (await this.createSample("Sample 1")));
  }

  /** The sample's name. Throws sample-not-found. */
  sample(sampleId: string): string {
    const name = this.view.samples.get(sampleId);
    if (name !== undefined) return name;
    throw new LithoscopeError(
      "sample-not-found",
      "This sample is not in the session.",
      "Choose one from the list, or make a new one.",
    );
  }

  /** Throws spot-not-found. */
  spot(spotId: string): { sampleId: string; number: number } {
    const spot = this.view.spots.get(spotId);
    if (spot !== undefined) return spot;
    throw new LithoscopeError(
      "spot-not-found",
      "This spot is not in the session.",
      "Choose a spot, or make a new one.",
    );
  }

  summary(): Promise<SessionSummary> {
    return this.journal.summary(this.sessionId);
  }

  /** Signs the head and lets the session go; the next start resumes it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.journal.release();
    await this.#unlock();
  }
}

function inUse(dataFolder: string): LithoscopeError {
  return new LithoscopeError(
    "journal-locked",
    `Another Lithoscope on this machine works with the data in ${dataFolder}, so this one was not started.`,
    "Use the other one, or close it first; or give another folder with --data.",
  );
}

function cannotKeep(dataFolder: string, error: unknown): LithoscopeError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return new LithoscopeError(
    "journal-not-written",
    `Nothing can be saved in ${dataFolder} (${cause instanceof Error ? cause.message : cause}), so Lithoscope was not started.`,
    "Make room or give the folder free, or give another folder with --data.",
    { cause: error },
  );
}

export function stationEnding(): LithoscopeError {
  return new LithoscopeError("station-gone", "The station is ending: nothing was done.", "Start Lithoscope again.");
}

async function readView(journal: Journal, sessionId: string): Promise<SessionView> {
  const view = emptyView();
  for (let afterSeq = 0; ; ) {
    const { lines } = await journal.readLines(sessionId, afterSeq, linesPerRead);
    for (const line of lines) project(view, line);
    const last = lines.at(-1);
    if (last === undefined) return view;
    afterSeq = last.seq;
  }
}
