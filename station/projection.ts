import type { JournalLine, Measurement } from "../contract/journal.ts";

/** What the station needs to know of the active session; a fold over its journal lines. */
export interface SessionView {
  title: string;
  closed: boolean;
  /** Sample id → name, in the order of creation. */
  samples: Map<string, string>;
  spots: Map<string, { sampleId: string; number: number }>;
  measurements: Map<string, Measurement>;
}

export function emptyView(): SessionView {
  return { title: "", closed: false, samples: new Map(), spots: new Map(), measurements: new Map() };
}

/** Folds one line into the view. */
export function project(view: SessionView, { event }: JournalLine): void {
  switch (event.kind) {
    case "session-opened":
      view.title = event.title;
      break;
    case "sample-created":
      view.samples.set(event.sampleId, event.name);
      break;
    case "spot-created":
      view.spots.set(event.spotId, { sampleId: event.sampleId, number: event.number });
      break;
    case "measurement":
      view.measurements.set(event.measurementId, event);
      break;
    case "session-closed":
      view.closed = true;
      break;
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
  return answers;
}
