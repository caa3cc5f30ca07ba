import { LithoscopeError } from "../contract/errors.ts";
import type { Measurement } from "../contract/journal.ts";
import type { Spectrum } from "../contract/spectrum.ts";
import { calibrate } from "../devices/calibrate.ts";
import { readSpectrumFile } from "../spectra/files/read.ts";

/** Spectra kept ready: a page redraws the same few again and again. */
const keptSpectra = 64;

/**
 * The spectra of measurements, each computed again from what was counted or from the file as it was given; nothing
 * derived is stored.
 */
export class SpectrumSource {
  readonly #loadFile: (sha256: string) => Promise<Uint8Array>;
  readonly #kept = new Map<string, Spectrum>();

  /** @param loadFile reads an evidence file of the session. */
  constructor(loadFile: (sha256: string) => Promise<Uint8Array>) {
    this.#loadFile = loadFile;
  }

  async of(measurement: Measurement): Promise<Spectrum> {
    const id = measurement.measurementId;
    const spectrum = this.#kept.get(id) ?? (await this.#compute(measurement));
    this.#kept.delete(id); // behind the newest: a Map keeps the order of insertion
    this.#kept.set(id, spectrum);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptSpectra) break;
      this.#kept.delete(oldest);
    }
    return spectrum;
  }

  async #compute({ source }: Measurement): Promise<Spectrum> {
    if (source.kind === "instrument") return calibrate(source.readings, source.dark, source.profile);
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
