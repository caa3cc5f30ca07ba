import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyFrame } from "../testing/any-frame.ts";
import { encodeFrame, flag, type ObpFrame } from "./frame.ts";
import { ObpParser } from "./parser.ts";

const concat = (parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
const reply = (data: Uint8Array, md5 = false): ObpFrame => ({
  flags: flag.response,
  error: 0,
  type: 0x00101100,
  regarding: 0,
  md5,
  data,
});

/** Pushes the bytes in pieces of the given sizes, over and over. */
function pushInPieces(parser: ObpParser, bytes: Uint8Array, sizes: number[]): ObpFrame[] {
  const frames: ObpFrame[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    frames.push(...parser.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return frames;
}

const pieces = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 8 });
/** Noise that cannot be the beginning of a frame, because C1 C0 is followed by a wrong version. */
const noise = fc
  .array(
    fc.oneof(fc.constantFrom([0xc1, 0xc0, 0xff], [0xc1], [0xc5, 0xc4, 0xc3, 0xc2]), fc.uint8Array({ maxLength: 9 })),
    {
      maxLength: 12,
    },
  )
  .map((parts) => concat([...parts.map((part) => Uint8Array.from(part)), Uint8Array.of(0)]));

describe("the parser", () => {
  it("gives every frame once and in order, however the stream is cut and merged", () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 10 }), pieces, (frames, sizes) => {
        const parser = new ObpParser();
        expect(pushInPieces(parser, concat(frames.map(encodeFrame)), sizes)).toEqual(frames);
        expect(parser.droppedBytes).toBe(0);
        expect(parser.heldBytes).toBe(0);
      }),
    );
  });

  it("finds a frame cut at every byte boundary", () => {
    const bytes = encodeFrame(reply(Uint8Array.from({ length: 100 }, (_, i) => i)));
    for (let cut = 1; cut < bytes.length; cut++) {
      const parser = new ObpParser();
      expect([...parser.push(bytes.subarray(0, cut)), ...parser.push(bytes.subarray(cut))]).toHaveLength(1);
    }
  });

  it("gives every frame between any noise once the line has been quiet, and counts every dropped byte", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, anyFrame), { maxLength: 5 }), noise, pieces, (parts, tail, sizes) => {
        const stream = concat([...parts.flatMap(([n, frame]) => [n, encodeFrame(frame)]), tail]);
        const parser = new ObpParser();
        const found = pushInPieces(parser, stream, sizes);
        found.push(...parser.lineIsQuiet());
        expect(found).toEqual(parts.map(([, frame]) => frame));
        const frameBytes = parts.reduce((sum, [, frame]) => sum + encodeFrame(frame).length, 0);
        expect(parser.droppedBytes + parser.heldBytes + frameBytes).toBe(stream.length);
      }),
    );
  });

  it("never holds more than one longest frame, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), noise)), (chunks) => {
        const parser = new ObpParser(512);
        for (const chunk of chunks) parser.push(chunk);
        expect(parser.heldBytes).toBeLessThan(512 + 64);
      }),
    );
  });

  it("refuses a damaged frame and takes the good one behind it", () => {
    const good = encodeFrame(reply(new Uint8Array(40).fill(7), true));
    const damaged = good.map((byte, i) => (i === 60 ? byte ^ 4 : byte));
    const parser = new ObpParser();
    expect(parser.push(concat([damaged, good]))).toHaveLength(1);
    expect(parser.damagedFrames).toBe(1);
    expect(parser.droppedBytes).toBe(good.length);
  });

  it("takes the whole frame behind a false start when the line has gone quiet, and the false start not before", () => {
    const falseStart = encodeFrame(reply(new Uint8Array(4000))).subarray(0, 50);
    const good = encodeFrame(reply(Uint8Array.of(1, 2, 3)));
    const parser = new ObpParser();
    expect(parser.push(concat([falseStart, good]))).toEqual([]);
    expect(parser.lineIsQuiet()).toEqual([reply(Uint8Array.of(1, 2, 3))]);
    expect(parser.droppedBytes).toBe(50);
  });

  it("keeps a frame that pauses in the middle", () => {
    const whole = encodeFrame(reply(new Uint8Array(2048).fill(9)));
    const parser = new ObpParser();
    parser.push(whole.subarray(0, 1500));
    expect(parser.lineIsQuiet()).toEqual([]);
    expect(parser.push(whole.subarray(1500))).toHaveLength(1);
  });

  it("lets nothing of a cut frame leak into the next after a reset", () => {
    const whole = encodeFrame(reply(new Uint8Array(200).fill(9)));
    const parser = new ObpParser();
    parser.push(whole.subarray(0, 150));
    parser.reset();
    expect(parser.droppedBytes).toBe(150);
    expect(parser.push(encodeFrame(reply(Uint8Array.of(5))))).toEqual([reply(Uint8Array.of(5))]);
  });
});
