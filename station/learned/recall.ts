import { fromProblem, type LithoscopeError, type Problem, toProblem } from "../../contract/errors.ts";
import type { Spectrum } from "../../contract/spectrum.ts";
import type { Model } from "../../inference/model.ts";
import type { CalibrationLog } from "../calibration/log.ts";
import type { Journal } from "../journal/journal.ts";
import { measurementNotFound, SpectrumSource } from "../spectra.ts";
import type { Learned, LearnedLog } from "./log.ts";

/** What {@link recall} needs of a journal; a folder that is only read has it too. */
type Readable = Pick<Journal, "readLines" | "readFile">;

/**
 * Puts what was learned into the model's library, computed again from the readings and files of the journals with the
 * package that is active now. What cannot be computed is left out and told in the problems.
 */
export async function recall(
  model: Model,
  journal: Readable,
  log: LearnedLog,
  calibrations: CalibrationLog,
): Promise<Problem[]> {
  const spectrumOf = async (sessionId: string, measurementId: string): Promise<Spectrum> => {
    const seq = log.lineOf(sessionId, measurementId) ?? 0;
    const event = seq > 0 ? (await journal.readLines(sessionId, seq - 1, 1)).lines[0]?.event : undefined;
    if (event?.kind !== "measurement") throw measurementNotFound();
    const source = new SpectrumSource(
      (sha256) => journal.readFile(sessionId, sha256),
      (corrections) => calibrations.named(corrections),
    );
    return source.of(event);
  };
  const problems: Problem[] = [];
  for (const learned of log.standing()) {
    try {
      const spectra: Spectrum[] = [];
      for (const id of learned.measurementIds) spectra.push(await spectrumOf(learned.sessionId, id));
      model.library.add(await model.lesson({ ...learned, spectra }));
    } catch (error) {
      problems.push(toProblem(notRecalled(learned, error)));
    }
  }
  return problems;
}

function notRecalled({ name }: Learned, cause: unknown): LithoscopeError {
  const { code, sentence } = toProblem(cause);
  return fromProblem({
    code,
    sentence: `What was learned of ${name} cannot be used now. ${sentence}`,
    hint: "Answers go on without it. Teach it again, or forget it.",
  });
}
