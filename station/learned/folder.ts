import { join } from "node:path";
import { LithoscopeError, type Problem } from "../../contract/errors.ts";
import type { Model } from "../../inference/model.ts";
import { CalibrationLog } from "../calibration/log.ts";
import { nodeDisk } from "../journal/disk.ts";
import { Journal } from "../journal/journal.ts";
import { LearnedLog } from "./log.ts";
import { recall } from "./recall.ts";

/**
 * Puts what was learned in a data folder into the model's library; the folder is only read, a station may work in it.
 * Returns what could not be recalled. Throws session-not-found where no journal is.
 */
export async function recallFolder(model: Model, dataFolder: string): Promise<Problem[]> {
  const root = join(dataFolder, "journal");
  const keyFolder = join(dataFolder, "keys");
  if ((await nodeDisk.size(root)) === undefined || (await nodeDisk.size(keyFolder)) === undefined) {
    throw new LithoscopeError(
      "session-not-found",
      `${dataFolder} is no data folder of Lithoscope: it has no journal and keys.`,
      "Give the folder that lithoscope station --data works in.",
    );
  }
  const log = new LearnedLog();
  const calibrations = new CalibrationLog();
  const journal = await Journal.open({
    ...{ root, keyFolder, disk: nodeDisk },
    clock: { now: () => new Date().toISOString(), monotonicMs: () => performance.now() },
    onRead: (sessionId, line) => {
      log.see(sessionId, line);
      calibrations.see(sessionId, line);
    },
  });
  await journal.sessions();
  return recall(model, journal, log, calibrations);
}
