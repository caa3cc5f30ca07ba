import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc8, decodeFrame, encodeFrame, type OemFrame } from "./frame.ts";
import { oem, u8, u24, unsigned, writes } from "./messages.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const fromHex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const none = new Uint8Array(0);

const anyFrame: fc.Arbitrary<OemFrame> = fc.record({
  command: fc.integer({ min: 0, max: 255 }),
  data: fc
    .array(fc.oneof(fc.constantFrom(0x3c, 0x3e), fc.integer({ min: 0, max: 255 })), { maxLength: 64 })
    .map((data) => Uint8Array.from(data)),
});

describe("a frame of an OEM board", () => {
  // reference/protocols.md §3.4
  it.each([
    ["ping", { command: 0x4b, data: none }, "3c00014ba23e"],
    ["acquire", { command: oem.acquire, data: none }, "3c00010aba3e"],
    ["get integration", { command: oem.integrationMs, data: none }, "3c000111073e"],
    ["set integration 100 ms", { command: oem.integrationMs | writes, data: u24(100) }, "3c0004916400004a3e"],
    ["laser on", { command: oem.laser | writes, data: u8(1) }, "3c0002b401283e"],
    ["laser off", { command: oem.laser | writes, data: u8(0) }, "3c0002b400763e"],
    ["firmware revision", { command: oem.firmware, data: none }, "3c00010d393e"],
    ["FPGA revision", { command: oem.fpga, data: none }, "3c000110593e"],
    ["pixel count", { command: oem.pixelCount, data: none }, "3c000115663e"],
    ["reply FPGA 02.1.23", { command: oem.fpga, data: Buffer.from("02.1.23") }, "3c00081030322e312e3233833e"],
    ["reply ok to set integration", { command: 0x91, data: u8(0) }, "3c00029100483e"],
    ["reply CRC error", { command: 0x91, data: u8(2) }, "3c00029102f43e"],
  ])("%s is as published", (_, frame, expected) => {
    expect(hex(encodeFrame(frame))).toBe(expected);
    expect(decodeFrame(fromHex(expected))).toEqual({ ...frame, data: Uint8Array.from(frame.data) });
  });

  it("has the checksum CRC-8/MAXIM", () => {
    expect(crc8(Buffer.from("123456789"))).toBe(0xa1); // the check value of the catalogue of CRC algorithms
  });

  it("comes back as it was encoded", () => {
    fc.assert(fc.property(anyFrame, (frame) => void expect(decodeFrame(encodeFrame(frame))).toEqual(frame)));
  });

  it("is never accepted with a single bit flipped behind its start and length", () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), (frame, at) => {
        const bytes = encodeFrame(frame);
        const bit = 24 + (at % ((bytes.length - 3) * 8));
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        expect(typeof decodeFrame(bytes)).toBe("string");
      }),
      { numRuns: 2000 },
    );
  });

  it("carries 24 bits, low byte first", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffff }), (ms) => void expect(unsigned(u24(ms), 3)).toBe(ms)));
  });
});
