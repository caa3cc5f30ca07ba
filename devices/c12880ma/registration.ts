import type { ConnectRequest, SerialDriver } from "../driver.ts";
import type { Spectrometer } from "../spectrometer.ts";
import { openTransport } from "../transport/open.ts";
import { boardBaud, connectBoard, holdsLine, type Sketch } from "./driver.ts";
import { command, longestLineBytes } from "./lines.ts";

const model = "Hamamatsu C12880MA board";
/** Two lines at the line's pace: the first is met in the middle. */
const twoLinesMs = Math.ceil((2 * longestLineBytes * 10_000) / boardBaud);
/** An Arduino that restarts when its port is opened is back after about 2 s. */
const bootMs = 2000;

function connect(request: ConnectRequest, sketch: Sketch): Promise<Spectrometer> {
  return connectBoard({ ...request, sheetCoefficients: request.wavelengthCoefficients, sketch, open: openTransport });
}

export const c12880maStreams: SerialDriver = {
  id: "c12880ma-streams",
  name: "Hamamatsu C12880MA board (groupgets sketch)",
  link: "serial",
  probes: [
    {
      manner: "listens",
      baud: boardBaud,
      waitMs: bootMs + twoLinesMs,
      recognise: (received) => (holdsLine(received, "spectrum") ? { model } : undefined),
    },
  ],
  usbIds: [],
  technique: "vnir",
  connect: (request) => connect(request, "streams"),
};

export const c12880maCommanded: SerialDriver = {
  id: "c12880ma-commanded",
  name: "Hamamatsu C12880MA board (microspec sketch)",
  link: "serial",
  probes: [
    {
      manner: "lines",
      baud: boardBaud,
      send: Buffer.from(command.timing, "ascii"),
      waitMs: 500,
      recognise: (received) => (holdsLine(received, "timing") ? { model } : undefined),
    },
  ],
  usbIds: [],
  technique: "vnir",
  connect: (request) => connect(request, "commanded"),
};
