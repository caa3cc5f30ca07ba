import type { Position } from "../../../contract/position.ts";
import type {
  EvidenceFile,
  EvidenceTarget,
  GridPoint,
  MapLayer,
  Procedure,
  SampleRelation,
  TraversePlan,
} from "../../../contract/traverse.ts";
import type { SampleRow, TraverseRow } from "../../store/schema.ts";

export interface Stop {
  readonly stopId: string;
  readonly name: string;
  readonly at: string;
  readonly place: GridPoint | undefined;
  readonly position: Position | undefined;
}

interface EvidenceOf {
  readonly evidenceId: string;
  readonly seq: number;
  readonly at: string;
  readonly target: EvidenceTarget;
}
/** A photo, a voice note or a text, as the journal names it. */
export type Evidence =
  | (EvidenceOf & { readonly kind: "photo"; readonly file: EvidenceFile; readonly sketchOf: string | undefined })
  | (EvidenceOf & { readonly kind: "voice"; readonly file: EvidenceFile; readonly durationMs: number })
  | (EvidenceOf & { readonly kind: "note"; readonly text: string });

/** What the astronaut said of a spot. */
export interface Said {
  readonly name: string;
  readonly at: string;
}

export interface Relation {
  readonly sampleId: string;
  readonly relation: SampleRelation;
  readonly toSampleId: string;
}

export interface Checklist {
  readonly procedureId: string;
  readonly procedure: Procedure;
  /** When each step was ticked off; undefined: open. */
  readonly ticked: readonly (string | undefined)[];
}

export interface MapOf {
  readonly mapId: string;
  readonly name: string;
  readonly file: EvidenceFile;
  readonly layer: MapLayer;
}

/** A traverse as its journal tells it. */
export interface Traverse {
  readonly plan: TraversePlan | undefined;
  readonly paused: boolean;
  readonly stops: readonly Stop[];
  /** Sample → its name now. */
  readonly names: ReadonlyMap<string, string>;
  readonly bags: ReadonlyMap<string, string>;
  readonly relations: readonly Relation[];
  /** Newest last. */
  readonly evidence: readonly Evidence[];
  /** Spot → the astronaut's last word. */
  readonly said: ReadonlyMap<string, Said>;
  readonly checklists: readonly Checklist[];
  readonly maps: readonly MapOf[];
  readonly handedOver: { readonly at: string; readonly place: string; readonly sessions: number } | undefined;
  readonly clockJump: { readonly at: string; readonly byMs: number } | undefined;
}

/** Folds the rows of one session, oldest first. */
export function traverseOf(rows: readonly TraverseRow[]): Traverse {
  let plan: Traverse["plan"];
  let paused = false;
  let handedOver: Traverse["handedOver"];
  let clockJump: Traverse["clockJump"];
  const stops: Stop[] = [];
  const names = new Map<string, string>();
  const bags = new Map<string, string>();
  const relations: Relation[] = [];
  const evidence: Evidence[] = [];
  const said = new Map<string, Said>();
  const checklists = new Map<string, Checklist>();
  const maps: MapOf[] = [];
  for (const { seq, at, event } of rows) {
    switch (event.kind) {
      case "traverse-planned": {
        const { kind: _, ...planned } = event;
        plan = planned;
        break;
      }
      case "traverse-paused":
        paused = true;
        break;
      case "traverse-resumed":
        paused = false;
        break;
      case "stop-made":
        stops.push({ stopId: event.stopId, name: event.name, at, place: event.place, position: event.position });
        break;
      case "sample-renamed":
        names.set(event.sampleId, event.name);
        break;
      case "sample-bagged":
        bags.set(event.sampleId, event.bag);
        break;
      case "samples-related":
        relations.push({ sampleId: event.sampleId, relation: event.relation, toSampleId: event.toSampleId });
        break;
      case "photo-added": {
        const { evidenceId, target, file, sketchOf } = event;
        evidence.push({ kind: "photo", evidenceId, seq, at, target, file, sketchOf });
        break;
      }
      case "voice-added": {
        const { evidenceId, target, file, durationMs } = event;
        evidence.push({ kind: "voice", evidenceId, seq, at, target, file, durationMs });
        break;
      }
      case "note-added": {
        const { evidenceId, target, text } = event;
        evidence.push({ kind: "note", evidenceId, seq, at, target, text });
        break;
      }
      case "mineral-said":
        said.set(event.spotId, { name: event.name, at });
        break;
      case "procedure-loaded":
        checklists.set(event.procedureId, {
          procedureId: event.procedureId,
          procedure: event.procedure,
          ticked: event.procedure.steps.map(() => undefined),
        });
        break;
      case "procedure-ticked": {
        const list = checklists.get(event.procedureId);
        if (!list) break;
        const ticked = list.ticked.map((before, i) => (i === event.step ? (event.done ? at : undefined) : before));
        checklists.set(event.procedureId, { ...list, ticked });
        break;
      }
      case "map-added":
        maps.push({ mapId: event.mapId, name: event.name, file: event.file, layer: event.layer });
        break;
      case "clock-jumped":
        clockJump = { at, byMs: event.byMs };
        break;
      case "handed-over":
        handedOver = { at, place: event.place, sessions: event.sessions };
        break;
    }
  }
  return {
    ...{ plan, paused, stops, names, bags, relations, evidence, said, maps, handedOver, clockJump },
    checklists: [...checklists.values()],
  };
}

/** Samples under the names that they have now. */
export const renamed = (samples: readonly SampleRow[], { names }: Traverse): SampleRow[] =>
  samples.map((sample) => ({ ...sample, name: names.get(sample.sampleId) ?? sample.name }));

/** Evidence that belongs to the sample or to one of its spots. */
export const evidenceOfSample = (
  { evidence }: Traverse,
  sampleId: string,
  spotIds: readonly string[],
): readonly Evidence[] =>
  evidence.filter(
    ({ target }) => target.sampleId === sampleId || (target.spotId !== undefined && spotIds.includes(target.spotId)),
  );

const relationWords: Record<SampleRelation, string> = {
  "piece-of": "piece of",
  "same-outcrop": "from the same outcrop as",
};

/** "piece of LZ-261127-02", seen from either sample. */
export function relationLines(
  { relations }: Traverse,
  sampleId: string,
  nameOf: (sampleId: string) => string,
): string[] {
  return relations.flatMap(({ sampleId: from, relation, toSampleId: to }) => {
    if (from === sampleId) return [`${relationWords[relation]} ${nameOf(to)}`];
    if (to !== sampleId) return [];
    return [
      relation === "piece-of" ? `${nameOf(from)} is a piece of it` : `${relationWords[relation]} ${nameOf(from)}`,
    ];
  });
}

/** How far the clock moved, in words: "2 h ahead", "3 min back". */
export function jumpWords(byMs: number): string {
  const minutes = Math.abs(byMs) / 60_000;
  const far =
    minutes < 1
      ? `${Math.round(Math.abs(byMs) / 1000)}\u00a0s`
      : minutes < 120
        ? `${Math.round(minutes)}\u00a0min`
        : `${Math.round(minutes / 60)}\u00a0h`;
  return `${far} ${byMs > 0 ? "ahead" : "back"}`;
}
