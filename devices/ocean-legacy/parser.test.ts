import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Expected, type LetterFrame, LetterParser } from "./parser.ts";
import { encodeScan, type Scan, scanBytes } from "./scan.ts";

const asked = { scansToAdd: 1, integrationMs: 100 };
const pixels = 300;
const scanOf = (counts: Uint16Array<ArrayBuffer>): Scan => ({ scansAdded: 1, integrationMs: 100, counts });
const expectScan: Expected = { is: "scan", asked, pixels };
const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));

/** What comes of an answer in pieces of the given sizes, and of the quiet line after it. */
function heard(expected: Expected, bytes: Uint8Array, sizes: readonly number[] = [bytes.length || 1]): LetterFrame[] {
  const parser = new LetterParser();
  parser.expect(expected);
  const frames: LetterFrame[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    frames.push(...parser.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...frames, ...parser.lineIsQuiet()];
}

/** STX, ACK, FF and FD are common in the counts, so that headers and ends stand inside scans. */
const anyScan = fc
  .array(fc.oneof(fc.constantFrom(0xffff, 0xfffd, 0x0602, 0x02ff, 0xff00), fc.integer({ min: 0, max: 0xffff })), {
    minLength: pixels,
    maxLength: pixels,
  })
  .map((counts) => scanOf(Uint16Array.from(counts)));
const sizes = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 8 });
const quartz = encodeScan(scanOf(Uint16Array.from({ length: pixels }, (_, i) => i)));

describe("the parser of letters", () => {
  it("gives a scan however it is cut, with or without an ACK before it", () => {
    fc.assert(
      fc.property(anyScan, sizes, fc.boolean(), (scan, pieces, acked) => {
        const bytes = Uint8Array.of(...(acked ? [6] : []), ...encodeScan(scan));
        expect(heard(expectScan, bytes, pieces)).toEqual([{ is: "scan", scan }]);
      }),
    );
  });

  it("gives a scan of added spectra as 32-bit counts", () => {
    const scan: Scan = { scansAdded: 15, integrationMs: 65_535, counts: Uint32Array.from([0, 70_000, 983_025]) };
    const expected: Expected = { is: "scan", asked: { scansToAdd: 15, integrationMs: 65_535 }, pixels: 3 };
    expect(heard(expected, encodeScan(scan))).toEqual([{ is: "scan", scan }]);
  });

  it("knows the header of fifteen bytes", () => {
    expect(Buffer.from(quartz.subarray(0, 15)).toString("hex")).toBe("02ffff000000010064000000000000");
    expect(quartz.length).toBe(scanBytes(asked, pixels));
  });

  it("finds the scan behind noise and false starts", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(14), (noise, cut) => {
        const bytes = Uint8Array.of(...noise, ...quartz.subarray(0, cut), ...quartz);
        expect(heard(expectScan, bytes).filter(({ is }) => is === "scan")).toHaveLength(1);
      }),
    );
  });

  it("gives no scan of which a byte is missing, doubled, or wrong in what is known of it", () => {
    const known = [0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14, quartz.length - 2, quartz.length - 1];
    for (const at of [...known, 50, 200]) {
      const lost = Uint8Array.of(...quartz.subarray(0, at), ...quartz.subarray(at + 1));
      const doubled = Uint8Array.of(...quartz.subarray(0, at + 1), ...quartz.subarray(at, -1));
      for (const bytes of [lost, doubled]) {
        const found = heard(expectScan, bytes).filter(({ is }) => is === "scan");
        // Zero beside zero, FF beside FF: the damage is none.
        if (Buffer.compare(bytes, quartz) !== 0) expect(found).toEqual([]);
      }
    }
    for (const at of known) {
      for (let bit = 0; bit < 8; bit++) {
        const bytes = quartz.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte));
        expect(heard(expectScan, bytes).filter(({ is }) => is === "scan")).toEqual([]);
      }
    }
  });

  it("does not take a scan with other settings for the one asked for", () => {
    const other = encodeScan({ scansAdded: 1, integrationMs: 101, counts: new Uint16Array(pixels) });
    expect(heard(expectScan, other).filter(({ is }) => is === "scan")).toEqual([]);
  });

  it("learns the number of pixels from a scan that ends in silence", () => {
    const expected: Expected = { is: "scan", asked, pixels: undefined };
    expect(heard(expected, quartz)).toEqual([
      { is: "scan", scan: scanOf(Uint16Array.from({ length: pixels }, (_, i) => i)) },
    ]);
    expect(heard(expected, quartz.subarray(0, -1))).toEqual([]);
  });

  it.each<[string, Expected, string, LetterFrame[]]>([
    ["ACK", { is: "ack" }, "06", [{ is: "ack" }]],
    ["NAK", { is: "ack" }, "15", [{ is: "nak" }]],
    ["a word", { is: "value", bytes: 2 }, "0603e8", [{ is: "value", data: hex("03e8") }]],
    ["a word that pauses", { is: "value", bytes: 2 }, "0603", []],
    ["a word of the wrong length", { is: "value", bytes: 2 }, "0603e800", [{ is: "noise" }]],
    ["something before an ACK", { is: "ack" }, "2006", [{ is: "noise" }]],
    ["NAK to a scan", expectScan, "15", [{ is: "nak" }]],
    ["ETX", expectScan, "03", [{ is: "no-scan" }]],
    ["ETX after an ACK", expectScan, "0603", [{ is: "no-scan" }]],
    ["NAK in noise", expectScan, "41414115", []],
  ])("hears %s", (_, expected, bytes, frames) => {
    expect(heard(expected, hex(bytes))).toEqual(frames);
  });

  it("waits for the rest of a scan that pauses", () => {
    const parser = new LetterParser();
    parser.expect(expectScan);
    for (const cut of [1, 7, 15, 100]) {
      expect(parser.push(quartz.subarray(0, cut))).toEqual([]);
      expect(parser.lineIsQuiet()).toEqual([]);
      expect(parser.push(quartz.subarray(cut))).toHaveLength(1);
    }
  });

  it("never holds more than one longest scan, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), fc.boolean(), (chunks, scanExpected) => {
        const parser = new LetterParser();
        parser.expect(scanExpected ? expectScan : { is: "ack" });
        for (const chunk of [quartz.subarray(0, 20), ...chunks]) parser.push(chunk);
        expect(parser.heldBytes).toBeLessThan(scanBytes(asked, pixels));
      }),
    );
  });
});
