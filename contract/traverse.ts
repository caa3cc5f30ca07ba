import { z } from "zod";
import { Position } from "./position.ts";

const Ulid = z.ulid();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const words = (most: number) => z.string().trim().min(1).max(most);

/** Who goes where, and what for. */
export const TraversePlan = z.object({
  title: words(80),
  /** What the ids of its samples begin with: "LZ". */
  site: z
    .string()
    .trim()
    .regex(/^[A-Z][A-Z0-9]{0,7}$/),
  crew: z.array(words(40)).max(8),
  plan: z.string().trim().max(2000),
});
export type TraversePlan = z.infer<typeof TraversePlan>;

/** The id of a site's sample: site, UTC date, number, as "LZ-261127-03"; the lowest number above all that are taken. */
export function sampleIdFor(site: string, at: Date, taken: Iterable<string>): string {
  const prefix = `${site}-${at.toISOString().slice(2, 10).replaceAll("-", "")}-`;
  let last = 0;
  for (const name of taken) {
    const number = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (Number.isInteger(number)) last = Math.max(last, number);
  }
  return `${prefix}${String(last + 1).padStart(2, "0")}`;
}

/** Metres on the traverse's own grid: its origin is the base or the lander. */
export const GridPoint = z.object({ eastM: z.number(), northM: z.number() });
export type GridPoint = z.infer<typeof GridPoint>;

/** A file beside the journal, in the session's `files/` under its hash. `type` is its media type. */
export const EvidenceFile = z.object({ sha256: Sha256, bytes: z.int().positive(), type: z.string().max(100) });
export type EvidenceFile = z.infer<typeof EvidenceFile>;

/** What a photo, a voice note or a text belongs to; at least the traverse. */
export const EvidenceTarget = z.object({
  stopId: Ulid.optional(),
  sampleId: Ulid.optional(),
  spotId: Ulid.optional(),
});
export type EvidenceTarget = z.infer<typeof EvidenceTarget>;

/** piece-of: it was broken off the other one; same-outcrop: both come from one rock face. */
export const SampleRelation = z.enum(["piece-of", "same-outcrop"]);
export type SampleRelation = z.infer<typeof SampleRelation>;

/** A short checklist that a trainer wrote. */
export const Procedure = z.object({
  format: z.literal("lithoscope-procedure/1"),
  title: words(80),
  steps: z.array(words(200)).min(1).max(40),
});
export type Procedure = z.infer<typeof Procedure>;

/** Where the corners of a picture lie on the grid; north is up in it. */
export const PictureFrame = z.object({ west: z.number(), south: z.number(), east: z.number(), north: z.number() });
export type PictureFrame = z.infer<typeof PictureFrame>;

/**
 * A background of the map. geojson: the file's coordinates are east and north in metres on the grid, or longitude and
 * latitude about `origin`.
 */
export const MapLayer = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("geojson"),
    /** The place that lies at the grid's origin, degrees; absent if the file is in metres on the grid. */
    origin: z.object({ longitude: z.number(), latitude: z.number() }).optional(),
  }),
  z.object({ kind: z.literal("picture"), frame: PictureFrame }),
]);
export type MapLayer = z.infer<typeof MapLayer>;

/** What a traverse adds to the journal. */
export const traverseEvents = [
  z.object({ kind: z.literal("traverse-planned"), ...TraversePlan.shape }),
  z.object({ kind: z.literal("traverse-paused") }),
  z.object({ kind: z.literal("traverse-resumed") }),
  /** `place`: as a person gave it; `position`: as the receiver did. */
  z.object({
    kind: z.literal("stop-made"),
    stopId: Ulid,
    name: words(40),
    place: GridPoint.optional(),
    position: Position.optional(),
  }),
  z.object({ kind: z.literal("sample-renamed"), sampleId: Ulid, name: words(80) }),
  z.object({ kind: z.literal("sample-bagged"), sampleId: Ulid, bag: words(40) }),
  z.object({ kind: z.literal("samples-related"), sampleId: Ulid, relation: SampleRelation, toSampleId: Ulid }),
  /** `sketchOf`: drawn on that photo, which stays as it was. */
  z.object({
    kind: z.literal("photo-added"),
    evidenceId: Ulid,
    target: EvidenceTarget,
    file: EvidenceFile,
    sketchOf: Ulid.optional(),
  }),
  z.object({
    kind: z.literal("voice-added"),
    evidenceId: Ulid,
    target: EvidenceTarget,
    file: EvidenceFile,
    durationMs: z.number().nonnegative(),
  }),
  z.object({ kind: z.literal("note-added"), evidenceId: Ulid, target: EvidenceTarget, text: words(2000) }),
  /** The astronaut's own call, kept beside the machine's. `measurementId`: the answer that stood on the screen. */
  z.object({
    kind: z.literal("mineral-said"),
    sampleId: Ulid,
    spotId: Ulid,
    measurementId: Ulid.optional(),
    name: words(80),
  }),
  z.object({ kind: z.literal("procedure-loaded"), procedureId: Ulid, procedure: Procedure }),
  /** `step` from 0. */
  z.object({ kind: z.literal("procedure-ticked"), procedureId: Ulid, step: z.int().nonnegative(), done: z.boolean() }),
  z.object({ kind: z.literal("map-added"), mapId: Ulid, name: words(255), file: EvidenceFile, layer: MapLayer }),
  /** The wall clock left the monotonic one by `byMs`; ahead also when the tablet slept. */
  z.object({ kind: z.literal("clock-jumped"), byMs: z.number() }),
  /** Copied, and every file read back and compared by hash there. `place` is the folder's name. */
  z.object({
    kind: z.literal("handed-over"),
    place: z.string().max(255),
    sessions: z.int().positive(),
    files: z.int().positive(),
    bytes: z.int().positive(),
  }),
] as const;
export const TraverseEvent = z.discriminatedUnion("kind", traverseEvents);
export type TraverseEvent = z.infer<typeof TraverseEvent>;

