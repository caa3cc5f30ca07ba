import type { Recognised, SerialDriver } from "../driver.ts";
import { openTransport } from "../transport/open.ts";
import { baudsToTry, connectObp } from "./driver.ts";
import { encodeFrame, flag } from "./frame.ts";
import { obp } from "./messages.ts";
import { ObpParser } from "./parser.ts";

/** Query of the serial number (reference/protocols.md §1.8): 64 bytes that change nothing. */
const question = encodeFrame({
  flags: 0,
  error: 0,
  type: obp.serialNumber.type,
  regarding: 0,
  md5: false,
  data: new Uint8Array(0),
});

function recognise(received: Uint8Array): Recognised | undefined {
  const parser = new ObpParser();
  for (const frame of [...parser.push(received), ...parser.lineIsQuiet()]) {
    if (frame.type !== obp.serialNumber.type || frame.flags & flag.nack || frame.data.length === 0) continue;
    return { serialNumber: obp.serialNumber.decode(frame.data) };
  }
  return undefined;
}

/** §1.6: 0.5 s for each rate (BON). */
const waitMs = 500;

export const oceanObp: SerialDriver = {
  id: "ocean-obp",
  name: "Ocean Optics with the Ocean Binary Protocol (STS and others)",
  link: "serial",
  probes: baudsToTry.map((baud) => ({ manner: "framed", baud, send: question, waitMs, recognise })),
  usbIds: [],
  connect: (request) => connectObp({ ...request, open: openTransport }),
};
