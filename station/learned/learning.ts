import { ulid } from "ulid";
import { LithoscopeError, type Problem } from "../../contract/errors.ts";
import type { LearnedMineral } from "../../contract/learned.ts";
import type { Spectrum } from "../../contract/spectrum.ts";
import type { Model } from "../../inference/model.ts";
import type { Audience } from "../audience.ts";
import type { Recorder } from "../recorder.ts";
import { measurementNotFound, type SpectrumSource } from "../spectra.ts";
import type { Learned } from "./log.ts";
import { recall } from "./recall.ts";

/** Minerals taught from a measurement: journal first, then the library that answers rest on. */
export class Learning {
  readonly #model: Model;
  readonly #recorder: Recorder;
  readonly #spectra: SpectrumSource;
  readonly #audience: Audience;

  constructor(parts: { model: Model; recorder: Recorder; spectra: SpectrumSource; audience: Audience }) {
    this.#model = parts.model;
    this.#recorder = parts.recorder;
    this.#spectra = parts.spectra;
    this.#audience = parts.audience;
  }

  /** At the start: what was learned in this data folder before. Returns what could not be recalled. */
  recall(): Promise<Problem[]> {
    const { journal, learned, calibrations } = this.#recorder;
    return recall(this.#model, journal, learned, calibrations);
  }

  list(): LearnedMineral[] {
    return this.#recorder.learned.standing().map(withoutSession);
  }

  /**
   * Learns the mineral from the Raman spectra that the measurement's answer rests on; resolves when the journal has
   * confirmed it. Throws measurement-not-found, and what `Model.lesson` throws; then nothing is learned.
   */
  async learn(measurementId: string, name: string): Promise<LearnedMineral> {
    const { measurements } = this.#recorder.view;
    const evidence = measurements.get(measurementId)?.evidence;
    if (evidence === undefined) throw measurementNotFound();
    const spectra: Spectrum[] = [];
    const measurementIds: string[] = [];
    for (const id of evidence) {
      const measurement = measurements.get(id);
      if (measurement?.technique !== "raman") continue;
      spectra.push(await this.#spectra.of(measurement));
      measurementIds.push(id);
    }
    const lesson = await this.#model.lesson({ learnedId: ulid(), name, spectra });
    const { id, version, sha256 } = this.#model.summary();
    const learned = {
      ...{ learnedId: lesson.learnedId, name: lesson.name, technique: "raman" as const },
      ...{ measurementIds, model: { id, version, sha256 } },
    };
    await this.#recorder.append({ kind: "mineral-learned", ...learned });
    this.#model.library.add(lesson);
    this.#audience.tell("learned", this.list());
    return learned;
  }

  /** Undoes learning; answers that were given before stay as they were said. Throws learned-not-found. */
  async forget(learnedId: string): Promise<void> {
    if (!this.list().some((learned) => learned.learnedId === learnedId)) throw notLearned();
    await this.#recorder.append({ kind: "mineral-forgotten", learnedId });
    this.#model.library.remove(learnedId);
    this.#audience.tell("learned", this.list());
  }
}

function withoutSession({ sessionId: _, ...learned }: Learned): LearnedMineral {
  return learned;
}

export function notLearned(): LithoscopeError {
  return new LithoscopeError(
    "learned-not-found",
    "No mineral of that name was learned in this data folder, or it is forgotten already.",
    "Look at what is learned: lithoscope forget without a name lists it.",
  );
}
