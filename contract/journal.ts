import { z } from "zod";
import { CalibrationKind, CalibrationRecord, Signature } from "./calibration.ts";
import { Problem } from "./errors.ts";
import { Identification } from "./identification.ts";
import { LearnedMineral } from "./learned.ts";
import { Position } from "./position.ts";
import { InstrumentIdentity, InstrumentProfile, Reading } from "./reading.ts";
import { Correction, FileAxisUnit, Technique } from "./spectrum.ts";
import { traverseEvents } from "./traverse.ts";
import { reviewEvents } from "./truth.ts";

const Ulid = z.ulid();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a spectrum came from: enough to compute it again, byte for byte. */
export const MeasurementSource = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("instrument"),
    profile: InstrumentProfile,
    /** Exposures with the light on, in order. */
    readings: z.array(Reading).min(1),
    /** The exposure with the light off and the same settings. */
    dark: Reading,
  }),
  z.object({
    kind: z.literal("file"),
    name: z.string(),
    /** The file itself lies in the session's `files/` folder under this hash. */
    sha256: Sha256,
    bytes: z.int().nonnegative(),
    /** The reader that understood it. */
    format: z.string(),
    technique: Technique,
    /** The axis unit a person gave because the file does not say. */
    unit: FileAxisUnit.optional(),
    /** The instrument that the file came from by itself: a watched folder or a playback. Absent if a person opened it. */
    instrument: InstrumentIdentity.optional(),
  }),
]);
export type MeasurementSource = z.infer<typeof MeasurementSource>;

export const Measurement = z.object({
  measurementId: Ulid,
  sampleId: Ulid,
  spotId: Ulid,
  technique: Technique,
  source: MeasurementSource,
  corrections: z.array(Correction),
  /** Said of the spot: from this measurement and those listed in `evidence`. */
  identification: Identification,
  /** The measurements of the spot that the identification rests on, this one included. */
  evidence: z.array(Ulid).min(1),
  /** Where it was measured; absent without a receiver, without a fix, and in journals before there were receivers. */
  position: Position.optional(),
});
export type Measurement = z.infer<typeof Measurement>;

/** Another way to correct the same readings, and what was said of the spot with it. */
export const Recorrection = z.object({
  recorrectionId: Ulid,
  measurementId: Ulid,
  corrections: z.array(Correction),
  identification: Identification,
  evidence: z.array(Ulid).min(1),
  ...Signature.shape,
});
export type Recorrection = z.infer<typeof Recorrection>;

/** What can stand in a journal line. */
export const JournalEvent = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("session-opened"),
    sessionId: Ulid,
    title: z.string(),
    station: z.object({ version: z.string(), host: z.string() }),
    /** Ed25519 public key of the device, SPKI in PEM. */
    publicKey: z.string(),
  }),
  z.object({
    kind: z.literal("sample-created"),
    sampleId: Ulid,
    name: z.string().min(1).max(80),
    /** Where it was taken; absent before the first stop. */
    stopId: Ulid.optional(),
  }),
  z.object({ kind: z.literal("spot-created"), spotId: Ulid, sampleId: Ulid, number: z.int().positive() }),
  z.object({ kind: z.literal("measurement"), ...Measurement.shape }),
  /** A reading that the model could not name, kept all the same: nothing measured is lost. */
  z.object({
    kind: z.literal("reading-unnamed"),
    ...Measurement.pick({
      measurementId: true,
      sampleId: true,
      spotId: true,
      technique: true,
      source: true,
      position: true,
    }).shape,
    problem: Problem,
  }),
  /** From now on the mineral can be named; what is compared with is computed again from the measurements. */
  z.object({ kind: z.literal("mineral-learned"), ...LearnedMineral.shape }),
  z.object({ kind: z.literal("mineral-forgotten"), learnedId: Ulid }),
  z.object({ kind: z.literal("instrument-connected"), instrument: InstrumentIdentity, profile: InstrumentProfile }),
  z.object({ kind: z.literal("instrument-lost"), instrument: InstrumentIdentity, problem: Problem }),
  /** An operator signed it: from here on its correction is in force for the instrument, in place of an earlier one. */
  z.object({ kind: z.literal("calibration-accepted"), ...CalibrationRecord.shape }),
  /** The record of another session that a line after this one names: a session is whole without the others. */
  z.object({ kind: z.literal("calibration-carried"), ...CalibrationRecord.shape }),
  /** Kept, and never in force. */
  z.object({ kind: z.literal("calibration-refused"), ...CalibrationRecord.shape }),
  /** An operator ended it before its time. */
  z.object({ kind: z.literal("calibration-withdrawn"), calibrationId: Ulid, ...Signature.shape }),
  /** An operator let an expired calibration be used until then. */
  z.object({
    kind: z.literal("calibration-overridden"),
    calibrationId: Ulid,
    calibrationKind: CalibrationKind,
    serialNumber: z.string(),
    until: z.iso.datetime(),
    ...Signature.shape,
  }),
  /** The readings of a measurement corrected again with later calibrations; the measurement's own line stays as it is. */
  z.object({ kind: z.literal("measurement-recorrected"), ...Recorrection.shape }),
  z.object({ kind: z.literal("problem"), problem: Problem }),
  /** A power cut tore the last line; its bytes lie in `file` beside the journal. */
  z.object({ kind: z.literal("torn-tail"), file: z.string(), bytes: z.int().positive(), sha256: Sha256 }),
  /** Signature over the head of the chain before this line (Ed25519, hex). */
  z.object({ kind: z.literal("head-signed"), headSeq: z.int().positive(), headHash: Sha256, signature: z.string() }),
  z.object({ kind: z.literal("session-closed") }),
  ...reviewEvents,
  ...traverseEvents,
]);
export type JournalEvent = z.infer<typeof JournalEvent>;
export type JournalEventOf<Kind extends JournalEvent["kind"]> = Extract<JournalEvent, { kind: Kind }>;

/** One line of the journal. `hash` is the SHA-256 of the line's text before its `,"hash":` part. */
export const JournalLine = z.object({
  seq: z.int().positive(),
  /** Hash of the line before; 64 zeros in line 1. */
  prev: Sha256,
  at: z.iso.datetime(),
  monotonicMs: z.number(),
  event: JournalEvent,
  hash: Sha256,
});
export type JournalLine = z.infer<typeof JournalLine>;
