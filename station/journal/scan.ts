import type { JournalLine } from "../../contract/journal.ts";
import { type Chain, type CheckSignature, emptyChain, follow } from "./chain.ts";
import type { Disk } from "./disk.ts";
import { type Head, isSignedBy } from "./key.ts";
import { isSealed, parseLine, skimLine } from "./line.ts";

export type Verdict =
  | { readonly state: "intact" }
  /** The last write was interrupted: what follows the whole lines is no line and was never acknowledged. */
  | { readonly state: "torn"; readonly bytes: number }
  /** From this line (from 1) on nothing is to be trusted. `reason` ends the sentence "line 7 …". */
  | { readonly state: "altered"; readonly line: number; readonly reason: string }
  /** Whole lines are gone from the end: the tablet remembers a signature at `acknowledgedSeq`. */
  | { readonly state: "cut"; readonly acknowledgedSeq: number };

/** The whole, fitting lines from the start of an `events.jsonl`. */
export interface GoodLines {
  readonly chain: Chain;
  /** Byte offset of each line; line n starts at `starts[n - 1]`. */
  readonly starts: readonly number[];
  /** Byte offset behind the last line. */
  readonly end: number;
}

/** Those lines, and what comes after them. */
export interface Scan extends GoodLines {
  readonly verdict: Verdict;
  /** What the tablet remembers of the session. */
  readonly acknowledged: Head | undefined;
}

interface ScanOptions {
  /** Take the file as if it ended here. */
  readonly limit?: number | undefined;
  /** Looks up what the tablet remembers of a session (see acknowledged.ts). */
  readonly acknowledged?: ((sessionId: string) => Promise<Head | undefined>) | undefined;
  /** Called with each whole, fitting line; not with those that were skimmed. */
  readonly visit?: ((line: JournalLine) => void) | undefined;
  /**
   * Looks only at the head of lines that name no file (see {@link skimLine}) and checks the last signature alone, at the speed of the hash. It is as good:
   * the last signature vouches for every line before it through their hashes; if it does not hold, all is looked at again, one by one. That the rest
   * of a skimmed line can be read is not looked at.
   */
  readonly skim?: boolean | undefined;
}

/**
 * Follows the chain through the file, as a stream.
 *
 * Torn or altered? The station makes each line durable before it writes the next. So a power cut can break only the last
 * line, in any way (cut short, zeros, stale bytes, even newlines among them), and nothing whole can follow it. A broken
 * line with a whole line anywhere behind it, a whole line that does not fit, and a broken line that the tablet remembers
 * as durable are no power cut.
 */
export async function scan(disk: Disk, path: string, options: ScanOptions = {}): Promise<Scan> {
  if (options.skim !== true) return scanWith(disk, path, options, isSignedBy);
  let last: Parameters<CheckSignature> | undefined;
  const skimmed = await scanWith(disk, path, options, (...signature) => {
    last = signature;
    return true;
  });
  if (last === undefined || isSignedBy(...last)) return skimmed;
  return scanWith(disk, path, options, isSignedBy);
}

async function scanWith(disk: Disk, path: string, options: ScanOptions, check: CheckSignature): Promise<Scan> {
  const starts: number[] = [];
  let chain = emptyChain;
  let end = 0;
  let tornBytes = 0;
  let acknowledged: Head | undefined;
  const result = (verdict: Verdict): Scan => ({ chain, starts, end, verdict, acknowledged });
  const altered = (reason: string) => result({ state: "altered", line: chain.head.seq + 1, reason });

  if ((await disk.size(path)) === undefined) return altered("is missing");
  for await (const group of pieces(disk, path, options.limit)) {
    for (const { bytes, finished } of group) {
      if (tornBytes === 0 && finished && isSealed(bytes)) {
        const skimmed = options.skim === true ? skimLine(bytes) : undefined;
        const line = skimmed ?? parseLine(bytes);
        if (line === undefined) return altered("is whole, but holds nothing that this version of Lithoscope knows");
        const next = follow(chain, line, check);
        if (typeof next === "string") return altered(next);
        if (starts.length === 0 && next.session) acknowledged = await options.acknowledged?.(next.session.sessionId);
        if (line.seq === acknowledged?.seq && line.hash !== acknowledged.hash)
          return altered("is not the line that the tablet signed");
        if (skimmed === undefined) options.visit?.(line as JournalLine);
        chain = next;
        starts.push(end);
        end += bytes.length + 1;
      } else {
        if (holdsSealedLine(bytes, tornBytes > 0 ? 0 : 1)) return altered("does not have the bytes that were written");
        tornBytes += bytes.length + (finished ? 1 : 0);
      }
    }
  }
  // A session appears on disk together with its first line (see Journal.create), so no cut leaves it without.
  if (starts.length === 0) return altered(tornBytes > 0 ? "does not have the bytes that were written" : "is missing");
  const safeSeq = acknowledged?.seq ?? 0;
  if (tornBytes > 0) {
    return chain.head.seq < safeSeq
      ? altered(`was safe on disk and is broken now (${safeSeq} lines were safe)`)
      : result({ state: "torn", bytes: tornBytes });
  }
  return result(chain.head.seq < safeSeq ? { state: "cut", acknowledgedSeq: safeSeq } : { state: "intact" });
}

/** Lines are some 30 kB. Two chunks lie in memory, large enough that opening and asking costs nothing beside the hash. */
const chunkBytes = 1 << 21;
const newline = 10;

/**
 * The file's parts between newlines, a chunk's at a time; the last one is unfinished when no newline ends it. While the lines of a full chunk are looked at, the next one is
 * read. Reads on until there is no more, not to a size taken before, and the end is believed only of a read that began after all
 * lines before were looked at: while a station writes, the tablet may by then remember a line that came later.
 */
async function* pieces(
  disk: Disk,
  path: string,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<{ bytes: Uint8Array; finished: boolean }[]> {
  let at = 0;
  let wanted = chunkBytes;
  // The lines of one are looked at while the other is filled.
  const memory = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)];
  const read = (): Promise<Uint8Array> => {
    memory.reverse();
    const chunk = disk.read(path, at, Math.min(wanted, limit - at), memory[0]);
    chunk.catch(() => undefined); // heard where it is awaited, unless nobody wants it any more
    return chunk;
  };
  let ahead: Promise<Uint8Array> | undefined;
  for (;;) {
    const wasAhead = ahead !== undefined;
    const chunk = await (ahead ?? read());
    ahead = undefined;
    const isFull = chunk.length === wanted;
    const end = chunk.lastIndexOf(newline) + 1;
    if (end === 0) {
      if (isFull) wanted *= 2;
      else if (!wasAhead) {
        if (chunk.length > 0) yield [{ bytes: chunk, finished: false }];
        return;
      }
      continue;
    }
    at += end;
    wanted = chunkBytes;
    if (isFull) ahead = read();
    const lines: { bytes: Uint8Array; finished: boolean }[] = [];
    for (let from = 0; from < end; ) {
      const to = chunk.indexOf(newline, from);
      lines.push({ bytes: chunk.subarray(from, to), finished: true });
      from = to + 1;
    }
    yield lines;
  }
}

/** Whether a whole line ends these bytes, from `from` on: its start is found even where the newline before it is gone. */
function holdsSealedLine(bytes: Uint8Array, from: number): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = buffer.indexOf('{"seq":', from); at >= 0; at = buffer.indexOf('{"seq":', at + 1))
    if (isSealed(buffer.subarray(at))) return true;
  return false;
}
