import { calibrationName } from "../../contract/calibration.ts";
import type { JournalLine } from "../../contract/journal.ts";
import type { TraverseEvent } from "../../contract/traverse.ts";
import type { MeasurementRow, NoticeRow, SampleRow, SessionRow, SpotRow, TraverseRow } from "./schema.ts";

/** The last journal line that a projection holds; before the first line {@link emptyHead}. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}
export const emptyHead: Head = { seq: 0, hash: "0".repeat(64) };

/** The rows that some lines add, and the head after them. */
export interface Projected {
  readonly head: Head;
  /** What the lines say of the session itself. */
  readonly opened: Partial<Pick<SessionRow, "title" | "openedAt">> | undefined;
  readonly samples: SampleRow[];
  readonly spots: SpotRow[];
  readonly measurements: MeasurementRow[];
  readonly notices: NoticeRow[];
  readonly traverse: TraverseRow[];
}

/**
 * ok: the lines follow the head; gap: a line between is missing, ask the station for it; differs: the lines do not hang
 * on what was projected before, so the journal is not the one seen earlier.
 */
export type Projection = { readonly fit: "ok"; readonly rows: Projected } | { readonly fit: "gap" | "differs" };

/**
 * Journal lines, oldest first, as rows. Lines up to the head are skipped; the one at the head must still have the
 * head's hash, and each later one must name the hash of the line before it.
 */
export function projectLines(sessionId: string, head: Head, lines: readonly JournalLine[]): Projection {
  let last = head;
  const rows: Omit<Projected, "head" | "opened"> = {
    samples: [],
    spots: [],
    measurements: [],
    notices: [],
    traverse: [],
  };
  let opened: Projected["opened"];
  for (const line of lines) {
    if (line.seq < last.seq) continue;
    if (line.seq === last.seq) {
      if (line.hash !== last.hash) return { fit: "differs" };
      continue;
    }
    if (line.seq > last.seq + 1) return { fit: "gap" };
    if (line.prev !== last.hash) return { fit: "differs" };
    last = { seq: line.seq, hash: line.hash };
    if (line.event.kind === "session-opened") opened = { title: line.event.title, openedAt: line.at };
    else addRow(rows, sessionId, line);
    if (line.event.kind === "traverse-planned") opened = { ...opened, title: line.event.title };
  }
  return { fit: "ok", rows: { ...rows, head: last, opened } };
}

function addRow(rows: Omit<Projected, "head" | "opened">, sessionId: string, line: JournalLine): void {
  const { seq, at, event } = line;
  const notice = (sentence: string): void => {
    rows.notices.push({ sessionId, seq, at, sentence });
  };
  switch (event.kind) {
    case "sample-created":
      rows.samples.push({
        ...{ sessionId, seq, sampleId: event.sampleId, name: event.name },
        ...(event.stopId !== undefined && { stopId: event.stopId }),
      });
      return;
    case "spot-created":
      rows.spots.push({ sessionId, seq, spotId: event.spotId, sampleId: event.sampleId, number: event.number });
      return;
    case "measurement": {
      const { measurementId, sampleId, spotId, technique, identification, evidence, source, position } = event;
      rows.measurements.push({
        ...{ sessionId, seq, at, measurementId, sampleId, spotId, technique, identification, evidence },
        ...(position && { position }),
        source:
          source.kind === "file"
            ? {
                kind: "file",
                name: source.name,
                format: source.format,
                ...(source.instrument && { instrument: source.instrument }),
              }
            : { kind: "instrument", instrument: source.dark.instrument, exposures: source.readings.length },
      });
      return;
    }
    case "mineral-learned":
      notice(`${event.name} was taught on this tablet.`);
      return;
    case "mineral-forgotten":
      notice("A mineral that was taught is forgotten.");
      return;
    case "calibration-accepted":
      notice(`${calibrationName[event.result.kind]} of ${event.instrument.serialNumber}: ${event.result.sentence}`);
      return;
    case "calibration-overridden":
      notice(`${event.operator} lets an expired calibration be used until ${event.until.slice(11, 16)} UTC.`);
      return;
    case "calibration-withdrawn":
      notice(`${event.operator} ended a calibration before its time.`);
      return;
    case "calibration-refused":
      notice(`${event.signature.operator} refused a calibration of ${event.instrument.serialNumber}.`);
      return;
    case "measurement-recorrected":
      notice(`${event.operator} corrected a measurement again; the earlier correction is kept.`);
      return;
    case "problem":
    case "instrument-lost":
      notice(event.problem.sentence);
      return;
    case "reading-unnamed":
      notice(`A reading was saved without a name. ${event.problem.sentence}`);
      return;
    case "torn-tail":
      notice(
        `A power cut tore the journal's last line. Its ${event.bytes} bytes are kept in ${event.file}; the lines before are whole.`,
      );
      return;
    case "calibration-carried":
    case "session-opened":
    case "instrument-connected":
    case "head-signed":
    case "session-closed":
    // These stand in the journal of a review, which is no session of the field.
    case "truth-set":
    case "truth-withdrawn":
    case "review-noted":
    case "astronaut-said":
    case "crew-named":
    case "session-brought-in":
    case "session-refused":
    case "clock-aligned":
      return;
    default:
      rows.traverse.push({ sessionId, seq, at, event: event satisfies TraverseEvent });
  }
}
