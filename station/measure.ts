import { ulid } from "ulid";
import type { MeasurementProgress } from "../contract/api.ts";
import { LithoscopeError } from "../contract/errors.ts";
import type { Measurement, MeasurementSource } from "../contract/journal.ts";
import type { Correction, FileAxisUnit, Spectrum, Technique } from "../contract/spectrum.ts";
import { calibrate } from "../devices/calibrate.ts";
import type { Instrument } from "../devices/instrument.ts";
import type { Model } from "../inference/model.ts";
import { readSpectrumFile } from "../spectra/files/read.ts";
import type { Audience } from "./audience.ts";
import { measurementsOf } from "./projection.ts";
import type { Recorder } from "./recorder.ts";
import type { SpectrumSource } from "./spectra.ts";

/** Exposures of one measurement: averaging 8 lowers the noise by √8, and a cosmic ray stands out among them. */
const exposuresWanted = 8;

/** What came onto a spot, before it is identified and recorded. */
interface Taken {
  spotId: string;
  technique: Technique;
  source: MeasurementSource;
  corrections: Correction[];
  spectrum: Spectrum;
}

/** From MEASURE or a file to a line that is safe on disk: acquire → calibrate → identify → append → event. */
export class Measuring {
  readonly #model: Model;
  readonly #recorder: Recorder;
  readonly #spectra: SpectrumSource;
  readonly #audience: Audience;
  #running: AbortController | undefined;

  constructor(parts: { model: Model; recorder: Recorder; spectra: SpectrumSource; audience: Audience }) {
    this.#model = parts.model;
    this.#recorder = parts.recorder;
    this.#spectra = parts.spectra;
    this.#audience = parts.audience;
  }

  /** Measures the spot with the instrument; one at a time. Light off and nothing recorded if it fails or is cancelled. */
  async measure(spotId: string, instrument: Instrument): Promise<{ measurementId: string; seq: number }> {
    if (this.#running !== undefined) {
      throw new LithoscopeError("measurement-running", "A reading is under way.", "Wait for it, or cancel it.");
    }
    this.#recorder.spot(spotId);
    const running = new AbortController();
    this.#running = running;
    try {
      return await this.#record(await this.#acquire(spotId, instrument, running.signal));
    } finally {
      this.#running = undefined;
      this.#audience.tell("progress", { state: "idle" });
    }
  }

  cancel(): void {
    this.#running?.abort();
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
    const { technique, corrections } = spectrum;
    const sha256 = await this.#recorder.storeFile(bytes);
    const unit = answers.unit === undefined ? {} : { unit: answers.unit };
    const source: MeasurementSource = { kind: "file", name, sha256, bytes: bytes.length, format, technique, ...unit };
    return this.#record({ spotId, technique, source, corrections, spectrum });
  }

  async #acquire(spotId: string, instrument: Instrument, signal: AbortSignal): Promise<Taken> {
    const { profile } = instrument;
    const { technique } = profile;
    const progress = (state: Exclude<MeasurementProgress["state"], "idle">, done: number, remainingMs: number): void =>
      this.#audience.tell("progress", { state, spotId, technique, done, wanted: exposuresWanted, remainingMs });
    signal.addEventListener("abort", () => progress("stopping", 0, 0));
    const { dark, readings } = await instrument.measure({
      exposures: exposuresWanted,
      signal,
      onProgress: ({ step, done, remainingMs }) => progress(step, done, remainingMs),
      onExposure: (soFar, darkSoFar) => this.#audience.tell("live", calibrate(soFar, darkSoFar, profile)),
    });
    progress("identifying", exposuresWanted, 0);
    const spectrum = calibrate(readings, dark, profile);
    const source: MeasurementSource = { kind: "instrument", profile, readings, dark };
    return { spotId, technique, source, corrections: spectrum.corrections, spectrum };
  }

  /** Identifies the spot from all that was taken on it, and makes the line durable. */
  async #record({
    spotId,
    technique,
    source,
    corrections,
    spectrum,
  }: Taken): Promise<{ measurementId: string; seq: number }> {
    const before = measurementsOf(this.#recorder.view, spotId);
    const spectra = await Promise.all(before.map((m) => this.#spectra.of(m)));
    const measurementId = ulid();
    const measurement: Measurement = {
      measurementId,
      sampleId: this.#recorder.spot(spotId).sampleId,
      spotId,
      technique,
      source,
      corrections,
      identification: await this.#model.identify([...spectra, spectrum]),
      evidence: [...before.map((m) => m.measurementId), measurementId],
    };
    const { seq } = await this.#recorder.append({ kind: "measurement", ...measurement });
    return { measurementId, seq };
  }
}
