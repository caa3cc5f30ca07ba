import { hash } from "node:crypto";
import { type JournalEvent, JournalLine } from "../../contract/journal.ts";
import { decode, encode } from "../../contract/wire.ts";

/** `prev` of line 1. */
export const noHash = "0".repeat(64);

export const sha256 = (bytes: Uint8Array | string): string => hash("sha256", bytes, "hex");

/** `,"hash":"…"}` */
const suffixBytes = 9 + 64 + 2;

/** The line with its hash, and its bytes as they stand in the file, newline included. */
export function sealLine(draft: Omit<JournalLine, "hash">): { line: JournalLine; bytes: Uint8Array } {
  const { seq, prev, at, monotonicMs, event } = draft;
  const body = encode({ seq, prev, at, monotonicMs, event }).slice(0, -1);
  const own = sha256(body);
  return { line: { ...draft, hash: own }, bytes: Buffer.from(`${body},"hash":"${own}"}\n`) };
}

/**
 * Whether the bytes (no newline) end with the hash of what stands before it. Taken from the raw bytes, never from a line
 * encoded again: another version may encode the same event in another way.
 */
export function isSealed(bytes: Uint8Array): boolean {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const bodyEnd = line.length - suffixBytes;
  if (bodyEnd < 0) return false;
  return line.toString("latin1", bodyEnd) === `,"hash":"${sha256(line.subarray(0, bodyEnd))}"}`;
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

/** What the chain needs of a line; `passed-over`: an event that neither the chain nor the evidence depends on. */
export type ChainedLine = Pick<JournalLine, "seq" | "prev" | "at" | "hash"> & {
  readonly event: JournalEvent | { readonly kind: "passed-over" };
};

/** Longer than what is looked at of any line. */
const headBytes = 768;
const ulid = "[0-9A-Z]{26}";
const lineHead =
  /^\{"seq":([1-9]\d*),"prev":"([0-9a-f]{64})","at":"([0-9TZ:.-]+)","monotonicMs":-?[0-9.e+-]+,"event":\{"kind":"/;
/** Kinds that name no file and do not concern the chain (evidence.ts, chain.ts); of measurements those with an instrument. */
const passedOver = new RegExp(
  `^(?:sample-created|spot-created|problem|instrument-connected|instrument-lost)"|^(?:measurement|reading-unnamed)",` +
    `"measurementId":"${ulid}","sampleId":"${ulid}","spotId":"${ulid}","technique":"[a-z]+","source":\\{"kind":"instrument",`,
);
const signed =
  /^head-signed","headSeq":([1-9]\d*),"headHash":"([0-9a-f]{64})","signature":"([0-9a-f]*)"\},"hash":"[0-9a-f]{64}"\}$/;

/**
 * What the chain needs of a sealed line (no newline), from its head alone; most of a journal's bytes are arrays that the chain does not look at.
 * Undefined for a line that must be read as a whole.
 */
export function skimLine(bytes: Uint8Array): ChainedLine | undefined {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = line.toString("latin1", 0, Math.min(headBytes, line.length));
  const head = lineHead.exec(text);
  if (head === null) return undefined;
  const [whole, seq = "", prev = "", at = ""] = head;
  const event = skimEvent(text.slice(whole.length));
  const own = line.toString("latin1", line.length - 66, line.length - 2);
  return event && { seq: Number(seq), prev, at, hash: own, event };
}

function skimEvent(text: string): ChainedLine["event"] | undefined {
  if (passedOver.test(text)) return { kind: "passed-over" };
  const [, headSeq, headHash, signature] = signed.exec(text) ?? [];
  if (headSeq === undefined || headHash === undefined || signature === undefined) return undefined;
  return { kind: "head-signed", headSeq: Number(headSeq), headHash, signature };
}
