import { LithoscopeError } from "../contract/errors.ts";
import type { Measurement, Recorrection } from "../contract/journal.ts";
import type { Correction, Spectrum } from "../contract/spectrum.ts";
import { type CorrectionsInForce, calibrate } from "../devices/calibrate.ts";
import { readSpectrumFile } from "../spectra/files/read.ts";

/** Spectra kept ready: a page redraws the same few again and again. */
const keptSpectra = 64;

/**
 * The spectra of measurements, each computed again from what was counted or from the file as it was given; nothing
 * derived is stored.
 */
export class SpectrumSource {
  readonly #loadFile: (sha256: string) => Promise<Uint8Array>;
  readonly #named: (corrections: readonly Correction[]) => CorrectionsInForce;
  readonly #kept = new Map<string, Spectrum>();

  /**
   * @param loadFile reads an evidence file of the session.
   * @param named finds the calibrations that corrections name.
   */
  constructor(
    loadFile: (sha256: string) => Promise<Uint8Array>,
    named: (corrections: readonly Correction[]) => CorrectionsInForce,
  ) {
    this.#loadFile = loadFile;
    this.#named = named;
  }

  /** As it was corrected when it was measured, or by the re-correction. */
  async of(measurement: Measurement, recorrection?: Recorrection): Promise<Spectrum> {
    const id = recorrection?.recorrectionId ?? measurement.measurementId;
    const corrections = (recorrection ?? measurement).corrections;
    const spectrum = this.#kept.get(id) ?? (await this.#compute(measurement, corrections));
    this.#kept.delete(id); // behind the newest: a Map keeps the order of insertion
    this.#kept.set(id, spectrum);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptSpectra) break;
      this.#kept.delete(oldest);
    }
    return spectrum;
  }

  async #compute({ source }: Measurement, corrections: readonly Correction[]): Promise<Spectrum> {
    if (source.kind === "instrument") {
      return calibrate(source.readings, source.dark, source.profile, this.#named(corrections));
    }
    const answers = { technique: source.technique, ...(source.unit === undefined ? {} : { unit: source.unit }) };
    return readSpectrumFile(source.name, await this.#loadFile(source.sha256), answers).spectrum;
  }
}

export function measurementNotFound(): LithoscopeError {
  return new LithoscopeError(
    "measurement-not-found",
    "This measurement is not in the session.",
    "Choose one from the list of measurements.",
  );
}
