import { join } from "node:path";
import { ulid } from "ulid";
import type { SessionSummary } from "../contract/api.ts";
import { LithoscopeError, type Problem, toProblem } from "../contract/errors.ts";
import type { JournalLine } from "../contract/journal.ts";
import { sampleIdFor, type TraversePlan } from "../contract/traverse.ts";
import type { Audience } from "./audience.ts";
import { CalibrationLog } from "./calibration/log.ts";
import { backwardsMs, jumpMs, wallOffsetMs } from "./clock.ts";
import { type Disk, nodeDisk } from "./journal/disk.ts";
import { Journal } from "./journal/journal.ts";
import type { AppendableEvent } from "./journal/session.ts";
import { LearnedLog } from "./learned/log.ts";
import { emptyView, nextSpotNumber, project, type SessionView } from "./projection.ts";
import { Queue } from "./queue.ts";
import { appVersion } from "./version.ts";

/** Lines read at once when a session is resumed. */
const linesPerRead = 200;

/** What follows from the journals of all sessions of the data folder. */
interface Logs {
  readonly learned: LearnedLog;
  readonly calibrations: CalibrationLog;
}

/** The session that new measurements go to: its journal, and the view that follows from it. It can change. */
export class Recorder {
  readonly journal: Journal;
  #sessionId: string;
  #view: SessionView;
  readonly #host: string;
  readonly #audience: Audience;
  /** Views of the sessions that are written to here. */
  readonly #views: Map<string, SessionView>;
  /** Names of samples in any session of the data folder: an id is given once. */
  readonly #sampleNames: Set<string>;
  /** What was learned in the data folder, over all its sessions. */
  readonly learned: LearnedLog;
  /** What was calibrated, likewise. */
  readonly calibrations: CalibrationLog;
  /** Two pages that ask for a spot at once must not get the same number. */
  readonly #spots = new Queue();
  /** Gives the data folder free for another station. */
  readonly #unlock: () => Promise<void>;
  #closed = false;
  #wallOffsetMs = wallOffsetMs();

  private constructor(parts: RecorderParts, sessionId: string, view: SessionView) {
    this.learned = parts.logs.learned;
    this.calibrations = parts.logs.calibrations;
    this.journal = parts.journal;
    this.#host = parts.host;
    this.#audience = parts.audience;
    this.#views = parts.views;
    this.#sampleNames = parts.sampleNames;
    this.#unlock = parts.unlock;
    this.#sessionId = sessionId;
    this.#view = view;
  }

  get sessionId(): string {
    return this.#sessionId;
  }

  get view(): SessionView {
    return this.#view;
  }

