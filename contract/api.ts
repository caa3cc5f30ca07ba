import { z } from "zod";
import { Context } from "./context.ts";
import { DeviceStatus } from "./device.ts";
import { Drift } from "./drift.ts";
import { Problem } from "./errors.ts";
import { ProviderName } from "./identification.ts";
import { JournalLine } from "./journal.ts";
import { LearnedMineral } from "./learned.ts";
import { MineralEntry } from "./mindb.ts";
import { ModelSummary } from "./model.ts";
import { RockAssessment, RockObservations, SpotLook } from "./rock.ts";
import { FileAxisUnit, Spectrum, Technique } from "./spectrum.ts";
import { Carried } from "./why.ts";

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
  /** Why `model` is the shipped one although another is active. */
  modelFallback: Problem.optional(),
  drift: Drift,
  catalogue: z.object({ version: z.string(), count: z.int() }),
  /** Credits of the catalogue and of the software's parts. */
  credits: z.array(z.object({ source: z.string(), citation: z.string() })),
  /** Whether the demo instrument can be started here. */
  demoAvailable: z.boolean(),
  /** Where the rocks come from, as a person has chosen; absent where the station cannot use it. */
  context: Context.optional(),
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
  /**
   * Which parts of the spectra carried the decision between the first two names of the measurement's answer, asked of the
   * model in use; absent where the answer has one name, or the model does not know both.
   */
  carriedOf: {
    input: z.object({ sessionId: Ulid, measurementId: Ulid }),
    output: z.object({ carried: Carried.optional() }),
  },
  /** Teaches the mineral that this measurement shows, from all good Raman spectra that its answer rests on. */
  learnMineral: { input: z.object({ measurementId: Ulid, name: z.string().max(1000) }), output: LearnedMineral },
  forgetMineral: { input: z.object({ learnedId: Ulid }), output: nothing },
  /** What was learned in this data folder and not forgotten, oldest first. */
  learnedMinerals: { input: nothing, output: z.array(LearnedMineral) },
  /**
   * Modal mineralogy and rock names from the last identification of each measured spot of the sample. `looks` tells, by
   * spot, what the eye saw there; nothing of it is written down.
   */
  sampleRock: {
    input: z.object({
      sampleId: Ulid,
      observations: RockObservations.optional(),
      looks: z.record(Ulid, SpotLook).optional(),
    }),
    output: RockAssessment,
  },
  /**
   * Tries in processes of their own whether a graphics processor runs the model faster and answers the same; minutes at
   * worst. What is found holds from the next start on.
   */
  tryProviders: { input: nothing, output: z.object({ provider: ProviderName, reason: z.string() }) },
  instruments: { input: nothing, output: z.array(DeviceStatus) },
  /** Starts (or stops) the simulated spectrometer on a pseudo-terminal; `mineral` is what lies under its probe. */
  startDemo: { input: z.object({ mineral: z.string().optional() }), output: nothing },
  stopDemo: { input: nothing, output: nothing },
  /** Where the rocks of the next measurements come from; what is saved stays as it is. */
  chooseContext: { input: z.object({ context: Context }), output: nothing },
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
  /** The minerals learned here, after one was learned or forgotten. */
  learned: z.array(LearnedMineral),
  progress: MeasurementProgress,
  /** The trace while exposures come in: mean of the exposures so far, dark subtracted. */
  live: Spectrum,
  /** A person has chosen another place. */
  context: z.object({ context: Context }),
  /** Whether the model still fits; told when this changes. */
  drift: Drift,
  /** Something a person should know that no request caused. */
  problem: Problem,
} as const;
export type Events = typeof events;
export type EventName = keyof Events;
export type EventValue<Name extends EventName> = z.output<Events[Name]>;
