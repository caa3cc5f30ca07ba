import type { JournalEventOf, JournalLine } from "../../contract/journal.ts";

/** A moment in a session's journal, by the tablet's clock. */
export interface Moment {
  readonly sessionId: string;
  readonly seq: number;
  /** UTC by that tablet, ISO 8601. */
  readonly at: string;
}

type Alignment = Omit<JournalEventOf<"clock-aligned">, "kind">;

/**
 * Aligns the clock of one tablet to another's by an event that both recorded, for example all crews pressing MEASURE on the word: what must be added to
 * `other` so that it falls on `reference`, whose own offset is `referenceOffsetMs`.
 */
export function alignByCommonEvent(reference: Moment, referenceOffsetMs: number, other: Moment): Alignment {
  return {
    sessionId: other.sessionId,
    offsetMs: Date.parse(reference.at) + referenceOffsetMs - Date.parse(other.at),
    by: { kind: "common-event", seq: other.seq, referenceSessionId: reference.sessionId, referenceSeq: reference.seq },
  };
}

/** A fix of a satellite receiver: its time and the tablet's when it came in. */
export interface ClockFix {
  readonly receiverAt: string;
  readonly tabletAt: string;
}

/**
 * The fix that a measurement's line tells. It arrived `ageMs` before the measurement began, which the tablet's clock put down with the first
 * reading (of a file: with the line). What is typed in or simulated says nothing of time.
 */
export function clockFixOf({ at, event }: JournalLine): ClockFix | undefined {
  if ((event.kind !== "measurement" && event.kind !== "reading-unnamed") || event.position === undefined)
    return undefined;
  const { fixedAt, ageMs, quality, simulated } = event.position;
  if (simulated || quality === "manual" || quality === "simulated" || quality === "dead-reckoning") return undefined;
  const { source } = event;
  const readings = source.kind === "instrument" ? [source.dark, ...source.readings].map((reading) => reading.at) : [at];
  const beganMs = Math.min(...readings.map((time) => Date.parse(time)));
  return { receiverAt: fixedAt, tabletAt: new Date(beganMs - ageMs).toISOString() };
}

/**
 * Aligns a tablet to satellite time: the median over its fixes of receiver minus tablet time, which one late or wrong fix does not move. Undefined
 * without a fix.
 */
export function alignByGnss(sessionId: string, fixes: readonly ClockFix[]): Alignment | undefined {
  if (fixes.length === 0) return undefined;
  const differences = fixes.map(({ receiverAt, tabletAt }) => Date.parse(receiverAt) - Date.parse(tabletAt));
  const sorted = differences.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return { sessionId, offsetMs: Math.round((low + high) / 2), by: { kind: "gnss", fixes: fixes.length } };
}
