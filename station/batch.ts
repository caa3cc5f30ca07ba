import { Worker } from "node:worker_threads";
import type { ProblemCode } from "../contract/errors.ts";
import { toProblem } from "../contract/errors.ts";
import type { Identification } from "../contract/identification.ts";
import type { ModelManifest } from "../contract/model.ts";
import type { Model } from "../inference/model.ts";
import type { Prepared } from "../inference/prepare.ts";

/** Spots that go through the graph together. More would not be faster (bench/batch.ts), only later. */
export const spotsPerRun = 16;
/** Groups that are read ahead while the model works. */
const groupsAhead = 2;

export interface SpotFailure {
  error: { code: ProblemCode; message: string };
}
export type SpotResult = { id: string | undefined } & (Identification | SpotFailure);

/** A line of the list with its number, from 1. */
export interface ListLine {
  readonly text: string;
  readonly number: number;
}

/** A line of the list as the worker gives it back: ready for the graph, or why not. */
export interface Attempt {
  id: string | undefined;
  prepared: Prepared | SpotFailure;
}

/** What {@link SpotFailure} says of anything that was thrown. */
export function failure(error: unknown): SpotFailure {
  const { code, sentence, hint } = toProblem(error);
  return { error: { code, message: `${sentence} ${hint}` } };
}

/**
 * Identifies every line of a list of spots, in order. A spot that fails gives a SpotFailure and the rest go on. While the
 * model works on one group, the reader prepares the next ones.
 */
export async function* identifyBatch(
  model: Model,
  reader: SpotReader,
  list: string,
  onProgress: (done: number, total: number) => void,
): AsyncGenerator<SpotResult> {
  const lines = list
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((text, index) => ({ text, number: index + 1 }))
    .filter(({ text }) => text.trim() !== "");
  const ahead: Promise<Attempt[]>[] = [];
  let asked = 0;
  for (let done = 0; done < lines.length; ) {
    for (; asked < lines.length && ahead.length <= groupsAhead; asked += spotsPerRun) {
      ahead.push(reader.read(lines.slice(asked, asked + spotsPerRun)));
    }
    for (const result of await answerGroup(model, (await ahead.shift()) ?? [])) {
      yield result;
      done += 1;
      onProgress(done, lines.length);
    }
  }
}

/**
 * Reads and resamples the files of spots in a thread of its own, since onnxruntime-node's `run` holds the one that it is
 * called on. Groups come back in the order in which they were asked for.
 */
export class SpotReader {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (group: Attempt[]) => void; reject: (error: Error) => void }[] = [];

  /** @param folder that the paths of the list are relative to. */
  constructor(manifest: ModelManifest, folder: string) {
    this.#worker = new Worker(new URL("./batchWorker.ts", import.meta.url), { workerData: { manifest, folder } });
    this.#worker.on("message", (group: Attempt[]) => this.#waiting.shift()?.resolve(group));
    this.#worker.on("error", (error: Error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  read(lines: readonly ListLine[]): Promise<Attempt[]> {
    const group = new Promise<Attempt[]>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    group.catch(() => {}); // heard when its turn comes
    this.#worker.postMessage(lines);
    return group;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

async function answerGroup(model: Model, group: readonly Attempt[]): Promise<SpotResult[]> {
  const ready = group.flatMap(({ prepared }) => ("error" in prepared ? [] : [prepared]));
  let answers: (Identification | SpotFailure)[];
  try {
    answers = await model.identifyAll(ready);
  } catch (error) {
    answers = ready.map(() => failure(error));
  }
  const next = answers.values();
  return group.map(({ id, prepared }) => {
    const answer = "error" in prepared ? prepared : next.next().value;
    if (answer === undefined) throw new Error("fewer answers than spots");
    return { id, ...answer };
  });
}
