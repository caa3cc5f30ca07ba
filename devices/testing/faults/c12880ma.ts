import { boardBaud, connectBoard, type Sketch } from "../../c12880ma/driver.ts";
import { longestLineBytes } from "../../c12880ma/lines.ts";
import { boardReply } from "../../simulators/c12880ma/serve.ts";
import { truthCounts } from "../../simulators/truth.ts";
import { openTransport } from "../../transport/open.ts";
import { type ProtocolUnderTest, spectrometerConnection } from "./protocol.ts";

const marginMs = 2500;
const hex = (text: string) => Buffer.from(text, "ascii").toString("hex");
const numbers = (count: number) => `${Array.from({ length: count }, (_, i) => i).join(",")}\n`;

/** A line as the simulator sends one. Their length varies by some bytes; the shortest is what cuts must lie within. */
const line = truthCounts({ session: 0, acquisition: 1, integrationUs: 10_000, scansToAverage: 1, lightOn: false }, 288);
const shorterAtMost = 40;
const bytes = line.join(",").length - shorterAtMost;

function board(sketch: Sketch): ProtocolUnderTest {
  const streams = sketch === "streams";
  const name = `C12880MA (${streams ? "streams" : "commanded"})`;
  return {
    name,
    readings: streams ? "streams" : "asked",
    simulator: ({ coefficients, baudSwitch, serialNumber, ignoresSettings, ...plug }) => ({
      device: "c12880ma",
      sketch,
      ...plug,
    }),
    async connect(path, options) {
      const spectrometer = await connectBoard({
        open: openTransport,
        path,
        sketch,
        // What the commanded sketch powers up with: it does not tell what it took, so no case is about settings.
        settings: { integrationUs: 10_000, scansToAverage: 1 },
        sheetCoefficients: [310, 2.7],
        timing: { marginMs: options.marginMs ?? marginMs, probeMs: 2000 },
        signal: options.signal,
        clock: options.clock,
      });
      const connection = spectrometerConnection(spectrometer);
      return {
        ...connection,
        serialNumber: undefined, // the place stands for it
        get counters() {
          return spectrometer.counters;
        },
        read: async (signal) => ({ ...(await connection.read(signal)), settings: undefined }),
      };
    },
    // A line takes a tenth of a second: the sixteenth comes after connecting.
    reading: { reply: boardReply.spectrum, firstKept: streams ? 16 : 2, bytes },
    marginMs,
    ...(streams
      ? {}
      : {
          deadlineMs: (options: { marginMs: number }) =>
            10 + (longestLineBytes * 10_000) / boardBaud + options.marginMs,
        }),
    averages: false,
    hasLight: false,
    hasSerialNumber: false,
    tellsCoefficients: false,
    falseStarts: [hex("1,2,3\n"), hex("###\n"), hex(numbers(287))],
    absurd: [hex("\n"), hex(numbers(1000)), hex("9".repeat(3000))],
    foreign: [hex(numbers(10)), hex(numbers(5))],
    damages: [
      { what: "a letter among the digits", action: { kind: "flip", bit: 8 * 100 + 6 } },
      { what: "a number too many", action: { kind: "garbage", hex: hex("7,") } },
    ],
    unseen:
      "C12880MA: numbers in text without checksum; a digit changed, lost, doubled or left over from a cut line makes another number.",
    unseenLoss: "a lost digit makes another number",
    ...(streams ? {} : { negative: { final: [1] } }),
  };
}

export const c12880maStreams = board("streams");
export const c12880maCommanded = board("commanded");
