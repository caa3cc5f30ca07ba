import type { JournalLine } from "../../contract/journal.ts";
import { type Chain, emptyChain, follow } from "./chain.ts";
import type { Disk } from "./disk.ts";
import type { Head } from "./key.ts";
import { isSealed, parseLine } from "./line.ts";

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
  /** Called with each whole, fitting line. */
  readonly visit?: ((line: JournalLine) => void) | undefined;
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
  const starts: number[] = [];
  let chain = emptyChain;
  let end = 0;
  let tornBytes = 0;
  let acknowledged: Head | undefined;
  const result = (verdict: Verdict): Scan => ({ chain, starts, end, verdict, acknowledged });
  const altered = (reason: string) => result({ state: "altered", line: chain.head.seq + 1, reason });

  if ((await disk.size(path)) === undefined) return altered("is missing");
  for await (const { bytes, finished } of pieces(disk, path, options.limit)) {
    if (tornBytes === 0 && finished && isSealed(bytes)) {
      const line = parseLine(bytes);
      if (line === undefined) return altered("is whole, but holds nothing that this version of Lithoscope knows");
      const next = follow(chain, line);
      if (typeof next === "string") return altered(next);
      if (starts.length === 0 && next.session) acknowledged = await options.acknowledged?.(next.session.sessionId);
      if (line.seq === acknowledged?.seq && line.hash !== acknowledged.hash)
        return altered("is not the line that the tablet signed");
      options.visit?.(line);
      chain = next;
      starts.push(end);
      end += bytes.length + 1;
    } else {
      if (holdsSealedLine(bytes, tornBytes > 0 ? 0 : 1)) return altered("does not have the bytes that were written");
      tornBytes += bytes.length + (finished ? 1 : 0);
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

const chunkBytes = 1 << 20;
const newline = 10;

/**
 * The file's parts between newlines; the last one is unfinished when no newline ends it. Reads on until there is no more,
 * not to a size taken before: while a station writes, the tablet may by then remember a line that came later.
 */
async function* pieces(
  disk: Disk,
  path: string,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<{ bytes: Uint8Array; finished: boolean }> {
  let rest = new Uint8Array();
  for (let at = 0; ; ) {
    const chunk = await disk.read(path, at, Math.min(chunkBytes, limit - at));
    if (chunk.length === 0) break;
    at += chunk.length;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    // What was left over holds no newline: look behind it.
    for (let to = bytes.indexOf(newline, rest.length); to >= 0; to = bytes.indexOf(newline, from)) {
      yield { bytes: bytes.subarray(from, to), finished: true };
      from = to + 1;
    }
    rest = bytes.slice(from);
  }
  if (rest.length > 0) yield { bytes: rest, finished: false };
}

/** Whether a whole line ends these bytes, from `from` on: its start is found even where the newline before it is gone. */
function holdsSealedLine(bytes: Uint8Array, from: number): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = buffer.indexOf('{"seq":', from); at >= 0; at = buffer.indexOf('{"seq":', at + 1))
    if (isSealed(buffer.subarray(at))) return true;
  return false;
}
