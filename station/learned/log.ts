import type { JournalLine } from "../../contract/journal.ts";
import type { LearnedMineral } from "../../contract/learned.ts";

/** What was learned, and the session whose journal says so. */
export interface Learned extends LearnedMineral {
  readonly sessionId: string;
}

/** What a data folder's journals say of learning: a fold over the lines of all sessions, in any order, also repeated. */
export class LearnedLog {
  readonly #learned = new Map<string, Learned>();
  readonly #forgotten = new Set<string>();
  /** Session and measurement → number of its line. */
  readonly #measured = new Map<string, number>();

  see(sessionId: string, { seq, event }: JournalLine): void {
    if (event.kind === "measurement") this.#measured.set(`${sessionId} ${event.measurementId}`, seq);
    if (event.kind === "mineral-forgotten") this.#forgotten.add(event.learnedId);
    if (event.kind !== "mineral-learned") return;
    const { kind: _, ...learned } = event;
    this.#learned.set(learned.learnedId, { ...learned, sessionId });
  }

  /** What was learned and not forgotten, oldest first: a ULID begins with its time. */
  standing(): Learned[] {
    return [...this.#learned.values()]
      .filter(({ learnedId }) => !this.#forgotten.has(learnedId))
      .sort((a, b) => (a.learnedId < b.learnedId ? -1 : 1));
  }

  /** The journal line of a measurement, from 1. */
  lineOf(sessionId: string, measurementId: string): number | undefined {
    return this.#measured.get(`${sessionId} ${measurementId}`);
  }
}