/** The room that is left for the journal. */
export const Storage = z.object({ freeBytes: z.number().nonnegative(), totalBytes: z.number().nonnegative() });
export type Storage = z.infer<typeof Storage>;

/** A folder that sessions can be handed over to. */
export const HandOverPlace = z.object({
  path: z.string(),
  name: z.string(),
  freeBytes: z.number().nonnegative(),
  /** It leaves the tablet: a stick or a card. */
  removable: z.boolean(),
});
export type HandOverPlace = z.infer<typeof HandOverPlace>;

/** How far a hand over is; told while it runs. */
export const HandOverProgress = z.object({
  step: z.enum(["copying", "checking"]),
  bytesDone: z.number().nonnegative(),
  bytes: z.number().nonnegative(),
});
export type HandOverProgress = z.infer<typeof HandOverProgress>;

/** Every file lies on the stick and was read back from it. */
export const HandedOver = z.object({
  folder: z.string(),
  sessions: z.int().positive(),
  files: z.int().positive(),
  bytes: z.int().positive(),
});
export type HandedOver = z.infer<typeof HandedOver>;

const nothing = z.object({});
const saved = z.object({ seq: z.int() });
const bytes = z.instanceof(Uint8Array);
const sessionId = Ulid;
const mostPlanBytes = 64 * 1024 * 1024;

/** What pages can ask about a traverse. Each answers when the journal has confirmed the line. */
export const traverseRequests = {
  /** Begins a session of its own, with a first sample; the one before is paused. An untouched one is taken instead. */
  startTraverse: { input: TraversePlan, output: z.object({ sessionId }) },
  pauseTraverse: { input: nothing, output: saved },
  /** Goes on in that session; the one that was open is paused. */
  resumeTraverse: { input: z.object({ sessionId }), output: z.object({ sessionId }) },
  makeStop: {
    input: z.object({ name: words(40).optional(), place: GridPoint.optional() }),
    output: z.object({ stopId: Ulid, name: z.string() }),
  },
  renameSample: { input: z.object({ sampleId: Ulid, name: words(80) }), output: saved },
  bagSample: { input: z.object({ sampleId: Ulid, bag: words(40) }), output: saved },
  relateSamples: {
    input: z.object({ sampleId: Ulid, relation: SampleRelation, toSampleId: Ulid }),
    output: saved,
  },
  addPhoto: {
    input: z.object({ target: EvidenceTarget, bytes, type: z.string().max(100), sketchOf: Ulid.optional() }),
    output: z.object({ evidenceId: Ulid, seq: z.int() }),
  },
  addVoice: {
    input: z.object({ target: EvidenceTarget, bytes, type: z.string().max(100), durationMs: z.number().nonnegative() }),
    output: z.object({ evidenceId: Ulid, seq: z.int() }),
  },
  addNote: {
    input: z.object({ target: EvidenceTarget, text: words(2000) }),
    output: z.object({ evidenceId: Ulid, seq: z.int() }),
  },
  sayMineral: {
    input: z.object({ spotId: Ulid, measurementId: Ulid.optional(), name: words(80) }),
    output: saved,
  },
  /** The bytes of a photo, a voice note or a map of a session. */
  evidenceFile: { input: z.object({ sessionId, sha256: Sha256 }), output: z.object({ bytes }) },
  loadProcedure: {
    input: z.object({ name: z.string().max(255), bytes: bytes.refine((b) => b.length <= 100_000) }),
    output: z.object({ procedureId: Ulid }),
  },
  tickStep: {
    input: z.object({ procedureId: Ulid, step: z.int().nonnegative(), done: z.boolean() }),
    output: saved,
  },
  addMap: {
    input: z.object({
      name: z.string().max(255),
      bytes: bytes.refine((b) => b.length <= mostPlanBytes),
      type: z.string().max(100),
      layer: MapLayer,
    }),
    output: z.object({ mapId: Ulid }),
  },
  /** Sticks and cards that are plugged in. */
  handOverPlaces: { input: nothing, output: z.array(HandOverPlace) },
  /** Copies the sessions into a folder and reads every file back; answers when each has the hash that it should have. */
  handOver: {
    input: z.object({ sessionIds: z.array(sessionId).min(1), folder: z.string().min(1) }),
    output: HandedOver,
  },
} as const;
