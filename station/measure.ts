import { createHash } from "node:crypto";
import { ulid } from "ulid";
import type { MeasurementProgress } from "../contract/api.ts";
import { LithoscopeError, toProblem } from "../contract/errors.ts";
import type { Identification } from "../contract/identification.ts";
import type { MeasurementSource } from "../contract/journal.ts";
import type { FileAxisUnit, Spectrum, Technique } from "../contract/spectrum.ts";
import { calibrate } from "../devices/calibrate.ts";
import type { Instrument } from "../devices/instrument.ts";
import type { Model } from "../inference/model.ts";
import { readSpectrumFile } from "../spectra/files/read.ts";
import type { Audience } from "./audience.ts";
import type { DriftWatch } from "./driftWatch.ts";
import { measurementsOf } from "./projection.ts";
import { Queue } from "./queue.ts";
import type { Reasons } from "./reasons.ts";
import type { Recorder } from "./recorder.ts";
import type { SpectrumSource } from "./spectra.ts";

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
}

/** From MEASURE or a file to a line that is safe on disk: acquire → calibrate → identify → append → event. */
export class Measuring {
  readonly #model: Model;
  readonly #reasons: Reasons;
  readonly #recorder: Recorder;
  readonly #spectra: SpectrumSource;
  readonly #audience: Audience;
  readonly #drift: DriftWatch | undefined;
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
  }) {
    this.#model = parts.model;
    this.#reasons = parts.reasons;
    this.#recorder = parts.recorder;
    this.#spectra = parts.spectra;
    this.#audience = parts.audience;
    this.#drift = parts.drift;
  }

  /**
   * Measures the spot with the instrument that is ready; one measurement at a time. Light off and nothing recorded if it
   * fails or is cancelled. What is being saved can no longer be cancelled.
   */
  async measure(spotId: string, ready: () => Instrument): Promise<{ measurementId: string; seq: number }> {
    if (this.#running !== undefined) {
      throw measurementRunning();
    }
    this.#recorder.spot(spotId);
    const instrument = ready();
    const { technique } = instrument.profile;
    const progress: TellProgress = (state, done, remainingMs) =>
      this.#audience.tell("progress", { state, spotId, technique, done, wanted: exposuresWanted, remainingMs });
    const stop = new AbortController();
    const stopping = () => progress("stopping", 0, 0);
    stop.signal.addEventListener("abort", stopping);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#running = { stop, ended };
    try {
      const taken = await this.#acquire(spotId, instrument, stop.signal, progress);
      return await this.#record(taken, () => {
        if (stop.signal.aborted) throw cancelled();
        stop.signal.removeEventListener("abort", stopping);
        progress("saving", exposuresWanted, 0);
      });
    } finally {
      this.#running = undefined;
      this.#audience.tell("progress", { state: "idle" });
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
    const { spectrum, format } = readSpectrumFile(name, bytes, answers);
    this.#model.prepare([spectrum]); // refuses what the model cannot use before anything is stored
    const { technique } = spectrum;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const unit = answers.unit === undefined ? {} : { unit: answers.unit };
    const source: MeasurementSource = { kind: "file", name, sha256, bytes: bytes.length, format, technique, ...unit };
    return this.#record({ spotId, source, spectrum, file: bytes });
  }

  async #acquire(spotId: string, instrument: Instrument, signal: AbortSignal, progress: TellProgress): Promise<Taken> {
    const { profile } = instrument;
    const { dark, readings } = await instrument.measure({
      exposures: exposuresWanted,
      signal,
      onProgress: ({ step, done, remainingMs }) => progress(step, done, remainingMs),
      onExposure: (soFar, darkSoFar) => this.#audience.tell("live", calibrate(soFar, darkSoFar, profile)),
    });
    progress("identifying", exposuresWanted, 0);
    const spectrum = calibrate(readings, dark, profile);
    const source: MeasurementSource = { kind: "instrument", profile, readings, dark };
    return { spotId, source, spectrum };
  }

  /** Identifies the spot from all that was taken on it, and makes the line durable. `beforeSaving` may refuse. */
  #record(
    { spotId, source, spectrum, file }: Taken,
    beforeSaving = () => {},
  ): Promise<{ measurementId: string; seq: number }> {
    return this.#recording.run(async () => {
      const earlier = await this.#earlier(spotId);
      const measurementId = ulid();
      const { technique, corrections } = spectrum;
      const taken = { measurementId, sampleId: this.#recorder.spot(spotId).sampleId, spotId, technique, source };
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
        spectra.set(measurement.measurementId, await this.#spectra.of(measurement));
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

function cancelled(): LithoscopeError {
  return new LithoscopeError("cancelled", "The measurement was stopped; nothing of it was kept.", "Measure again.");
}

/** The reading is on disk; only its name is missing. */
function keptUnnamed(error: unknown): LithoscopeError {
  const { code, sentence, hint } = toProblem(error);
  return new LithoscopeError(code, `The reading is saved, but without a name. ${sentence}`, hint, { cause: error });
}
