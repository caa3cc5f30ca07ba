import { createHash } from "node:crypto";
import { JournalLine } from "../../contract/journal.ts";
import { decode, encode } from "../../contract/wire.ts";

/** `prev` of line 1. */
export const noHash = "0".repeat(64);

export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

const before = Buffer.from(',"hash":"');
const after = Buffer.from('"}');
const suffixBytes = before.length + 64 + after.length;

/** The line with its hash, and its bytes as they stand in the file, newline included. */
export function sealLine(draft: Omit<JournalLine, "hash">): { line: JournalLine; bytes: Uint8Array } {
  const { seq, prev, at, monotonicMs, event } = draft;
  const body = encode({ seq, prev, at, monotonicMs, event }).slice(0, -1);
  const hash = sha256(body);
  return { line: { ...draft, hash }, bytes: Buffer.from(`${body},"hash":"${hash}"}\n`) };
}

/**
 * Whether the bytes (no newline) end with the hash of what stands before it. Taken from the raw bytes, never from a line
 * encoded again: another version may encode the same event in another way.
 */
export function isSealed(bytes: Uint8Array): boolean {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const bodyEnd = line.length - suffixBytes;
  if (bodyEnd < 0) return false;
  return (
    line.subarray(bodyEnd, bodyEnd + before.length).equals(before) &&
    line.subarray(line.length - after.length).equals(after) &&
    line.toString("latin1", bodyEnd + before.length, line.length - after.length) === sha256(line.subarray(0, bodyEnd))
  );
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The line that sealed bytes (no newline) hold; undefined when they do not hold one. */
export function parseLine(bytes: Uint8Array): JournalLine | undefined {
  try {
    return JournalLine.safeParse(decode(utf8.decode(bytes))).data;
  } catch {
    return undefined; // not UTF-8, not JSON, or a cut array: all the same to the caller
  }
}
