import { createHash } from "node:crypto";
import { ulid } from "ulid";
import type { MeasurementProgress } from "../contract/api.ts";
import type { Signature } from "../contract/calibration.ts";
import { LithoscopeError, toProblem } from "../contract/errors.ts";
import type { Identification } from "../contract/identification.ts";
import type { MeasurementSource } from "../contract/journal.ts";
import type { Position } from "../contract/position.ts";
import type { InstrumentIdentity } from "../contract/reading.ts";
import { type FileAxisUnit, type Spectrum, type Technique, techniqueName } from "../contract/spectrum.ts";
import { calibrate } from "../devices/calibrate.ts";
import type { Instrument } from "../devices/instrument.ts";
import type { GivenFile } from "../devices/source.ts";
import type { Model } from "../inference/model.ts";
import { readSpectrumFile } from "../spectra/files/read.ts";
import type { Audience } from "./audience.ts";
import type { DriftWatch } from "./driftWatch.ts";
import type { Owner } from "./instruments/held.ts";
import { measurementsOf } from "./projection.ts";
import { Queue } from "./queue.ts";
import type { Reasons } from "./reasons.ts";
import type { Recorder } from "./recorder.ts";
import { measurementNotFound, type SpectrumSource } from "./spectra.ts";

/** Exposures of one measurement: averaging 8 lowers the noise by √8, and a cosmic ray stands out among them. */
export const exposuresWanted = 8;

type TellProgress = (state: Exclude<MeasurementProgress["state"], "idle">, done: number, remainingMs: number) => void;

/** What came onto a spot, before it is identified and recorded. */
interface Taken {
  spotId: string;
  source: MeasurementSource;
  spectrum: Spectrum;
  /** The file that the source names, to be stored before the line. */
  file?: Uint8Array;
  /** Where the tablet was when it was taken. */
  position?: Position | undefined;
}

/** From MEASURE or a file to a line that is safe on disk: acquire → calibrate → identify → append → event. */
export class Measuring {
  readonly #model: Model;
  readonly #reasons: Reasons;
  readonly #recorder: Recorder;
  readonly #spectra: SpectrumSource;
  readonly #audience: Audience;
  readonly #drift: DriftWatch | undefined;
  readonly #position: () => Position | undefined;
  /** Each answer rests on all that was saved on its spot before, so they are made and saved one after the other. */
  readonly #recording = new Queue();
  #running: { stop: AbortController; ended: Promise<void> } | undefined;

  constructor(parts: {
    model: Model;
    reasons: Reasons;
    recorder: Recorder;
    spectra: SpectrumSource;
    audience: Audience;
    /** Absent in the terminal, where nobody watches. */
    drift?: DriftWatch;
    /** Where the tablet is now; absent in the terminal. */
    position?: () => Position | undefined;
  }) {
    this.#model = parts.model;
    this.#reasons = parts.reasons;
    this.#recorder = parts.recorder;
    this.#spectra = parts.spectra;
    this.#audience = parts.audience;
    this.#drift = parts.drift;
    this.#position = parts.position ?? (() => undefined);
  }

