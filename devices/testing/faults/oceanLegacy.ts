import { connectLegacy } from "../../ocean-legacy/driver.ts";
import { encodeScan, scanBytes } from "../../ocean-legacy/scan.ts";
import { openTransport } from "../../transport/open.ts";
import { type ProtocolUnderTest, spectrometerConnection } from "./protocol.ts";

const baud = 115_200;
const pixels = 2048;
const asked = { scansToAdd: 1, integrationMs: 1 };
const bytes = scanBytes(asked, pixels);
const marginMs = 2500;

const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");
/** A whole scan of no pixels, and one whose size flag is none. */
const empty = hex(encodeScan({ scansAdded: 1, integrationMs: 1, counts: new Uint16Array(0) }));
const flip = (what: string, byte: number, bit = 0) => ({
  what,
  action: { kind: "flip", bit: 8 * byte + bit } as const,
});

export const oceanLegacy: ProtocolUnderTest = {
  name: "Ocean letters",
  readings: "asked",
  simulator: ({ coefficients, baudSwitch, ...plug }) => ({
    device: "ocean-legacy",
    baud,
    coefficients,
    baudSwitch,
    ...plug,
  }),
  async connect(path, { integrationUs = 1000, scansToAverage = 1, lastBaud = baud, wantedBaud = baud, ...options }) {
    const timing = { marginMs: options.marginMs ?? marginMs, probeMs: 400, baudSettleMs: 60 };
    const settings = { integrationUs, scansToAverage };
    const { signal, clock } = options;
    return spectrometerConnection(
      await connectLegacy({
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
  // Two tell the number of pixels, and one is dropped after the settings.
  reading: { reply: "S", firstKept: 4, bytes },
  marginMs,
  deadlineMs: (options) => options.integrationUs / 1000 + ((24 + bytes) * 10_000) / baud + 40 + options.marginMs,
  integrationUs: { short: [1000, 7000], long: 60_000_000 },
  averages: true,
  hasLight: true,
  hasSerialNumber: true,
  tellsCoefficients: true,
  falseStarts: ["02ffff0000", "02ffff00000001", empty.slice(0, 26)],
  absurd: [empty, "02ffff0007000100010000000000000000fffd", "02ffff0001000100010000000000000000fffd"],
  foreign: ["0603e8", "06"],
  damages: [
    flip("STX", 0),
    flip("FFFF", 1, 3),
    flip("size flag", 4),
    flip("scans added", 6),
    flip("integration time", 8, 5),
    flip("pixel mode", 14, 1),
    flip("FFFD", bytes - 1, 2),
  ],
  unseen:
    "The letters have no checksum whose algorithm is known: damage of a pixel that leaves the scan's length is not seen.",
  negative: { final: [0x15], again: 0x03 },
  bauds: { others: [9600, 57_600, 38_400, 19_200], slowest: 9600, switchReply: "K" },
};
