import { resolve } from "node:path";
import { z } from "zod";
import { LithoscopeError, type ProblemCode, toProblem } from "../contract/errors.ts";
import type { Identification } from "../contract/identification.ts";
import { type Spectrum, techniques } from "../contract/spectrum.ts";
import type { Model, Prepared } from "../inference/model.ts";
import { loadSpectrum } from "./files.ts";

/** Spots that go through the graph together: enough to fill the processor, small enough to stay in its cache. */
export const spotsPerRun = 16;

const Paths = z.array(z.string()).default([]);
const SpotLine = z.object({ id: z.string(), raman: Paths, vnir: Paths, libs: Paths });

export interface SpotFailure {
  error: { code: ProblemCode; message: string };
}
export type SpotResult = { id: string | undefined } & (Identification | SpotFailure);

interface Attempt {
  id: string | undefined;
  prepared: Prepared | SpotFailure;
}

/**
 * Identifies every line of a list of spots, in order. A spot that fails gives a SpotFailure and the rest go on. While
 * the model works on one group of spots, the files of the next are read.
 */
export async function* identifyBatch(
  model: Model,
  list: string,
  folder: string,
  onProgress: (done: number, total: number) => void,
): AsyncGenerator<SpotResult> {
  const lines = list.split(/\r?\n/).filter((line) => line.trim() !== "");
  let done = 0;
  let next = prepareGroup(model, lines.slice(0, spotsPerRun), folder);
  for (let start = 0; start < lines.length; start += spotsPerRun) {
    const group = await next;
    const answers = answerGroup(model, group);
    next = prepareGroup(model, lines.slice(start + spotsPerRun, start + 2 * spotsPerRun), folder);
    for (const result of await answers) {
      yield result;
      done += 1;
      onProgress(done, lines.length);
    }
  }
}

function prepareGroup(model: Model, lines: readonly string[], folder: string): Promise<Attempt[]> {
  return Promise.all(lines.map((line) => prepareSpot(model, line, folder)));
}

async function prepareSpot(model: Model, line: string, folder: string): Promise<Attempt> {
  let id: string | undefined;
  try {
    const spot = parseSpot(line);
    id = spot.id;
    const spectra: Promise<Spectrum>[] = [];
    for (const technique of techniques) {
      for (const path of spot[technique]) spectra.push(loadSpectrum(resolve(folder, path), technique));
    }
    return { id, prepared: model.prepare(await Promise.all(spectra)) };
  } catch (error) {
    return { id: id ?? idOf(line), prepared: failure(error) };
  }
}

function parseSpot(line: string): z.infer<typeof SpotLine> {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch (error) {
    throw new LithoscopeError("spot-invalid", "This line of the list is not JSON.", "Write one JSON object a line.", {
      cause: error,
    });
  }
  const spot = SpotLine.safeParse(data);
  if (spot.success) return spot.data;
  throw new LithoscopeError(
    "spot-invalid",
    `This line of the list is not a spot: ${z.prettifyError(spot.error)}`,
    'Write {"id": "…", "raman": ["path"], "vnir": [], "libs": []}.',
  );
}

/** The id of a line that is not a whole spot, so that its error can be matched. */
function idOf(line: string): string | undefined {
  try {
    return z.object({ id: z.string() }).parse(JSON.parse(line)).id;
  } catch {
    return undefined;
  }
}

async function answerGroup(model: Model, group: readonly Attempt[]): Promise<SpotResult[]> {
  const ready = group.flatMap(({ prepared }) => ("error" in prepared ? [] : [prepared]));
  let results: (Identification | SpotFailure)[];
  try {
    const scores = ready.length > 0 ? await model.run(ready.map(({ input }) => input)) : [];
    results = ready.map((prepared, i) => {
      const own = scores[i];
      if (own === undefined) throw new Error("the model gave fewer scores than spots");
      return model.explain(prepared, own);
    });
  } catch (error) {
    results = ready.map(() => failure(error));
  }
  const answers = results.values();
  return group.map(({ id, prepared }) => ({ id, ...("error" in prepared ? prepared : nextOf(answers)) }));
}

function nextOf<T>(values: ArrayIterator<T>): T {
  const next = values.next();
  if (next.done) throw new Error("fewer answers than spots");
  return next.value;
}

function failure(error: unknown): SpotFailure {
  const { code, sentence, hint } = toProblem(error);
  return { error: { code, message: `${sentence} ${hint}` } };
}
