import type { SessionSummary } from "../../contract/api.ts";
import type { JournalLine } from "../../contract/journal.ts";
import { emptyHead, type Head, type Projection, projectLines } from "./projection.ts";
import type { Store } from "./schema.ts";

export async function headOf(store: Store, sessionId: string): Promise<Head> {
  const session = await store.sessions.get(sessionId);
  return session ? { seq: session.headSeq, hash: session.headHash } : emptyHead;
}

/** Projects lines into the tables, head included, in one transaction; touches nothing unless they fit. */
export function applyLines(store: Store, sessionId: string, lines: readonly JournalLine[]): Promise<Projection["fit"]> {
  const tables = [store.sessions, store.samples, store.spots, store.measurements, store.notices];
  return store.transaction("rw", tables, async () => {
    const projection = projectLines(sessionId, await headOf(store, sessionId), lines);
    if (projection.fit !== "ok") return projection.fit;
    const { head, opened, samples, spots, measurements, notices } = projection.rows;
    const before = await store.sessions.get(sessionId);
    await store.sessions.put({
      ...(before ?? { sessionId, title: "", openedAt: lines[0]?.at ?? "" }),
      ...opened,
      headSeq: head.seq,
      headHash: head.hash,
    });
    await store.samples.bulkPut(samples);
    await store.spots.bulkPut(spots);
    await store.measurements.bulkPut(measurements);
    await store.notices.bulkPut(notices);
    return "ok";
  });
}

/** Why the journal is not the one that these screens have seen. */
export interface Alarm {
  readonly sessionId: string;
  readonly kind: "shorter" | "differs";
  /** Last line seen here, last line that the journal holds now. */
  readonly seenSeq: number;
  readonly journalSeq: number;
}

/** The part of the station's API that catching up needs. */
export type EventsSince = (sessionId: string, afterSeq: number) => Promise<{ lines: JournalLine[]; headSeq: number }>;

/**
 * Brings the projection of a session to the journal's head. Starts one line early, so that the line at the head is
 * compared with what was seen. Returns the alarm instead if the journal is shorter than, or differs from, what was
 * seen; the tables are then left as they are.
 */
export async function catchUp(
  store: Store,
  { sessionId, headSeq }: Pick<SessionSummary, "sessionId" | "headSeq">,
  eventsSince: EventsSince,
): Promise<Alarm | undefined> {
  let { seq } = await headOf(store, sessionId);
  if (seq > headSeq) return { sessionId, kind: "shorter", seenSeq: seq, journalSeq: headSeq };
  let journalSeq = headSeq;
  for (let after = Math.max(0, seq - 1); after < journalSeq; after = seq) {
    const page = await eventsSince(sessionId, after);
    if (page.lines.length === 0) break;
    journalSeq = page.headSeq;
    if ((await applyLines(store, sessionId, page.lines)) !== "ok") {
      return { sessionId, kind: "differs", seenSeq: seq, journalSeq };
    }
    seq = (await headOf(store, sessionId)).seq;
  }
  return undefined;
}

/**
 * Keeps what was seen of a session under another id and makes room for the journal as it is now. Nothing is deleted;
 * the new id is `<sessionId>/seen-<headSeq>`.
 */
export async function setAside(store: Store, sessionId: string): Promise<void> {
  const tables = [store.sessions, store.samples, store.spots, store.measurements, store.notices] as const;
  await store.transaction("rw", [...tables], async () => {
    const { seq } = await headOf(store, sessionId);
    const aside = `${sessionId}/seen-${seq}`;
    for (const table of [store.samples, store.spots, store.measurements, store.notices]) {
      const rows = await table.where("sessionId").equals(sessionId).toArray();
      await table.where("sessionId").equals(sessionId).delete();
      await (table as { bulkPut(rows: unknown[]): Promise<unknown> }).bulkPut(
        rows.map((row) => ({ ...row, sessionId: aside })),
      );
    }
    const session = await store.sessions.get(sessionId);
    await store.sessions.delete(sessionId);
    if (session) await store.sessions.put({ ...session, sessionId: aside });
  });
}
