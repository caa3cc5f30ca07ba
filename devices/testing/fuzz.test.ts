import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../../spectra/random.ts";
import { type ParserUnderTest, parsersUnderTest, randomBytes } from "./parsers.ts";

const long = process.env.ASSURE === "1";
const streamBytes = long ? 10_000_000 : 200_000;
const damagedFrames = long ? 400_000 : 8000;
const bitFlips = long ? 400_000 : 12_000;
const seed = long ? Date.now() % 2 ** 31 : 4;

const below = (random: Random, count: number) => Math.floor(random() * count);

/** Noise, whole frames, pieces of frames, and frames with damage: what a bad line brings. */
function piece(random: Random, { frame }: ParserUnderTest): Uint8Array {
  const whole = frame(random);
  switch (below(random, 5)) {
    case 0:
      return randomBytes(random, below(random, 200));
    case 1:
      return whole;
    case 2:
      return whole.subarray(0, below(random, whole.length));
    case 3:
      return whole.subarray(below(random, whole.length));
    default:
      return damaged(random, whole);
  }
}

/** A run of two to eight bytes is others. */
function damaged(random: Random, frame: Uint8Array): Uint8Array {
  const run = randomBytes(random, Math.min(2 + below(random, 7), frame.length));
  const at = below(random, frame.length - run.length + 1);
  return frame.map((byte, i) => (i >= at && i < at + run.length ? (run[i - at] ?? 0) : byte));
}

/** Frames that a fresh parser finds. */
function found({ make }: ParserUnderTest, bytes: Uint8Array): unknown[] {
  const parser = make();
  return [...parser.push(bytes), ...(parser.lineIsQuiet?.() ?? [])].filter((frame) => !isNoise(frame));
}

function isNoise(frame: unknown): boolean {
  return typeof frame === "object" && frame !== null && "is" in frame && frame.is === "noise";
}

/** Whether the parser gives anything for the damaged frame that the good one does not mean. */
function takesDamage(parser: ParserUnderTest, good: Uint8Array, bad: Uint8Array): boolean {
  const meant = found(parser, good);
  return found(parser, bad).some((frame) => !meant.some((each) => isDeepStrictEqual(each, frame)));
}

const named = parsersUnderTest.map((parser) => [parser.name, parser] as const);

describe.each(named)(`%s (seed ${seed})`, (_, parser) => {
  it(`takes ${streamBytes / 1e6} million bytes of anything, and holds no more than one longest frame`, () => {
    const random = seededRandom(seed);
    const under = parser.make();
    let frames = 0;
    for (let sent = 0; sent < streamBytes; ) {
      const bytes = piece(random, parser);
      sent += bytes.length;
      for (let at = 0; at < bytes.length; ) {
        const length = 1 + below(random, 300);
        frames += under.push(bytes.subarray(at, at + length)).length;
        at += length;
      }
      if (random() < 0.2) frames += under.lineIsQuiet?.().length ?? 0;
      expect(under.heldBytes).toBeLessThanOrEqual(parser.mostHeldBytes);
    }
    expect(frames, "whole frames are found among the noise").toBeGreaterThan(streamBytes / 50_000);
  }, 3_600_000);
});

describe.each(named.filter(([, { checksumBits }]) => checksumBits > 0))(`%s (seed ${seed})`, (_, parser) => {
  it("takes no frame with one bit wrong", () => {
    const random = seededRandom(seed + 1);
    let taken = 0;
    for (let done = 0; done < bitFlips; ) {
      const good = parser.frame(random);
      // Every bit of short frames, bits drawn from long ones.
      const bits = good.length <= 80 ? 8 * good.length : 6;
      for (let i = 0; i < bits; i++) {
        const bit = good.length <= 80 ? i : below(random, 8 * good.length);
        const bad = good.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        if (takesDamage(parser, good, bad)) taken++;
      }
      done += bits;
    }
    expect(taken).toBe(0);
  }, 3_600_000);

  it("takes no more of other damage than its checksum must let pass", () => {
    const random = seededRandom(seed + 2);
    let taken = 0;
    for (let i = 0; i < damagedFrames; i++) {
      const good = parser.frame(random);
      if (takesDamage(parser, good, damaged(random, good))) taken++;
    }
    if (long) console.log(`${parser.name}: ${taken} of ${damagedFrames} damaged frames taken (seed ${seed})`);
    expect(taken).toBeLessThanOrEqual(1.5 * damagedFrames * 2 ** -parser.checksumBits);
  }, 3_600_000);
});
