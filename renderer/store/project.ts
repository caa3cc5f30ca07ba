import type { JournalLine } from "../../contract/journal.ts";
import { emptyHead, type Head, type Projection, projectLines } from "./projection.ts";
import type { Store } from "./schema.ts";

export async function headOf(store: Store, sessionId: string): Promise<Head> {
  const session = await store.sessions.get(sessionId);
  return session ? { seq: session.headSeq, hash: session.headHash } : emptyHead;
}

/** The tables that hold rows of sessions. */
const projected = (store: Store) =>
  [store.samples, store.spots, store.measurements, store.notices, store.traverse] as const;

/** Projects lines into the tables, head included, in one transaction; touches nothing unless they fit. */
export function applyLines(store: Store, sessionId: string, lines: readonly JournalLine[]): Promise<Projection["fit"]> {
  const tables = [store.sessions, ...projected(store)];
  return store.transaction("rw", tables, async () => {
    const projection = projectLines(sessionId, await headOf(store, sessionId), lines);
    if (projection.fit !== "ok") return projection.fit;
    if (lines.length === 0) return "ok";
    const { head, opened, samples, spots, measurements, notices, traverse } = projection.rows;
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
    await store.traverse.bulkPut(traverse);
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
export async function catchUp(store: Store, sessionId: string, eventsSince: EventsSince): Promise<Alarm | undefined> {
  for (;;) {
    const { seq } = await headOf(store, sessionId);
    const { lines, headSeq } = await eventsSince(sessionId, Math.max(0, seq - 1));
    const alarm = { sessionId, seenSeq: seq, journalSeq: headSeq };
    if (headSeq < seq) return { ...alarm, kind: "shorter" };
    if ((await applyLines(store, sessionId, lines)) !== "ok") return { ...alarm, kind: "differs" };
    const now = (await headOf(store, sessionId)).seq;
    if (now >= headSeq) return undefined;
    if (now === seq) return { ...alarm, kind: "differs" }; // a journal without its own lines
  }
}

/**
 * Keeps what was seen of a session under another id and makes room for the journal as it is now. Nothing is deleted;
 * the new id is `<sessionId>/seen-<headSeq>`.
 */
export async function setAside(store: Store, sessionId: string): Promise<void> {
  await store.transaction("rw", [store.sessions, ...projected(store)], async () => {
    const { seq } = await headOf(store, sessionId);
    const aside = `${sessionId}/seen-${seq}`;
    for (const table of projected(store)) {
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
