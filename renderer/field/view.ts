import { type AnswerKind, answerKind } from "../../contract/identification.ts";
import { type Technique, techniques } from "../../contract/spectrum.ts";
import { spotWord } from "../display/answer.ts";
import type { MarkName } from "../parts/icons.tsx";
import type { MeasurementRow, NoticeRow, SampleRow, SpotRow } from "../store/schema.ts";
import { type Traverse, traverseOf } from "./traverse/traverse.ts";

/** One session as the store holds it, each list in journal order. */
export interface SessionRows {
  readonly sessionId?: string | undefined;
  readonly samples: readonly SampleRow[];
  readonly spots: readonly SpotRow[];
  readonly measurements: readonly MeasurementRow[];
  readonly notices: readonly NoticeRow[];
  readonly traverse: Traverse;
}

/** A session of which nothing is known yet. */
export const noRows: SessionRows = { samples: [], spots: [], measurements: [], notices: [], traverse: traverseOf([]) };

/** What the person chose to look at; what is absent follows from what was done last. */
export interface Selection {
  readonly sampleId?: string | undefined;
  readonly spotId?: string | undefined;
  readonly technique?: Technique | undefined;
}

export interface SpotView {
  readonly spot: SpotRow;
  readonly word: string;
  readonly mark: MarkName | undefined;
}

export interface FieldView {
  readonly sample: SampleRow | undefined;
  readonly spots: readonly SpotView[];
  readonly spot: SpotRow | undefined;
  /** The spot's latest measurement: it carries the answer for all of its evidence. */
  readonly answer: MeasurementRow | undefined;
  /** The measurement whose spectrum is drawn. */
  readonly plotted: MeasurementRow | undefined;
  /** The technique that "Show …" would change to, if the spot has several. */
  readonly otherTechnique: Technique | undefined;
  /** Where MEASURE goes, in words: "LZ-07, spot 3". */
  readonly target: string;
  /** The stop that a new sample belongs to. */
  readonly stopId: string | undefined;
}

/** The mark beside an answer's word. */
export const answerMark: Record<AnswerKind, MarkName> = {
  named: "good",
  unknown: "unknown",
  undecided: "unknown",
  poor: "look",
};

/** What Field shows of a session, given what the person chose. */
export function fieldView(rows: SessionRows, selection: Selection): FieldView {
  const chosen = rows.spots.find((s) => s.spotId === selection.spotId);
  const sampleId = chosen?.sampleId ?? selection.sampleId;
  const sample = rows.samples.find((s) => s.sampleId === sampleId) ?? rows.samples.at(-1);
  const spotRows = rows.spots.filter((s) => s.sampleId === sample?.sampleId);
  const spot = chosen ?? spotRows.at(-1);
  const latestOf = (spotId: string | undefined) => rows.measurements.findLast((m) => m.spotId === spotId);

  const answer = latestOf(spot?.spotId);
  const ofSpot = rows.measurements.filter((m) => m.spotId === spot?.spotId);
  const plotted = ofSpot.findLast((m) => m.technique === selection.technique) ?? answer;
  const measured = techniques.filter((technique) => ofSpot.some((m) => m.technique === technique));
  const after = plotted ? measured.indexOf(plotted.technique) + 1 : 0;
  const other = measured[after % measured.length];

  return {
    sample,
    spot,
    answer,
    plotted,
    stopId: rows.traverse.stops.at(-1)?.stopId,
    spots: spotRows.map((row) => {
      const latest = latestOf(row.spotId);
      return latest
        ? { spot: row, word: spotWord(latest.identification), mark: answerMark[answerKind(latest.identification)] }
        : { spot: row, word: "Empty", mark: undefined };
    }),
    otherTechnique: other === plotted?.technique ? undefined : other,
    target: `${sample?.name ?? "New sample"}, spot ${spot?.number ?? 1}`,
  };
}

/** Whether any reading behind an answer came from a simulator. */
export const fromSimulator = (rows: readonly MeasurementRow[], answer: MeasurementRow): boolean =>
  rows.some((row) => answer.evidence.includes(row.measurementId) && row.source.instrument?.simulated === true);
