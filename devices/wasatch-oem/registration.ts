import type { Recognised, SerialDriver } from "../driver.ts";
import { openTransport } from "../transport/open.ts";
import { connectWasatchOem, oemBaud } from "./driver.ts";
import { encodeFrame } from "./frame.ts";
import { oem } from "./messages.ts";
import { OemParser } from "./parser.ts";

/** Not the ping: its bytes hold a K, which sets the rate of an instrument commanded by letters. These hold no letter. */
const question = encodeFrame({ command: oem.firmware, data: new Uint8Array(0) });

function recognise(received: Uint8Array): Recognised | undefined {
  const parser = new OemParser();
  const replies = [...parser.push(received), ...parser.lineIsQuiet()];
  const found = replies.some(
    (reply) => "command" in reply && reply.command === oem.firmware && reply.data.length === 4,
  );
  return found ? { model: "Wasatch OEM board" } : undefined;
}

/** A board answers in milliseconds; the rest is for a slow adapter. */
const waitMs = 300;

export const wasatchOem: SerialDriver = {
  id: "wasatch-oem",
  name: "Wasatch Photonics OEM board (serial)",
  link: "serial",
  probes: [{ manner: "framed", baud: oemBaud, send: question, waitMs, recognise }],
  usbIds: [],
  technique: "raman",
  connect: (request) => connectWasatchOem({ ...request, open: openTransport }),
};
