import { basename, join } from "node:path";
import { answerKind } from "../../contract/identification.ts";
import type { JournalEventOf, JournalLine } from "../../contract/journal.ts";
import type {
  ReviewCampaign,
  ReviewEvent,
  ReviewMeasurement,
  ReviewSession,
  ReviewSpot,
} from "../../contract/review.ts";
import { loadPack } from "../../mindb/pack.ts";
import { nodeDisk } from "../journal/disk.ts";
import { lineAgain } from "../journal/lines.ts";
import { eventsFile } from "../journal/recover.ts";
import { scan } from "../journal/scan.ts";
import { fingerprint } from "../keys/ed25519.ts";
import { emptyView, project } from "../projection.ts";
import { limitsOf } from "./limits.ts";
import type { ReviewLog } from "./log.ts";
import { localM } from "./places.ts";
import { scoresOf, verdictOf } from "./scores.ts";

/** A session's lines without their arrays: what a review needs of it, whatever the trainer says. */
export interface LoadedSession {
  readonly sessionId: string;
  readonly title: string;
  readonly tabletKey: string;
  readonly state: ReviewSession["state"];
  readonly lines: readonly JournalLine[];
  readonly samples: ReadonlyMap<string, string>;
  readonly spots: ReadonlyMap<string, { readonly number: number }>;
  /** Whether the journal is still as long as it was. */
  isCurrent(): Promise<boolean>;
  /** The whole line with its arrays, read again. Throws journal-altered if it changed. */
  wholeLine(seq: number): Promise<JournalLine | undefined>;
}

/** Reads a session's genuine lines; undefined for one that has none. */
export async function loadSession(folder: string): Promise<LoadedSession | undefined> {
  const path = join(folder, eventsFile);
  const bytes = await nodeDisk.size(path);
  const lines: JournalLine[] = [];
  const view = emptyView();
  // Measurements lose their arrays at once: a campaign's answers fit in memory, its readings do not.
  const { chain, verdict, starts, end } = await scan(nodeDisk, path, {
    visit: (line) => {
      project(view, line);
      view.measurements.clear();
      lines.push(withoutArrays(line));
    },
  });
  if (chain.session === undefined) return undefined;
  const { sessionId, title, publicKey } = chain.session;
  return {
    ...{ sessionId, title, tabletKey: fingerprint(publicKey), lines, samples: view.samples, spots: view.spots },
    state: verdict.state === "cut" ? "altered" : verdict.state,
    isCurrent: async () => (await nodeDisk.size(path)) === bytes,
    wholeLine: (seq) => lineAgain(nodeDisk, path, { starts, end }, seq),
  };
}

/** All sessions of a review, read from disk, on one clock, with what the trainer said of them. */
export async function readCampaign(folders: readonly string[], log: ReviewLog): Promise<ReviewCampaign> {
  const loaded: LoadedSession[] = [];
  for (const folder of folders) {
    const session = await loadSession(folder);
    if (session !== undefined) loaded.push(session);
  }
  return viewCampaign(loaded, log);
}

/** The same of sessions that are loaded already. */
export function viewCampaign(loaded: readonly LoadedSession[], log: ReviewLog): ReviewCampaign {
  const views = loaded.map((session) => viewSession(session, log));
  const spots = placed(views.flatMap((view) => view.spots));
  const groups = new Map(loadPack().entries.map(({ name, group }) => [name.toLowerCase(), group]));
  const campaign = {
    sessions: views.map(({ session }) => session),
    spots,
    events: views.flatMap(({ events }) => events).sort((a, b) => (a.at < b.at ? -1 : 1)),
    refused: [...log.refused.values()],
    scores: scoresOf(spots, (mineral) => groups.get(mineral.toLowerCase())),
  };
  return { ...campaign, limits: limitsOf(campaign) };
}

/** The spots with their places on one plane. */
function placed(spots: readonly ReviewSpot[]): ReviewSpot[] {
  const positionOf = ({ measurements }: ReviewSpot) => measurements.find((m) => m.position !== undefined)?.position;
  const origin = spots.map(positionOf).find((position) => position !== undefined);
  return spots.map((spot) => {
    const position = positionOf(spot);
    return origin === undefined || position === undefined ? spot : { ...spot, place: localM(origin, position) };
  });
}

