import type { Drift } from "../contract/drift.ts";
import { toProblem } from "../contract/errors.ts";
import { answerKind } from "../contract/identification.ts";
import type { Measurement } from "../contract/journal.ts";
import type { ModelManifest } from "../contract/model.ts";
import type { Spectrum } from "../contract/spectrum.ts";
import { axisOffset } from "../inference/axisOffset.ts";
import { driftOf, mostSpots } from "../inference/drift.ts";
import { figuresOf, inLibrary, type SpotFigures } from "../inference/figures.ts";
import type { Audience } from "./audience.ts";
import { Queue } from "./queue.ts";

/** A name that is right nine times in ten or so: bands are compared with those of the mineral that it names. */
const sureEnough = 0.8;

/** What the watch looks at. */
interface Watched {
  readonly model: { manifest: ModelManifest; sha256: string };
  /** Of the session, oldest first; it grows as the station measures. */
  readonly measurements: ReadonlyMap<string, Measurement>;
  readonly spectrumOf: (measurement: Measurement) => Promise<Spectrum>;
  /** Known Raman bands of a mineral, cm⁻¹. */
  readonly bandsOf: (mineral: string) => readonly number[];
  readonly audience: Audience;
}

/** Watches whether the model still fits what this station measures, from the measurements of its session. */
export class DriftWatch {
  readonly #watched: Watched;
  /** By measurement, cm⁻¹; undefined where bands could not be compared. */
  readonly #offsets = new Map<string, number | undefined>();
  readonly #looks = new Queue();
  #drift: Drift;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#drift = this.#compare([]);
    this.measured();
  }

  now(): Drift {
    return this.#drift;
  }

  /** Looks again, beside the next measurement, and tells the pages what has changed. */
  measured(): void {
    const { audience } = this.#watched;
    this.#looks.run(() => this.#look()).catch((error) => audience.tell("problem", toProblem(error)));
  }

  /** Resolves when every measurement so far has been looked at. */
  settled(): Promise<void> {
    return this.#looks.idle();
  }

  async #look(): Promise<void> {
    const { measurements, model, audience } = this.#watched;
    const offsets: number[] = [];
    for (const measurement of namedRaman(measurements.values(), model.sha256).slice(-mostSpots)) {
      const offset = await this.#offsetOf(measurement);
      if (offset !== undefined) offsets.push(offset);
    }
    const before = this.#drift;
    this.#drift = this.#compare(offsets);
    if (before.sentence !== this.#drift.sentence) audience.tell("drift", this.#drift);
  }

  #compare(offsets: readonly number[]): Drift {
    const { measurements, model } = this.#watched;
    return driftOf(model.manifest.reference, independentSpots(measurements.values(), model.sha256), offsets);
  }

  async #offsetOf(measurement: Measurement): Promise<number | undefined> {
    const { measurementId, identification } = measurement;
    if (this.#offsets.has(measurementId)) return this.#offsets.get(measurementId);
    const { spectrumOf, bandsOf } = this.#watched;
    const bands = bandsOf(identification.minerals[0]?.name ?? "");
    // A spectrum whose file is gone or altered is no witness; whoever opens or measures on its spot is told of it.
    const spectrum = bands.length === 0 ? undefined : await spectrumOf(measurement).catch(() => undefined);
    const offset = spectrum && axisOffset(spectrum, bands);
    this.#offsets.set(measurementId, offset);
    return offset;
  }
}

/**
 * What a model said of spots that are worth comparing, oldest first: the last answer to each spot, without those of
 * simulated instruments, and of the spots of one sample with the same leading mineral only the newest. Grains of one rock
 * are alike, and 40 spots on one crystal would pass for 40 witnesses.
 */
export function independentSpots(measurements: Iterable<Measurement>, modelSha256: string): SpotFigures[] {
  const lastOfSpot = new Map<string, Measurement>();
  for (const measurement of measurements) lastOfSpot.set(measurement.spotId, measurement);
  return newestWitnesses([...lastOfSpot.values()].filter((m) => isOf(m, modelSha256))).flatMap(
    ({ identification }) => figuresOf(identification) ?? [],
  );
}

/** Raman measurements that were named with confidence, one for each sample and mineral, oldest first. */
function namedRaman(measurements: Iterable<Measurement>, modelSha256: string): Measurement[] {
  const named = [...measurements].filter(
    (measurement) =>
      measurement.technique === "raman" &&
      isOf(measurement, modelSha256) &&
      answerKind(measurement.identification) === "named" &&
      inLibrary(measurement.identification.minerals[0]?.probability ?? 0, measurement.identification.unknown) >=
        sureEnough,
  );
  return newestWitnesses(named);
}

/** Named by this model, and not measured by a simulator. */
function isOf({ source, identification }: Measurement, modelSha256: string): boolean {
  const instrument = source.kind === "instrument" ? source.dark.instrument : source.instrument;
  if (instrument?.simulated) return false;
  return identification.model.sha256 === modelSha256;
}

/** Of those of one sample with the same techniques and leading mineral the newest, in order of time. */
function newestWitnesses(measurements: readonly Measurement[]): Measurement[] {
  const newest = new Map<string, Measurement>();
  for (const measurement of measurements) {
    const { sampleId, identification } = measurement;
    const techniques = Object.keys(identification.quality).sort().join("+");
    const witness = `${sampleId} ${techniques} ${identification.minerals[0]?.name}`;
    newest.delete(witness); // behind the newest: a Map keeps the order of insertion
    newest.set(witness, measurement);
  }
  return [...newest.values()].sort((a, b) => (a.measurementId < b.measurementId ? -1 : 1)); // ULIDs sort by time
}
