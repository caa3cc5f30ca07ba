import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../spectra/random.ts";
import { encodeFrame, type OemFrame } from "./frame.ts";
import { OemParser, type OemReply } from "./parser.ts";

const concat = (parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
const status: OemFrame = { command: 0x91, data: Uint8Array.of(0) };
const anyFrame: fc.Arbitrary<OemFrame> = fc.record({
  command: fc.integer({ min: 0, max: 255 }),
  data: fc.uint8Array({ maxLength: 64 }).map((data) => Uint8Array.from(data)),
});
const pieces = fc.array(fc.integer({ min: 1, max: 37 }), { minLength: 1, maxLength: 8 });

function pushInPieces(parser: OemParser, bytes: Uint8Array, sizes: number[]): OemReply[] {
  const replies: OemReply[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    replies.push(...parser.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return replies;
}

describe("the parser of an OEM board's line", () => {
  it("gives every frame once and in order, however the stream is cut and merged", () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 10 }), pieces, (frames, sizes) => {
        const parser = new OemParser();
        expect(pushInPieces(parser, concat(frames.map(encodeFrame)), sizes)).toEqual(frames);
        expect(parser.droppedBytes + parser.heldBytes).toBe(0);
      }),
    );
  });

  it("takes exactly the pixels that were expected, whatever they look like, and the frame behind them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), pieces, (pixels, sizes) => {
        const parser = new OemParser();
        parser.expectPixels(pixels.length);
        const bytes = Uint8Array.from(pixels);
        expect(pushInPieces(parser, concat([bytes, encodeFrame(status)]), sizes)).toEqual([{ pixels: bytes }, status]);
      }),
    );
  });

  it("finds a negative answer where pixels were expected, once the line is quiet", () => {
    const parser = new OemParser();
    parser.expectPixels(2048);
    expect(parser.push(encodeFrame({ command: 0x0a, data: Uint8Array.of(0xfc) }))).toEqual([]);
    expect(parser.lineIsQuiet()).toEqual([{ command: 0x0a, data: Uint8Array.of(0xfc) }]);
    expect(parser.push(encodeFrame(status))).toEqual([status]);
  });

  it("does not take a frame among pixels that pause for an answer", () => {
    const parser = new OemParser();
    parser.expectPixels(20);
    parser.push(concat([encodeFrame(status), Uint8Array.of(1, 2, 3)]));
    expect(parser.lineIsQuiet()).toEqual([]);
    expect(parser.push(new Uint8Array(10))).toHaveLength(1);
  });

  it("takes the frame behind a false start when the line has gone quiet", () => {
    const parser = new OemParser();
    expect(parser.push(concat([Uint8Array.of(0x3c, 0, 60), encodeFrame(status)]))).toEqual([]);
    expect(parser.lineIsQuiet()).toEqual([status]);
    expect(parser.droppedBytes).toBe(3);
  });

  it("keeps to itself that a spectrum was expected when it is reset", () => {
    const parser = new OemParser();
    parser.expectPixels(100);
    parser.push(new Uint8Array(50));
    parser.reset();
    expect(parser.droppedBytes).toBe(50);
    expect(parser.push(encodeFrame(status))).toEqual([status]);
  });

  it("accepts random damage at most as often as 8 bits of checksum let it, and never holds more than a frame", () => {
    const random = seededRandom(5);
    const parser = new OemParser();
    const good = encodeFrame({ command: 0x11, data: Uint8Array.of(100, 0, 0) });
    const rounds = 200_000;
    let accepted = 0;
    let most = 0;
    for (let round = 0; round < rounds; round++) {
      const damaged = Uint8Array.from(good);
      for (let i = 0; i < 4; i++) damaged[3 + i] = Math.floor(random() * 256);
      if (damaged.every((byte, i) => byte === good[i])) continue;
      accepted += parser.push(damaged).length;
      most = Math.max(most, parser.heldBytes);
      parser.reset();
    }
    expect(accepted / rounds).toBeLessThanOrEqual(1.5 / 256);
    expect(accepted).toBeGreaterThan(0);
    expect(most).toBeLessThan(70);
  });
});
