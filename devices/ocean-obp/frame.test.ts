import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyFrame } from "../testing/any-frame.ts";
import { decodeFrame, encodeFrame, flag, frameLength, leastFrameBytes, type ObpFrame } from "./frame.ts";
import { obp } from "./messages.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

// reference/protocols.md §1.8
const zeros16 = "00".repeat(16);
const getSerial = hex(
  `c1c00011 0000 0000 00010000 00000000 000000000000 00 00 ${zeros16} 14000000 ${zeros16} c5c4c3c2`,
);
const serialReply = hex(
  `c1c00011 0100 0000 00010000 00000000 000000000000 00 06 53303535303700000000000000000000 14000000 ${zeros16} c5c4c3c2`,
);
const setIntegration = hex(
  `c1c00011 0400 0000 10001100 00000000 000000000000 00 04 a0860100000000000000000000000000 14000000 ${zeros16} c5c4c3c2`,
);
const thisIsATest = hex(
  `c1c00011 0400 0000 00000000 00000000 000000000000 01 00 ${zeros16} 22000000
   5468697320697320612074657374 ac9fa926c335e6bdbc8caa545b3d655a c5c4c3c2`,
);

const request = (type: number, data: Uint8Array, md5 = false, flags = 0): ObpFrame => ({
  flags,
  error: 0,
  type,
  regarding: 0,
  md5,
  data,
});

describe("a frame of the Ocean Binary Protocol", () => {
  it("asks for the serial number with the published bytes", () => {
    expect(toHex(encodeFrame(request(obp.serialNumber.type, obp.serialNumber.encode())))).toBe(toHex(getSerial));
  });

  it("sets 100 ms with the published bytes, also under MD5", () => {
    const data = obp.setIntegrationUs.encode(100_000);
    const { type } = obp.setIntegrationUs;
    expect(toHex(encodeFrame(request(type, data, false, flag.wantsAck)))).toBe(toHex(setIntegration));
    const digest = encodeFrame(request(type, data, true, flag.wantsAck)).subarray(44, 60);
    expect(toHex(digest)).toBe("13a4a266d9f695dfc1013830facb00eb");
  });

  it("gives the serial number of the published reply", () => {
    const frame = decodeFrame(serialReply);
    expect(frame).toMatchObject({ flags: flag.response, type: obp.serialNumber.type });
    expect(typeof frame === "object" && obp.serialNumber.decode(frame.data)).toBe("S05507");
  });

  it("gives 337.5 of the published wavelength coefficient", () => {
    expect(obp.wavelengthCoefficient.decode(hex("00c0a843"))).toBe(337.5);
  });

  it("takes a payload whose MD5 fits and refuses it when any bit before the footer's is flipped", () => {
    const frame = decodeFrame(thisIsATest);
    expect(typeof frame === "object" && Buffer.from(frame.data).toString()).toBe("This is a test");
    for (let bit = 24 * 8; bit < 44 * 8 + 14 * 8 + 16 * 8; bit++) {
      if (bit >= 40 * 8 && bit < 44 * 8) continue; // the length: another frame, see frameLength
      const flipped = thisIsATest.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(decodeFrame(flipped)).toBe("damaged");
    }
  });

  it("says 2112 bytes for an STS spectrum", () => {
    const header = hex(`c1c00011 0100 0000 00111000 00000000 000000000000 00 00 ${zeros16} 14080000`);
    expect(frameLength(header, 8192)).toBe(2112);
  });

  it("comes back from its bytes as it was", () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const bytes = encodeFrame(frame);
        expect(frameLength(bytes.subarray(0, 44), 8192)).toBe(bytes.length);
        expect(decodeFrame(bytes)).toEqual(frame);
      }),
    );
  });

  it.each([
    ["bytes remaining 0", 40, "00000000"],
    ["bytes remaining 19", 40, "13000000"],
    ["bytes remaining 0xFFFFFFFF", 40, "ffffffff"],
    ["immediate length 200", 23, "c8"],
    ["checksum type 2", 22, "02"],
    ["protocol version 0x1200", 2, "0012"],
  ])("does not begin with %s", (_, at, bytes) => {
    const header = Uint8Array.from(getSerial.subarray(0, 44));
    header.set(hex(bytes), at);
    expect(frameLength(header, 8192)).toBeUndefined();
  });

  it("is 64 bytes without payload", () => {
    expect(getSerial.length).toBe(leastFrameBytes);
  });
});
