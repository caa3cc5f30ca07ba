import { z } from "zod";
import { CalibrationKind, CalibrationSummary, CalibrationTrend, CorrectionInForce, Signature } from "./calibration.ts";
import { Context } from "./context.ts";
import { Connection, DeviceStatus, InstrumentsFound, PositionStatus } from "./device.ts";
import { Drift } from "./drift.ts";
import { Problem } from "./errors.ts";
import { ProviderName } from "./identification.ts";
import { JournalLine } from "./journal.ts";
import { LearnedMineral } from "./learned.ts";
import { CatalogueTables, MineralEntry } from "./mindb.ts";
import { ModelSummary } from "./model.ts";
import { CalibrationLive, CalibrationRun, Procedure, StepEntries } from "./procedure.ts";
import { InstrumentProfile } from "./reading.ts";
import { ReferenceComparison } from "./reference.ts";
import { reviewRequests } from "./review.ts";
import { RockAssessment, RockObservations, SpotLook } from "./rock.ts";
import { FileAxisUnit, Spectrum, Technique } from "./spectrum.ts";
import { HandOverProgress, Storage, traverseRequests } from "./traverse.ts";
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
    /** waiting: for the file of an instrument that a person triggers. */
    state: z.enum(["waiting", "dark", "exposing", "identifying", "saving", "stopping"]),
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
  /** Without a name it gets the next id of its traverse. */
  createSample: {
    input: z.object({ name: z.string().trim().min(1).max(80).optional(), stopId: Ulid.optional() }),
    output: z.object({ sampleId: Ulid, name: z.string() }),
  },
  createSpot: { input: z.object({ sampleId: Ulid }), output: z.object({ spotId: Ulid, number: z.int() }) },
  /**
   * Measures the spot with the chosen instruments that are ready, one after the other; answers with the last line when
   * the journal has confirmed all.
   */
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
  /** The measurement's spectrum, computed again from its source; as it was corrected then, or by a later re-correction. */
  spectrumOf: {
    input: z.object({ sessionId: Ulid, measurementId: Ulid, recorrectionId: Ulid.optional() }),
    output: Spectrum,
  },
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
  /** Ports and known instruments. With `ask`, speaks to each port that is free, in the safe order, and answers when done. */
  findInstruments: { input: z.object({ ask: z.boolean() }), output: InstrumentsFound },
  /** Takes charge of an instrument, a receiver, a folder or a playback, now and at each start until it is disconnected. */
  connectInstrument: { input: Connection, output: z.object({ id: z.string() }) },
  /** Light off, port closed; not connected again by itself. `id` as in DeviceStatus, or the receiver's port. */
  disconnectInstrument: { input: z.object({ id: z.string() }), output: nothing },
  /** Tries again now, after a problem that a person has solved. */
  retryInstrument: { input: z.object({ id: z.string() }), output: nothing },
  /** What the operator calls a known instrument, and what it is for. */
  describeInstrument: {
    input: z.object({
      id: z.string(),
      name: z.string().trim().max(80).optional(),
      profile: InstrumentProfile.optional(),
    }),
    output: nothing,
  },
  /** A known instrument that is not connected is forgotten, with its name. */
  forgetInstrument: { input: z.object({ id: z.string() }), output: nothing },
  /**
   * The first of the two steps to light, for an instrument whose status has a `laser`; the second is MEASURE or a step of
   * a calibration. Rejects with "interlock-open", or "device-refused" where nothing is to be armed.
   */
  armLaser: { input: z.object({ id: z.string() }), output: nothing },
  /** Which instruments the next MEASURE uses, in this order. One that is not named here is not used. */
  chooseInstruments: { input: z.object({ ids: z.array(z.string()) }), output: nothing },
  position: { input: nothing, output: PositionStatus },
  /** What the connected instrument can be guided through; all procedures without `instrumentId`. */
  calibrationProcedures: { input: z.object({ instrumentId: z.string().optional() }), output: z.array(Procedure) },
  /** Begins a procedure on a connected instrument. "calibration-running" while another is open. */
  beginCalibration: { input: z.object({ instrumentId: z.string(), procedureId: z.string() }), output: CalibrationRun },
  /**
   * Takes a step, or takes it again: exposes until the step sees that it is done, told as "calibrationLive". Rejects with
   * "standard-not-seen" if the standard does not show within a minute, "cancelled" after cancelMeasurement or STOP.
   */
  takeCalibrationStep: {
    input: z.object({ runId: Ulid, stepId: z.string(), entries: StepEntries.optional() }),
    output: CalibrationRun,
  },
  skipCalibrationStep: { input: z.object({ runId: Ulid, stepId: z.string() }), output: CalibrationRun },
  /** The run under way, for a page that comes back. */
  calibrationRun: { input: nothing, output: z.object({ run: CalibrationRun.optional() }) },
  /** Signs all results of the run; answers when they are safe on disk and in force. "calibration-not-acceptable" if one failed. */
  acceptCalibration: {
    input: z.object({ runId: Ulid, ...Signature.shape }),
    output: z.object({ calibrationIds: z.array(Ulid) }),
  },
  /** Keeps the results as refused; nothing comes into force. */
  refuseCalibration: {
    input: z.object({ runId: Ulid, ...Signature.shape }),
    output: z.object({ calibrationIds: z.array(Ulid) }),
  },
  /** Leaves the run without a record. */
  abandonCalibration: { input: z.object({ runId: Ulid }), output: nothing },
  /** Records of this tablet, newest first, over all its sessions. */
  calibrationHistory: {
    input: z.object({ serialNumber: z.string().optional(), kind: CalibrationKind.optional() }),
    output: z.array(CalibrationSummary),
  },
  /** The record as a page to print: HTML without scripts, styles inside. */
  calibrationPage: { input: z.object({ calibrationId: Ulid }), output: z.object({ html: z.string() }) },
  correctionsInForce: { input: z.object({ serialNumber: z.string() }), output: z.array(CorrectionInForce) },
  calibrationTrend: {
    input: z.object({ serialNumber: z.string(), kind: CalibrationKind }),
    output: CalibrationTrend,
  },
  /** Ends a calibration before its time; the instrument falls back to its own. */
  withdrawCalibration: { input: z.object({ calibrationId: Ulid, ...Signature.shape }), output: nothing },
  /** Lets an expired calibration be used for two hours; stands in the journal. */
  overrideExpired: {
    input: z.object({ calibrationId: Ulid, ...Signature.shape }),
    output: z.object({ until: z.iso.datetime() }),
  },
  /** Corrects a measurement's readings again with what is in force now; old and new are both kept. */
  recorrect: {
    input: z.object({ measurementId: Ulid, ...Signature.shape }),
    output: z.object({ recorrectionId: Ulid, seq: z.int() }),
  },
  /** Starts (or stops) the simulated spectrometer on a pseudo-terminal; `mineral` is what lies under its probe. */
  startDemo: { input: z.object({ mineral: z.string().optional() }), output: nothing },
  stopDemo: { input: nothing, output: nothing },
  /** What can lie under the demo instrument's probe: minerals and standards. */
  demoSpecimens: {
    input: nothing,
    output: z.array(z.object({ name: z.string(), kind: z.enum(["mineral", "standard"]) })),
  },
  /** Puts something else under the demo instrument's probe; the instrument stays connected. */
  placeUnderDemo: { input: z.object({ specimen: z.string() }), output: nothing },
  /** Where the rocks of the next measurements come from; what is saved stays as it is. */
  chooseContext: { input: z.object({ context: Context }), output: nothing },
  ...reviewRequests,
  /** Catalogue entries from index `from`, at most 250 a call. */
  catalogue: {
    input: z.object({ from: z.int().nonnegative() }),
    output: z.object({ version: z.string(), count: z.int(), entries: z.array(MineralEntry) }),
  },
  /** What the catalogue's entries refer to: rocks, diagrams, lines of elements, ways of forming, glossary. */
  catalogueTables: { input: nothing, output: z.object({ version: z.string(), tables: CatalogueTables }) },
  /** The model package's references of a mineral; `measured`: how that measurement fits them, band by band. */
  mineralReference: {
    input: z.object({
      name: z.string().max(200),
      measured: z.object({ sessionId: Ulid, measurementId: Ulid }).optional(),
    }),
    output: ReferenceComparison,
  },
  ...traverseRequests,
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
  /** Ports came or went, or one was asked. */
  found: InstrumentsFound,
  /** The receiver's state changed, or a new position came (at most one a second). */
  position: PositionStatus,
  /** The minerals learned here, after one was learned or forgotten. */
  learned: z.array(LearnedMineral),
  progress: MeasurementProgress,
  /** The calibration under way, after every change. */
  calibration: CalibrationRun,
  calibrationLive: CalibrationLive,
  /** The trace while exposures come in: mean of the exposures so far, dark subtracted. */
  live: Spectrum,
  /** A person has chosen another place. */
  context: z.object({ context: Context }),
  /** Whether the model still fits; told when this changes. */
  drift: Drift,
  /** Another session is the one that new measurements go to. */
  session: SessionSummary,
  /** Told when it changes much, and at the start. */
  storage: Storage,
  /** How many pages show this station, this one included. */
  pages: z.object({ count: z.int().positive() }),
  handOver: HandOverProgress,
  /** Something a person should know that no request caused. */
  problem: Problem,
} as const;
export type Events = typeof events;
export type EventName = keyof Events;
export type EventValue<Name extends EventName> = z.output<Events[Name]>;