  /**
   * Measures the spot with each of the instruments, one after the other; one measurement at a time. Each reading is saved
   * before the next begins, and the answer rests on all of them. Light off and nothing recorded of the one that fails or
   * is cancelled. What is being saved can no longer be cancelled.
   */
  async measure(spotId: string, chosen: () => readonly Owner[]): Promise<{ measurementId: string; seq: number }> {
    if (this.#running !== undefined) {
      throw measurementRunning();
    }
    this.#recorder.spot(spotId);
    const [first, ...others] = chosen();
    if (first === undefined) throw noInstrument();
    const stop = new AbortController();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#running = { stop, ended };
    try {
      let saved = await this.#measureWith(spotId, first, stop);
      const done = [techniqueName[first.profile.technique]];
      for (const owner of others) {
        const { technique } = owner.profile;
        saved = await this.#measureWith(spotId, owner, stop).catch((error) => {
          throw savedBefore(done, error);
        });
        done.push(techniqueName[technique]);
      }
      return saved;
    } finally {
      this.#running = undefined;
      this.#audience.tell("progress", { state: "idle" });
      end();
    }
  }

  async #measureWith(
    spotId: string,
    owner: Owner,
    stop: AbortController,
  ): Promise<{ measurementId: string; seq: number }> {
    const { technique } = owner.profile;
    const progress: TellProgress = (state, done, remainingMs) =>
      this.#audience.tell("progress", { state, spotId, technique, done, wanted: exposuresWanted, remainingMs });
    const stopping = () => progress("stopping", 0, 0);
    stop.signal.addEventListener("abort", stopping);
    try {
      if (stop.signal.aborted) throw cancelled();
      const position = this.#position();
      const taken =
        owner.source === "spectrometer"
          ? await this.#acquire(spotId, owner, stop.signal, progress)
          : await this.#receive(spotId, owner, stop.signal, progress);
      return await this.#record({ ...taken, position }, () => {
        if (stop.signal.aborted) throw cancelled();
        stop.signal.removeEventListener("abort", stopping);
        progress("saving", exposuresWanted, 0);
      });
    } finally {
      stop.signal.removeEventListener("abort", stopping);
    }
  }

  /** Runs the task while nothing is measured or being saved, and lets nothing begin until it has ended. Throws measurement-running. */
  async between<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running !== undefined) throw measurementRunning();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#running = { stop: new AbortController(), ended };
    try {
      return await this.#recording.run(task);
    } finally {
      this.#running = undefined;
      end();
    }
  }

  cancel(): void {
    this.#running?.stop.abort();
  }

  /** Cancels the measurement under way and resolves when its light is off and nothing more will be saved. */
  async close(): Promise<void> {
    this.cancel();
    await this.#running?.ended;
    await this.#recording.idle();
  }

  /** Reads a spectrum file onto the spot. A file that cannot be read changes nothing. */
  async openFile(
    spotId: string,
    name: string,
    bytes: Uint8Array,
    answers: { technique?: Technique; unit?: FileAxisUnit },
  ): Promise<{ measurementId: string; seq: number }> {
    this.#recorder.spot(spotId);
    return this.#record(this.#read(spotId, name, bytes, answers));
  }

  /** A file that an instrument left: as a file that a person opens, but here and now. */
  async takeFile(spotId: string, { name, bytes, technique, unit, instrument }: GivenFile): Promise<void> {
    const taken = this.#read(spotId, name, bytes, { technique, ...(unit && { unit }) }, instrument);
    await this.#record({ ...taken, position: this.#position() });
  }

  #read(
    spotId: string,
    name: string,
    bytes: Uint8Array,
    answers: { technique?: Technique; unit?: FileAxisUnit },
    instrument?: InstrumentIdentity,
  ): Taken {
    const { spectrum, format } = readSpectrumFile(name, bytes, answers);
    this.#model.prepare([spectrum]); // refuses what the model cannot use before anything is stored
    const { technique } = spectrum;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const source: MeasurementSource = {
      kind: "file",
      name,
      sha256,
      bytes: bytes.length,
      format,
      technique,
      ...(answers.unit && { unit: answers.unit }),
      ...(instrument && { instrument }),
    };
    return { spotId, source, spectrum, file: bytes };
  }

  async #acquire(spotId: string, instrument: Instrument, signal: AbortSignal, progress: TellProgress): Promise<Taken> {
    const { profile, status } = instrument;
    const inForce = this.#recorder.calibrations.forReading(status.instrument?.serialNumber ?? "", { at: new Date() });
    const { dark, readings } = await instrument.measure({
      exposures: exposuresWanted,
      signal,
      onProgress: ({ step, done, remainingMs }) => progress(step, done, remainingMs),
      onExposure: (soFar, darkSoFar) => this.#audience.tell("live", calibrate(soFar, darkSoFar, profile, inForce)),
    });
    progress("identifying", exposuresWanted, 0);
    const spectrum = calibrate(readings, dark, profile, inForce);
    const source: MeasurementSource = { kind: "instrument", profile, readings, dark };
    return { spotId, source, spectrum };
  }

  /** What the next file or the next recorded measurement holds. */
  async #receive(
    spotId: string,
    owner: Exclude<Owner, Instrument>,
    signal: AbortSignal,
    progress: TellProgress,
  ): Promise<Taken> {
    progress(owner.source === "folder" ? "waiting" : "exposing", 0, 0);
    const given = await owner.next(signal);
    progress("identifying", exposuresWanted, 0);
    if (given.kind === "file") {
      const { name, bytes, technique, unit, instrument } = given;
      return this.#read(spotId, name, bytes, { technique, ...(unit && { unit }) }, instrument);
    }
    const { readings, dark, profile } = given;
    const source: MeasurementSource = { kind: "instrument", profile, readings, dark };
    return { spotId, source, spectrum: calibrate(readings, dark, profile) };
  }

  /**
   * Corrects the readings of a measurement again, with what was last accepted for its instrument, and says what the spot is
   * with it. Its own line stays as it is. Throws measurement-not-found, calibration-not-found (nothing new to correct with).
   */
  recorrect(measurementId: string, signature: Signature): Promise<{ recorrectionId: string; seq: number }> {
    return this.#recording.run(async () => {
      const { view, calibrations } = this.#recorder;
      const measurement = view.measurements.get(measurementId);
      if (measurement === undefined) throw measurementNotFound();
      const { source, spotId } = measurement;
      if (source.kind !== "instrument") throw nothingToCorrect();
      const inForce = calibrations.lastAccepted(source.dark.instrument.serialNumber);
      const spectrum = calibrate(source.readings, source.dark, source.profile, inForce);
      const before = view.recorrections.get(measurementId)?.at(-1) ?? measurement;
      if (JSON.stringify(before.corrections) === JSON.stringify(spectrum.corrections)) throw nothingToCorrect();
      const all = (await this.#earlier(spotId)).set(measurementId, spectrum);
      const bare = await this.#model.identify([...all.values()]);
      const identification = this.#withReasons(bare, [...all.values()]);
      const recorrectionId = ulid();
      const { corrections } = spectrum;
      const { seq } = await this.#recorder.append({
        ...{ kind: "measurement-recorrected", recorrectionId, measurementId, corrections, identification },
        ...{ evidence: [...all.keys()], ...signature },
      });
      return { recorrectionId, seq };
    });
  }

  /** Identifies the spot from all that was taken on it, and makes the line durable. `beforeSaving` may refuse. */
  #record(
    { spotId, source, spectrum, file, position }: Taken,
    beforeSaving = () => {},
  ): Promise<{ measurementId: string; seq: number }> {
    return this.#recording.run(async () => {
      const earlier = await this.#earlier(spotId);
      const measurementId = ulid();
      const { technique, corrections } = spectrum;
      const { sampleId } = this.#recorder.spot(spotId);
      const taken = { measurementId, sampleId, spotId, technique, source, ...(position && { position }) };
      const all = [...earlier.values(), spectrum];
      const bare = await this.#model.identify(all).catch(async (error) => {
        if (source.kind === "file") throw error; // the person still has the file
        beforeSaving();
        await this.#recorder.append({ kind: "reading-unnamed", ...taken, problem: toProblem(error) });
        throw keptUnnamed(error);
      });
      beforeSaving();
      const identification = this.#withReasons(bare, all);
      const evidence = [...earlier.keys(), measurementId];
      const event = { kind: "measurement", ...taken, corrections, identification, evidence } as const;
      const { seq } = await this.#recorder.append(event, file);
      this.#drift?.measured();
      return { measurementId, seq };
    });
  }

  /** An answer is saved without its reasons rather than not at all. */
  #withReasons(identification: Identification, spectra: readonly Spectrum[]): Identification {
    try {
      return this.#reasons.added(identification, spectra);
    } catch (error) {
      this.#audience.tell("problem", toProblem(error));
      return identification;
    }
  }

  /**
   * The spectra saved on the spot before, by measurement. One whose file is gone or altered is told to the pages and left
   * out of the evidence: the new reading must not be lost for it.
   */
  async #earlier(spotId: string): Promise<Map<string, Spectrum>> {
    const spectra = new Map<string, Spectrum>();
    for (const measurement of measurementsOf(this.#recorder.view, spotId)) {
      try {
        const recorrection = this.#recorder.view.recorrections.get(measurement.measurementId)?.at(-1);
        spectra.set(measurement.measurementId, await this.#spectra.of(measurement, recorrection));
      } catch (error) {
        this.#audience.tell("problem", toProblem(error));
      }
    }
    return spectra;
  }
}

