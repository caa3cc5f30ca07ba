import { join } from "node:path";
import { LithoscopeError } from "../../contract/errors.ts";
import type { ExportedMeasurement } from "../../contract/exported.ts";
import { nodeDisk } from "../journal/disk.ts";
import { journalAltered } from "../journal/problems.ts";
import { eventsFile } from "../journal/recover.ts";
import { verifySession } from "../journal/verify.ts";
import { findSessions } from "../review/bringIn.ts";
import { ReviewLog } from "../review/log.ts";
import { contextOf, readReview } from "../review/store.ts";
import type { SessionToWrite } from "./dataset.ts";
import { isExport, type ReadableFormat, readDataset } from "./readDataset.ts";
import { measurementsOfSession } from "./session.ts";

/**
 * The sessions of a folder, ready to be written, oldest first: a review folder with what the trainer said; an earlier export, from its tables; else any folder that
 * holds sessions. Each journal is verified first. Throws journal-altered, session-not-found, export-invalid.
 */
export async function sessionsToWrite(
  folder: string,
  campaign: string,
  readFrom?: ReadableFormat,
): Promise<SessionToWrite[]> {
  if (await isExport(folder)) return fromExport(folder, readFrom);
  const isReview = (await nodeDisk.size(join(folder, "sessions"))) !== undefined;
  const { sessions, log } = isReview
    ? await readReview(folder)
    : { sessions: await findSessions(folder), log: new ReviewLog() };
  const all: SessionToWrite[] = [];
  for (const session of sessions) all.push(await fromJournal(session, log, campaign));
  return all.sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
}

async function fromJournal(folder: string, log: ReviewLog, campaign: string): Promise<SessionToWrite> {
  const { state, firstBadLine, sentence, sessionId, title, keyFingerprint } = await verifySession(folder);
  if (firstBadLine !== undefined) throw journalAltered(firstBadLine, "was changed after it was written");
  if ((state !== "intact" && state !== "torn") || sessionId === undefined)
    throw new LithoscopeError(
      "journal-altered",
      `${join(folder, eventsFile)}: ${sentence}`,
      "Use another copy of the session.",
    );
  const context = contextOf(log, sessionId, campaign);
  return {
    ...{ sessionId, title: title ?? "", crew: context.crew ?? title ?? "", tabletKey: keyFingerprint ?? "" },
    measurements: measurementsOfSession(nodeDisk, folder, context),
    journalFolder: folder,
  };
}

async function fromExport(folder: string, readFrom: ReadableFormat | undefined): Promise<SessionToWrite[]> {
  const bySession = Map.groupBy(await readDataset(folder, readFrom), ({ session_id }) => session_id);
  const sessions = [...bySession].map(([sessionId, rows]): SessionToWrite => {
    const [first] = rows;
    const {
      session_title: title = "",
      crew = "",
      tablet_key: tabletKey = "",
    } = first ?? ({} as Partial<ExportedMeasurement>);
    return { sessionId, title, crew, tabletKey, measurements: rows };
  });
  return sessions.sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
}
