import { writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { nodeDisk } from "./disk.ts";
import { Journal } from "./journal.ts";
import { note, opening, steppingClock } from "./scenario.ts";

/** For tests: a process that appends to session 1 until it is killed and prints `seq hash` of each line that is safe. */
const { root = "", keyFolder = "" } = parseArgs({
  options: { root: { type: "string" }, keyFolder: { type: "string" } },
}).values;
const journal = await Journal.open({
  ...{ root, keyFolder, disk: nodeDisk, clock: steppingClock() },
  onLine: (_sessionId, { seq, hash }) => void writeSync(1, `${seq} ${hash}\n`),
});
const { sessionId } = opening(1);
const known = (await journal.sessions()).some((session) => session.sessionId === sessionId);
const session = known ? await journal.reopen(sessionId) : await journal.create(opening(1));
for (;;) await session.append(note("x".repeat(5000)));
