import { z } from "zod";
import { DeviceStatus } from "./device.ts";
import { Problem } from "./errors.ts";
import { JournalLine } from "./journal.ts";
import { MineralEntry } from "./mindb.ts";
import { ModelSummary } from "./model.ts";
import { FileAxisUnit, Spectrum, Technique } from "./spectrum.ts";

const Ulid = z.ulid();
const nothing = z.object({});

export const SessionSummary = z.object({
  sessionId: Ulid,
  title: z.string(),
  openedAt: z.iso.datetime(),
  /** Sequence number of the last line that is safe on disk. */
  headSeq: z.int().nonnegative(),
  state: z.enum(["open", "closed", "altered"]),
});
export type SessionSummary = z.infer<typeof SessionSummary>;

export const Hello = z.object({
  version: z.string(),
  /** New at every start of the station: tells a page that it talks to another process. */
  instanceId: Ulid,
  host: z.enum(["electron", "web"]),
  /** The session that new measurements go to. */
  session: SessionSummary,
  model: ModelSummary,
  catalogue: z.object({ version: z.string(), count: z.int() }),
  /** Credits of the catalogue and of the software's parts. */
  credits: z.array(z.object({ source: z.string(), citation: z.string() })),
  /** Whether the demo instrument can be started here. */
  demoAvailable: z.boolean(),
});
export type Hello = z.infer<typeof Hello>;

/** Progress of the measurement under way; `idle` when there is none. */
export const MeasurementProgress = z.discriminatedUnion("state", [
  z.object({ state: z.literal("idle") }),
  z.object({
    state: z.enum(["dark", "exposing", "identifying", "saving", "stopping"]),
    spotId: Ulid,
    technique: Technique,
    /** Exposures finished and wanted. */
    done: z.int().nonnegative(),
    wanted: z.int().positive(),
    remainingMs: z.number().nonnegative(),
  }),
]);
export type MeasurementProgress = z.infer<typeof MeasurementProgress>;

/** Every request of the station: what goes in, what comes back. Nothing that is not written here can be called. */
export const requests = {
  hello: { input: nothing, output: Hello },
  listSessions: { input: nothing, output: z.array(SessionSummary) },
  /** Lines after `afterSeq` (0: all), at most 200 a call, oldest first. */
  eventsSince: {
    input: z.object({ sessionId: Ulid, afterSeq: z.int().nonnegative() }),
    output: z.object({ lines: z.array(JournalLine), headSeq: z.int().nonnegative() }),
  },
  createSample: { input: z.object({ name: z.string().trim().min(1).max(80) }), output: z.object({ sampleId: Ulid }) },
  createSpot: { input: z.object({ sampleId: Ulid }), output: z.object({ spotId: Ulid, number: z.int() }) },
  /** Measures the spot with the connected instrument; answers when the journal has confirmed the line. */
  measure: { input: z.object({ spotId: Ulid }), output: z.object({ measurementId: Ulid, seq: z.int() }) },
  /** Light off first, then the reading is dropped. */
  cancelMeasurement: { input: nothing, output: nothing },
  /** STOP: light off on every instrument; answers when each has confirmed it, else fails with "light-not-confirmed". */
  stopLight: { input: nothing, output: z.object({ at: z.iso.datetime() }) },
  /** Reads a spectrum file onto the spot; technique and unit answer an earlier "technique-unknown" / "unit-unknown". */
  openFile: {
    input: z.object({
      spotId: Ulid,
      name: z.string().max(255),
      bytes: z.instanceof(Uint8Array),
      technique: Technique.optional(),
      unit: FileAxisUnit.optional(),
    }),
    output: z.object({ measurementId: Ulid, seq: z.int() }),
  },
  /** The measurement's spectrum, computed again from its source. */
  spectrumOf: { input: z.object({ sessionId: Ulid, measurementId: Ulid }), output: Spectrum },
  instruments: { input: nothing, output: z.array(DeviceStatus) },
  /** Starts (or stops) the simulated spectrometer on a pseudo-terminal; `mineral` is what lies under its probe. */
  startDemo: { input: z.object({ mineral: z.string().optional() }), output: nothing },
  stopDemo: { input: nothing, output: nothing },
  /** Catalogue entries from index `from`, at most 250 a call. */
  catalogue: {
    input: z.object({ from: z.int().nonnegative() }),
    output: z.object({ version: z.string(), count: z.int(), entries: z.array(MineralEntry) }),
  },
} as const;
export type Requests = typeof requests;
export type RequestName = keyof Requests;
export type Input<Name extends RequestName> = z.input<Requests[Name]["input"]>;
export type Output<Name extends RequestName> = z.output<Requests[Name]["output"]>;

/** What the station tells without being asked. */
export const events = {
  /** A line that is safe on disk. */
  journal: z.object({ sessionId: Ulid, line: JournalLine }),
  instruments: z.array(DeviceStatus),
  progress: MeasurementProgress,
  /** The trace while exposures come in: mean of the exposures so far, dark subtracted. */
  live: Spectrum,
  /** Something a person should know that no request caused. */
  problem: Problem,
} as const;
export type Events = typeof events;
export type EventName = keyof Events;
export type EventValue<Name extends EventName> = z.output<Events[Name]>;