export function measurementRunning(): LithoscopeError {
  return new LithoscopeError("measurement-running", "A reading is under way.", "Wait for it, or cancel it.");
}

function noInstrument(): LithoscopeError {
  return new LithoscopeError(
    "no-instrument",
    "No instrument was named, so nothing was measured.",
    "Connect one first.",
  );
}

/** The readings before the failed one are on disk; the person must know that only this one is missing. */
function savedBefore(done: readonly string[], error: unknown): LithoscopeError {
  const { code, sentence, hint } = toProblem(error);
  return new LithoscopeError(code, `${done.join(" and ")} is saved. ${sentence}`, hint, { cause: error });
}

function cancelled(): LithoscopeError {
  return new LithoscopeError("cancelled", "The measurement was stopped; nothing of it was kept.", "Measure again.");
}

function nothingToCorrect(): LithoscopeError {
  return new LithoscopeError(
    "calibration-not-found",
    "There is no calibration that this measurement does not have already, so it stays as it is.",
    "Calibrate the instrument first, then correct the measurement again.",
  );
}

/** The reading is on disk; only its name is missing. */
function keptUnnamed(error: unknown): LithoscopeError {
  const { code, sentence, hint } = toProblem(error);
  return new LithoscopeError(code, `The reading is saved, but without a name. ${sentence}`, hint, { cause: error });
}