  /**
   * Resumes the newest open session that is not paused, exactly where it was, else the newest paused one, or starts one. Sessions that cannot be written to (altered, or
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
    const logs: Logs = { learned: new LearnedLog(), calibrations: new CalibrationLog() };
    const sampleNames = new Set<string>();
    const root = join(dataFolder, "journal");
    const see = (sessionId: string, line: JournalLine): void => {
      logs.learned.see(sessionId, line);
      logs.calibrations.see(sessionId, line);
      const { event } = line;
      if (event.kind === "sample-created" || event.kind === "sample-renamed") sampleNames.add(event.name);
    };
    const journal = await Journal.open({
      root,
      keyFolder: join(dataFolder, "keys"),
      disk,
      clock,
      onRead: see,
      onLine: (sessionId, line) => {
        see(sessionId, line);
        const view = views.get(sessionId);
        if (view !== undefined) project(view, line);
        audience.tell("journal", { sessionId, line });
      },
    }).catch((error) => {
      throw cannotKeep(dataFolder, error);
    });
    const unlock = await disk.lock(root);
    if (unlock === undefined) throw inUse(dataFolder);
    const parts: RecorderParts = { journal, host, audience, views, logs, sampleNames, unlock };
    const problems: Problem[] = [];
    let paused: { sessionId: string; view: SessionView } | undefined;
    let running: typeof paused;
    for (const { sessionId, state } of (await journal.sessions()).reverse()) {
      if (state === "closed" || (state === "open" && running !== undefined)) continue;
      try {
        const session = await journal.reopen(sessionId);
        if (session.state !== "open") continue;
        const view = await readView(journal, sessionId);
        views.set(sessionId, view);
        if (!view.paused) running = { sessionId, view };
        else paused ??= { sessionId, view };
      } catch (error) {
        problems.push(toProblem(error));
      }
    }
    const resumed = running ?? paused;
    const { sessionId, view } = resumed ?? (await begin(parts));
    const recorder = new Recorder(parts, sessionId, view);
    await recorder.#noteClock(resumed && backwardsMs(view.lastAt));
    await recorder.#ensureSpot();
    return { recorder, problems };
  }

  /**
   * Begins a traverse in a session of its own and pauses the one before; an untouched session is taken instead. Its
   * first sample has the first id by the rule.
   */
  async startTraverse(plan: TraversePlan): Promise<string> {
    const before = this.#view;
    if (!before.untouched) {
      if (!before.paused) await this.append({ kind: "traverse-paused" });
      const { sessionId, view } = await begin(
        { journal: this.journal, host: this.#host, views: this.#views },
        plan.title,
      );
      this.#sessionId = sessionId;
      this.#view = view;
    }
    await this.append({ kind: "traverse-planned", ...plan });
    await this.#ensureSpot();
    const [[sampleId, name] = []] = this.#view.samples;
    if (sampleId !== undefined && name === unnamedSample)
      await this.append({ kind: "sample-renamed", sampleId, name: this.#nextName() });
    this.#audience.tell("session", await this.summary());
    return this.#sessionId;
  }

  /** Goes on in that session and pauses the one that was open. Throws what `Journal.reopen` throws. */
  async resumeTraverse(sessionId: string): Promise<void> {
    if (sessionId !== this.#sessionId) {
      const session = await this.journal.reopen(sessionId);
      if (session.state !== "open") throw sessionEnded();
      const view = this.#views.get(sessionId) ?? (await readView(this.journal, sessionId));
      this.#views.set(sessionId, view);
      if (!this.#view.paused && !this.#view.untouched) await this.append({ kind: "traverse-paused" });
      this.#sessionId = sessionId;
      this.#view = view;
    }
    if (this.#view.paused) await this.append({ kind: "traverse-resumed" });
    await this.#ensureSpot();
    this.#audience.tell("session", await this.summary());
  }

  /**
   * Resolves when the line, and the evidence file that it names, are safe on disk. After a failed write the session is
   * recovered first. After {@link close} it is refused: it would open the session again.
   */
  async append(event: AppendableEvent, file?: Uint8Array): Promise<JournalLine> {
    if (this.#closed) throw stationEnding();
    const session = await this.journal.reopen(this.sessionId);
    await this.#noteClock(undefined);
    if (file !== undefined) await session.storeFile(file);
    for (const calibrationId of namedBy(event)) {
      if (this.view.calibrations.has(calibrationId)) continue;
      await session.append({ kind: "calibration-carried", ...this.calibrations.record(calibrationId) });
    }
    return session.append(event);
  }

  /** Writes down when the wall clock has jumped since the last line, or (`backMs`) stands before the session's last one. */
  async #noteClock(backMs: number | undefined): Promise<void> {
    const now = wallOffsetMs();
    const byMs = backMs ?? jumpMs(this.#wallOffsetMs, now);
    this.#wallOffsetMs = now;
    if (byMs === undefined) return;
    const session = await this.journal.reopen(this.sessionId);
    await session.append({ kind: "clock-jumped", byMs });
  }

  /** Without a name the sample gets the next id by the rule, or a number where no traverse is planned. */
  createSample(name?: string, stopId?: string): Promise<string> {
    return this.#spots.run(async () => {
      const sampleId = ulid();
      const stop = stopId === undefined ? {} : { stopId };
      await this.append({ kind: "sample-created", sampleId, name: name ?? this.#nextName(), ...stop });
      return sampleId;
    });
  }

  #nextName(): string {
    const { site, samples } = this.#view;
    return site === undefined ? `Sample ${samples.size + 1}` : sampleIdFor(site, new Date(), this.#sampleNames);
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
    await this.createSpot(first ?? (await this.createSample()));
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

  /** The spot that was made or measured last: where the crew is. There is always one. Throws spot-not-found. */
  currentSpot(): string {
    const spotId = this.view.currentSpotId ?? "";
    this.spot(spotId);
    return spotId;
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

/** What the first sample is called until a traverse is planned. */
const unnamedSample = "Sample 1";

interface RecorderParts {
  readonly journal: Journal;
  readonly host: string;
  readonly audience: Audience;
  readonly views: Map<string, SessionView>;
  readonly logs: Logs;
  readonly sampleNames: Set<string>;
  readonly unlock: () => Promise<void>;
}

/** A new session with its view. */
async function begin(
  { journal, host, views }: Pick<RecorderParts, "journal" | "host" | "views">,
  title = `Session ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
): Promise<{ sessionId: string; view: SessionView }> {
  const sessionId = ulid();
  const view = emptyView();
  views.set(sessionId, view);
  await journal.create({ sessionId, title, station: { version: appVersion, host } });
  return { sessionId, view };
}

/** The calibrations that made the event's spectrum. */
function namedBy(event: AppendableEvent): string[] {
  if (event.kind !== "measurement" && event.kind !== "measurement-recorrected") return [];
  return event.corrections.flatMap((correction) =>
    "calibrationId" in correction && correction.calibrationId !== undefined ? [correction.calibrationId] : [],
  );
}

function sessionEnded(): LithoscopeError {
  return new LithoscopeError("session-not-found", "This session has ended; nothing can be added.", "Start a new one.");
}

export function inUse(dataFolder: string): LithoscopeError {
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
