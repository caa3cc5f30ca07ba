import { connectObp } from "../../ocean-obp/driver.ts";
import { encodeFrame, flag, leastFrameBytes } from "../../ocean-obp/frame.ts";
import { obp } from "../../ocean-obp/messages.ts";
import { openTransport } from "../../transport/open.ts";
import { type Plug, type ProtocolUnderTest, spectrometerConnection } from "./protocol.ts";

const baud = 115_200;
const spectrumBytes = leastFrameBytes + 2 * 1024;
const transferMs = ((leastFrameBytes + spectrumBytes) * 10_000) / baud;
const marginMs = 2500;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const reply = (type: number, flags: number, error: number, bytes: number) =>
  hex(encodeFrame({ flags, error, type, regarding: 0, md5: true, data: new Uint8Array(bytes) }));
/** A header whose length field holds this. */
const header = (bytesRemaining: string, immediate = "00") =>
  `c1c00011${"00".repeat(18)}00${immediate}${"00".repeat(16)}${bytesRemaining}`;
const flip = (what: string, byte: number, bit = 0) => ({
  what,
  action: { kind: "flip", bit: 8 * byte + bit } as const,
});

function simulated(plug: Plug) {
  return { device: "ocean-obp", baud, ...plug } as const;
}

export const oceanObp: ProtocolUnderTest = {
  name: "Ocean OBP",
  readings: "asked",
  simulator: simulated,
  async connect(path, { integrationUs = 1000, scansToAverage = 1, lastBaud = baud, wantedBaud = baud, ...options }) {
    const timing = { marginMs: options.marginMs ?? marginMs, probeMs: 400, baudSettleMs: 60 };
    const settings = { integrationUs, scansToAverage };
    const { signal, clock } = options;
    return spectrometerConnection(
      await connectObp({
        open: openTransport,
        path,
        settings,
        lastBaud,
        wantedBaud,
        timing,
        ...(signal && { signal }),
        ...(clock && { clock }),
      }),
      scansToAverage,
    );
  },
  reading: { reply: obp.rawSpectrum.type, firstKept: 2, bytes: spectrumBytes },
  marginMs,
  deadlineMs: (options) => options.integrationUs / 1000 + transferMs + options.marginMs,
  integrationUs: { short: [1000, 7000], long: 60_000_000 },
  averages: true,
  hasLight: true,
  hasSerialNumber: true,
  tellsCoefficients: true,
  falseStarts: ["c1c0c1c000", header("001a0000").slice(0, 40), header("001a0000")],
  absurd: [header("00000000"), header("13000000"), header("ffffffff"), header("14000000", "c8")],
  foreign: [reply(obp.firmware.type, flag.response, 0, 2), reply(obp.rawSpectrum.type, 0, 0, 0)],
  damages: [
    flip("header", 12),
    flip("length", 41, 3),
    flip("payload", 1000, 3),
    flip("checksum", spectrumBytes - 10),
    flip("footer", spectrumBytes - 2),
  ],
  unseen:
    "A device that knows no checksums (OBP message 0x10) is believed pixel by pixel within the converter's range.",
  negative: {
    final: [1, 2, 4, 5, 6, 8, 10, 11, 12, 13, 100],
    again: 7,
    deferred: reply(obp.rawSpectrum.type, flag.response | flag.exception, 255, 0),
  },
  bauds: { others: [9600, 57_600, 38_400, 19_200], slowest: 9600, switchReply: obp.setBaud.type },
};

/** The same of a device that echoes no token and knows no checksums: only the order of its answers tells them apart. */
export const oceanObpBare: ProtocolUnderTest = {
  ...oceanObp,
  name: "Ocean OBP without tokens and checksums",
  simulator: (plug) => ({ ...simulated(plug), echoesToken: false, checksums: false }),
  damages: [flip("length", 41, 3), flip("start", 1), flip("version", 2), flip("footer", spectrumBytes - 2)],
};
