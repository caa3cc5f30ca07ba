import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "../../contract/journal.ts";
import { seededRandom } from "../../spectra/random.ts";
import { publicPem } from "../keys/ed25519.ts";
import { signEvery } from "./chain.ts";
import type { Disk } from "./disk.ts";
import { diskModel } from "./diskModel.ts";
import { type Head, signHead } from "./key.ts";
import { noHash, sealLine } from "./line.ts";
import { scan } from "./scan.ts";
import { note, opening } from "./scenario.ts";

const long = process.env.ASSURE === "1";
const lines = 10_000;
const tries = long ? 10_000 : 60;

/** A disk that holds one file, in memory: only what a scan asks for. */
function diskOf(bytes: Uint8Array): Disk {
  const read = async (_: string, start: number, length: number) =>
    bytes.subarray(start, Math.min(bytes.length, start + length));
  return { ...diskModel(), read, size: async () => bytes.length };
}

/** A chain as the station writes it: seven notes and a signature in turn. */
function journalOf(count: number): Uint8Array {
  const key = generateKeyPairSync("ed25519");
  const pieces: Uint8Array[] = [];
  let head: Head = { seq: 0, hash: noHash };
  const write = (event: JournalEvent) => {
    const at = new Date(Date.UTC(2031, 5, 1) + head.seq).toISOString();
    const { line, bytes } = sealLine({ seq: head.seq + 1, prev: head.hash, at, monotonicMs: head.seq, event });
    pieces.push(bytes);
    head = { seq: line.seq, hash: line.hash };
  };
  write({ kind: "session-opened", ...opening(1), publicKey: publicPem(key.publicKey) });
  while (head.seq < count) {
    if (head.seq % signEvery > 0) write(note(`${head.seq}`));
    else {
      const { seq: headSeq, hash: headHash } = head;
      write({ kind: "head-signed", headSeq, headHash, signature: signHead(key, opening(1).sessionId, head) });
    }
  }
  return new Uint8Array(Buffer.concat(pieces)); // a Buffer would share its memory with its slices
}

const original = journalOf(lines);

describe(`a journal of ${lines} lines`, () => {
  it(`in which one bit was flipped, anywhere, is never intact (${tries} random bits)`, async () => {
    const { chain, verdict } = await scan(diskOf(original), "events.jsonl");
    expect([chain.head.seq, verdict.state]).toEqual([lines, "intact"]);
    const random = seededRandom(20_311);
    for (let i = 0; i < tries; i++) {
      const bit = Math.floor(random() * original.length * 8);
      const at = bit >> 3;
      const changed = original.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
      // As verify does; now and then as the station itself, which reads every line as a whole.
      const result = await scan(diskOf(changed), "events.jsonl", { skim: i % 20 > 0 });
      const line = 1 + count(original, at);
      // In the last line a flipped bit may look like a power cut; that too is told.
      const told = result.verdict.state === "altered" ? result.verdict.line : result.chain.head.seq + 1;
      expect([result.verdict.state === "intact", told], `bit ${bit}`).toEqual([false, line]);
    }
  }, 7_200_000);
});

/** Newlines before this byte. */
function count(bytes: Uint8Array, end: number): number {
  let newlines = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) newlines++;
  return newlines;
}
