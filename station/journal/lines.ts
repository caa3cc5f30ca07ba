import type { JournalLine } from "../../contract/journal.ts";
import type { Disk } from "./disk.ts";
import { isSealed, parseLine } from "./line.ts";
import { journalAltered } from "./problems.ts";
import type { GoodLines } from "./scan.ts";

/** Bytes read at once; a line is some 100 kB at most. */
const chunkBytes = 4 << 20;

/**
 * The lines that a scan has found good, in order, read again a few at a time: a session of any length is never in memory as a whole.
 * Throws journal-altered if a line has changed since.
 */
export async function* linesAgain(
  disk: Disk,
  path: string,
  { starts, end }: Pick<GoodLines, "starts" | "end">,
): AsyncGenerator<JournalLine> {
  for (let first = 0; first < starts.length; ) {
    const from = starts[first] ?? end;
    let next = first + 1;
    while (next < starts.length && (starts[next + 1] ?? end) - from <= chunkBytes) next++;
    const to = starts[next] ?? end;
    const bytes = await disk.read(path, from, to - from);
    for (let index = first; index < next; index++) {
      const text = bytes.subarray((starts[index] ?? end) - from, (starts[index + 1] ?? end) - from - 1);
      const line = isSealed(text) ? parseLine(text) : undefined;
      if (line?.seq !== index + 1) throw journalAltered(index + 1, "was changed while the session was being read");
      yield line;
    }
    first = next;
  }
}

/** One of those lines; undefined if there is none of that number. Throws journal-altered if it has changed since. */
export async function lineAgain(
  disk: Disk,
  path: string,
  { starts, end }: Pick<GoodLines, "starts" | "end">,
  seq: number,
): Promise<JournalLine | undefined> {
  const from = starts[seq - 1];
  if (from === undefined) return undefined;
  const text = await disk.read(path, from, (starts[seq] ?? end) - from - 1);
  const line = isSealed(text) ? parseLine(text) : undefined;
  if (line?.seq !== seq) throw journalAltered(seq, "was changed while the session was being read");
  return line;
}
