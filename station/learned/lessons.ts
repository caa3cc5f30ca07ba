import { ulid } from "ulid";
import { z } from "zod";
import { LithoscopeError, type Problem, toProblem } from "../../contract/errors.ts";
import type { Spectrum } from "../../contract/spectrum.ts";
import type { Model } from "../../inference/model.ts";

const LessonLine = z.object({ name: z.string(), raman: z.array(z.string()).min(1) });

/** What became of a list of minerals to learn. */
export interface LessonsLearned {
  readonly learned: number;
  /** Of one mineral, ms: reading, one run of the graph, adding. */
  readonly slowestMs: number;
  readonly failed: { readonly line: number; readonly problem: Problem }[];
}

/**
 * Learns the minerals of a list, one JSON object a line: {"name", "raman": [paths]}, for as long as the model is loaded.
 * One that cannot be learned is told in `failed`; the rest go on. `load` reads a path of the list.
 */
export async function learnList(model: Model, list: string, load: (path: string) => Spectrum): Promise<LessonsLearned> {
  let learned = 0;
  let slowestMs = 0;
  const failed: { line: number; problem: Problem }[] = [];
  for (const [index, text] of list
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (text.trim() === "") continue;
    const startMs = performance.now();
    try {
      const { name, raman } = parsed(text);
      model.library.add(await model.lesson({ learnedId: ulid(), name, spectra: raman.map(load) }));
      learned += 1;
    } catch (error) {
      failed.push({ line: index + 1, problem: toProblem(error) });
    }
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
  }
  return { learned, slowestMs, failed };
}

function parsed(text: string): z.infer<typeof LessonLine> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw notALesson("it is not JSON");
  }
  const line = LessonLine.safeParse(data);
  if (line.success) return line.data;
  throw notALesson(line.error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`).join("; "));
}

function notALesson(reason: string): LithoscopeError {
  return new LithoscopeError(
    "spot-invalid",
    `The line names no mineral to learn (${reason}).`,
    'Write {"name": "…", "raman": ["path"]} on one line.',
  );
}
