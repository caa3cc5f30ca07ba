import type { JournalEvent, JournalLine, Measurement, Recorrection } from "../contract/journal.ts";
import type { Procedure } from "../contract/traverse.ts";

/** What the station needs to know of the active session; a fold over its journal lines. */
export interface SessionView {
  title: string;
  closed: boolean;
  /** What sample ids begin with; undefined before the traverse was planned. */
  site: string | undefined;
  paused: boolean;
  /** Nothing but what the station makes by itself at the start: no plan, no work. */
  untouched: boolean;
  /** UTC of the last line. */
  lastAt: string;
  /** Stop id → name, in the order of creation. */
  stops: Map<string, string>;
  photos: Set<string>;
  procedures: Map<string, Procedure>;
  /** Sample id → name, in the order of creation. */
  samples: Map<string, string>;
  spots: Map<string, { sampleId: string; number: number }>;
  measurements: Map<string, Measurement>;
  /** The spot that was made or measured last. */
  currentSpotId?: string;
  /** Re-corrections by measurement, oldest first. */
  recorrections: Map<string, Recorrection[]>;
  /** Calibrations whose record stands in this session. */
  calibrations: Set<string>;
}

export function emptyView(): SessionView {
  return {
    ...{ title: "", closed: false, site: undefined, paused: false, untouched: true, lastAt: "" },
    ...{ stops: new Map(), photos: new Set(), procedures: new Map() },
    ...{ samples: new Map(), spots: new Map(), measurements: new Map(), recorrections: new Map() },
    calibrations: new Set(),
  };
}

/** Folds one line into the view. */
export function project(view: SessionView, { at, event }: JournalLine): void {
  view.lastAt = at;
  view.untouched &&= isOwn(view, event);
  switch (event.kind) {
    case "traverse-planned":
      view.title = event.title;
      view.site = event.site;
      break;
    case "traverse-paused":
      view.paused = true;
      break;
    case "traverse-resumed":
      view.paused = false;
      break;
    case "stop-made":
      view.stops.set(event.stopId, event.name);
      break;
    case "sample-renamed":
      view.samples.set(event.sampleId, event.name);
      break;
    case "photo-added":
      view.photos.add(event.evidenceId);
      break;
    case "procedure-loaded":
      view.procedures.set(event.procedureId, event.procedure);
      break;
    case "session-opened":
      view.title = event.title;
      break;
    case "sample-created":
      view.samples.set(event.sampleId, event.name);
      break;
    case "spot-created":
      view.spots.set(event.spotId, { sampleId: event.sampleId, number: event.number });
      view.currentSpotId = event.spotId;
      break;
    case "calibration-accepted":
    case "calibration-carried":
      view.calibrations.add(event.calibrationId);
      break;
    case "measurement":
      view.measurements.set(event.measurementId, event);
      view.currentSpotId = event.spotId;
      break;
    case "measurement-recorrected":
      view.recorrections.set(event.measurementId, [...(view.recorrections.get(event.measurementId) ?? []), event]);
      break;
    case "session-closed":
      view.closed = true;
      break;
  }
}

/** Lines that a station writes by itself into a new session, a first sample and spot among them. */
function isOwn(view: SessionView, event: JournalEvent): boolean {
  switch (event.kind) {
    case "session-opened":
    case "head-signed":
    case "torn-tail":
    case "clock-jumped":
    case "instrument-connected":
    case "instrument-lost":
      return true;
    case "sample-created":
      return view.samples.size === 0;
    case "spot-created":
      return view.spots.size === 0;
    default:
      return false;
  }
}

/** The measurements taken on a spot, oldest first. */
export function measurementsOf(view: SessionView, spotId: string): Measurement[] {
  return [...view.measurements.values()].filter((m) => m.spotId === spotId);
}

/** The number that the next spot of a sample gets, from 1. */
export function nextSpotNumber(view: SessionView, sampleId: string): number {
  const numbers = [...view.spots.values()].filter((s) => s.sampleId === sampleId).map((s) => s.number);
  return Math.max(0, ...numbers) + 1;
}

/** The last that was said of each measured spot of a sample, by spot, in the order of the spots. */
export function answersOf(view: SessionView, sampleId: string): Map<string, Measurement["identification"]> {
  const answers = new Map<string, Measurement["identification"]>();
  for (const measurement of view.measurements.values()) {
    if (measurement.sampleId === sampleId) answers.set(measurement.spotId, measurement.identification);
  }
  // A ULID begins with its time: of the answers that were given of a spot, measured or corrected again, the last holds.
  for (const spotId of answers.keys()) {
    const measured = measurementsOf(view, spotId);
    const corrected = measured.flatMap(({ measurementId }) => view.recorrections.get(measurementId) ?? []);
    const last = corrected.sort((a, b) => (a.recorrectionId < b.recorrectionId ? -1 : 1)).at(-1);
    if (last !== undefined && last.recorrectionId > (measured.at(-1)?.measurementId ?? "")) {
      answers.set(spotId, last.identification);
    }
  }
  return answers;
}

/** Whether a file with this SHA-256 became a measurement of the session. */
export function wasMeasured(view: SessionView, sha256: string): boolean {
  return [...view.measurements.values()].some(({ source }) => source.kind === "file" && source.sha256 === sha256);
}