function viewSession(loaded: LoadedSession, log: ReviewLog) {
  const { sessionId, title, tabletKey, state, lines } = loaded;
  const offsetMs = log.offsetMsOf(sessionId);
  const aligned = (at: string) => new Date(Date.parse(at) + offsetMs).toISOString();
  const planned = lines.findLast(({ event }) => event.kind === "traverse-planned")?.event;
  const crew = log.crewOf(sessionId) ?? (planned?.kind === "traverse-planned" ? planned.crew.join(", ") : title);
  const session: ReviewSession = {
    ...{ sessionId, title, crew, state, tabletKey, lines: lines.length },
    ...{ firstAt: aligned(lines[0]?.at ?? ""), lastAt: aligned(lines.at(-1)?.at ?? "") },
    clock: { offsetMs, by: log.alignmentOf(sessionId)?.by.kind ?? "none" },
  };
  const bySpot = Map.groupBy(lines.filter(isMeasured), ({ event }) => event.spotId);
  const spots = [...bySpot].map(([spotId, measured]): ReviewSpot => {
    const { sampleId } = measured[0]?.event ?? { sampleId: "" };
    const target = { sessionId, sampleId, spotId };
    const measurements = measured.map((line) => measurementOf(line, aligned(line.at)));
    const said = measurements.findLast((m) => m.identification !== undefined)?.identification;
    const truth = log.truthOf(target);
    const called = lines.findLast(({ event }) => event.kind === "mineral-said" && event.spotId === spotId)?.event;
    const opinion = log.opinionOf(target) ?? (called?.kind === "mineral-said" ? called : undefined);
    const spot: Omit<ReviewSpot, "verdict"> = {
      ...{ target, crew, measurements },
      sampleName: loaded.samples.get(sampleId) ?? "",
      number: loaded.spots.get(spotId)?.number ?? 0,
      answer: said === undefined ? "unnamed" : answerKind(said),
      ...(truth && { truth: { ...truth.truth, blind: truth.blind, by: truth.by } }),
      ...(opinion && {
        opinion: {
          name: opinion.name,
          ...("confidence" in opinion && opinion.confidence !== undefined && { confidence: opinion.confidence }),
        },
      }),
      notes: log.notesOf(target).map(({ text, by, at }) => ({ text, by, at })),
    };
    const judged = verdictOf(spot);
    return { ...spot, ...(judged && { verdict: judged }) };
  });
  const events = lines.flatMap(({ seq, at, event }): ReviewEvent[] => {
    const sentence = sentenceOf(event);
    return sentence === undefined ? [] : [{ sessionId, seq, at: aligned(at), sentence }];
  });
  return { session, spots, events };
}

type Measured = JournalEventOf<"measurement"> | JournalEventOf<"reading-unnamed">;
type MeasuredLine = JournalLine & { readonly event: Measured };

const isMeasured = (line: JournalLine): line is MeasuredLine =>
  line.event.kind === "measurement" || line.event.kind === "reading-unnamed";

function withoutArrays(line: JournalLine): JournalLine {
  const { event } = line;
  if ((event.kind !== "measurement" && event.kind !== "reading-unnamed") || event.source.kind !== "instrument")
    return line;
  const { source } = event;
  const bare = <R extends { counts: unknown }>(reading: R): R => ({ ...reading, counts: new Uint16Array() });
  const readings = source.readings.slice(0, 1).map(bare);
  return { ...line, event: { ...event, source: { ...source, readings, dark: bare(source.dark) } } };
}

function measurementOf({ seq, event }: MeasuredLine, at: string): ReviewMeasurement {
  const { measurementId, technique, source, position } = event;
  const instrument = source.kind === "instrument" ? source.readings[0]?.instrument : source.instrument;
  return {
    ...{ measurementId, seq, at, technique },
    simulated: instrument?.simulated ?? false,
    source: source.kind === "file" ? basename(source.name) : `${instrument?.model} ${instrument?.serialNumber}`,
    ...(position && { position }),
    ...(event.kind === "measurement" && { identification: event.identification }),
  };
}

/** What the timeline tells of an event that is no measurement; undefined for those that say nothing to a trainer. */
function sentenceOf(event: JournalLine["event"]): string | undefined {
  switch (event.kind) {
    case "sample-created":
      return `Sample ${event.name}.`;
    case "instrument-connected":
      return `${event.instrument.model} ${event.instrument.serialNumber} connected.`;
    case "instrument-lost":
    case "problem":
      return event.problem.sentence;
    case "torn-tail":
      return `A power cut tore the last write (${event.bytes} bytes).`;
    case "mineral-learned":
      return `${event.name} was taught from a measurement.`;
    case "session-closed":
      return "The session was closed.";
    default:
      return undefined;
  }
}
