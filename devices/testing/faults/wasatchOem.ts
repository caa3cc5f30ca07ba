import { openTransport } from "../../transport/open.ts";
import { connectWasatchOem, oemBaud } from "../../wasatch-oem/driver.ts";
import { encodeFrame } from "../../wasatch-oem/frame.ts";
import { oem, status } from "../../wasatch-oem/messages.ts";
import { type ProtocolUnderTest, spectrometerConnection } from "./protocol.ts";

const bytes = 2 * 1024;
const transferMs = ((bytes + 6) * 10_000) / oemBaud;
const marginMs = 3000;
/** For the laser's first step; a case takes seconds. */
const armedMs = 600_000;

const hex = (frame: Uint8Array) => Buffer.from(frame).toString("hex");
const answer = (command: number, ...data: number[]) => hex(encodeFrame({ command, data: Uint8Array.from(data) }));

export const wasatchOem: ProtocolUnderTest = {
  name: "Wasatch OEM",
  readings: "asked",
  simulator: ({ coefficients, baudSwitch, serialNumber, ...plug }) => ({ device: "wasatch-oem", ...plug }),
  async connect(path, { integrationUs = 1000, scansToAverage = 1, ...options }) {
    const spectrometer = await connectWasatchOem({
      open: openTransport,
      path,
      settings: { integrationUs, scansToAverage },
      wavelengthCoefficients: [840, 0.2],
      timing: { marginMs: options.marginMs ?? marginMs, probeMs: 1500 },
      signal: options.signal,
      clock: options.clock,
    });
    const connection = spectrometerConnection(spectrometer, scansToAverage);
    return {
      ...connection,
      serialNumber: undefined, // the place stands for it
      get counters() {
        return spectrometer.counters;
      },
      setLight(on) {
        spectrometer.laser?.arm(armedMs);
        return connection.setLight(on);
      },
    };
  },
  reading: { reply: oem.acquire, firstKept: 2, bytes, repliesIfGarbled: 2 },
  marginMs,
  deadlineMs: (options) => options.integrationUs / 1000 + transferMs + options.marginMs,
  // An exposure cannot be ended early: a case that cancels one waits for it.
  integrationUs: { short: [1000, 7000], long: 6_000_000 },
  averages: false,
  hasLight: true,
  hasSerialNumber: false,
  tellsCoefficients: false,
  falseStarts: ["3c", "3c0001", "3c00403c"],
  absurd: ["3c0000", "3cffff", "3c0042"],
  foreign: [answer(oem.firmware, 1, 2, 3, 4), answer(oem.integrationMs, 9, 9, 0), answer(oem.acquire)],
  damages: [
    { what: "a doubled byte", action: { kind: "double", byte: 1000 } },
    { what: "noise in front", action: { kind: "garbage", hex: "a55a" } },
  ],
  unseen:
    "Wasatch OEM: the pixels come without frame and checksum; a flipped bit in them, or a byte lost and another doubled in the same spectrum, cannot be seen.",
  negative: { final: [1, 3, 4, 253, 254, 255], again: status.busy },
};
