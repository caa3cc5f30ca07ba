import { join } from "node:path";
import { ulid } from "ulid";
import type { SessionSummary } from "../contract/api.ts";
import { LithoscopeError, type Problem, toProblem } from "../contract/errors.ts";
import type { JournalLine } from "../contract/journal.ts";
import type { Audience } from "./audience.ts";
import { nodeDisk } from "./journal/disk.ts";
import { Journal } from "./journal/journal.ts";
import type { AppendableEvent } from "./journal/session.ts";
import { emptyView, nextSpotNumber, project, type SessionView } from "./projection.ts";
import { appVersion } from "./version.ts";

/** Lines read at once when a session is resumed. */
const linesPerRead = 200;

/** The session that new measurements go to: its journal, and the view that follows from it. */
export class Recorder {
  readonly journal: Journal;
  readonly sessionId: string;
  readonly view: SessionView;

  private constructor(journal: Journal, sessionId: string, view: SessionView) {
    this.journal = journal;
    this.sessionId = sessionId;
    this.view = view;
  }

  /**
   * Resumes the newest open session, exactly where it was, or starts one. Sessions that cannot be written to (altered, or
   * open in another program) are left alone and reported in `problems`.
   */
  static async open(
    dataFolder: string,
    host: string,
    audience: Audience,
  ): Promise<{ recorder: Recorder; problems: Problem[] }> {
    const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() };
    const views = new Map<string, SessionView>();
    const journal = await Journal.open({
      root: join(dataFolder, "journal"),
      keyFolder: join(dataFolder, "keys"),
      disk: nodeDisk,
      clock,
      onLine: (sessionId, line) => {
        const view = views.get(sessionId);
        if (view !== undefined) project(view, line);
        audience.tell("journal", { sessionId, line });
      },
    });
    const problems: Problem[] = [];
    for (const { sessionId, state } of (await journal.sessions()).reverse()) {
      if (state === "closed") continue;
      try {
        const session = await journal.reopen(sessionId);
        if (session.state !== "open") continue;
        const view = await readView(journal, sessionId);
        views.set(sessionId, view);
        return { recorder: new Recorder(journal, sessionId, view), problems };
      } catch (error) {
        problems.push(toProblem(error));
      }
    }
    const sessionId = ulid();
    const view = emptyView();
    views.set(sessionId, view);
    const title = `Session ${clock.now().slice(0, 16).replace("T", " ")} UTC`;
    await journal.create({ sessionId, title, station: { version: appVersion, host } });
    const recorder = new Recorder(journal, sessionId, view);
    await recorder.createSpot(await recorder.createSample("Sample 1"));
    return { recorder, problems };
  }

  /** Resolves when the line is safe on disk. After a failed write the session is recovered first. */
  async append(event: AppendableEvent): Promise<JournalLine> {
    return (await this.journal.reopen(this.sessionId)).append(event);
  }

  async storeFile(bytes: Uint8Array): Promise<string> {
    return (await this.journal.reopen(this.sessionId)).storeFile(bytes);
  }

  async createSample(name: string): Promise<string> {
    const sampleId = ulid();
    await this.append({ kind: "sample-created", sampleId, name });
    return sampleId;
  }

  async createSpot(sampleId: string): Promise<{ spotId: string; number: number }> {
    if (!this.view.samples.has(sampleId)) {
      throw new LithoscopeError(
        "sample-not-found",
        "This sample is not in the session.",
        "Choose one from the list, or make a new one.",
      );
    }
    const spot = { spotId: ulid(), number: nextSpotNumber(this.view, sampleId) };
    await this.append({ kind: "spot-created", sampleId, ...spot });
    return spot;
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
  close(): Promise<void> {
    return this.journal.release();
  }
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
