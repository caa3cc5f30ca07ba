import type { PositionDriver, Recognised } from "../driver.ts";
import { SentenceParser } from "./sentence.ts";

/** Most modules, the standard, newer u-blox (reference/protocols.md §6). */
export const receiverBauds = [9600, 4800, 38_400, 115_200] as const;

/** Receivers tell once a second; a third more for one that is late. Our choice. */
const waitMs = 1400;

/** Any good sentence of a satellite system: position, time, or satellites in view. */
function recognise(received: Uint8Array): Recognised | undefined {
  const body = new SentenceParser()
    .push(received)
    .find((text) => /^G[A-Z](GGA|RMC|GSA|GSV|GLL|GNS|VTG|ZDA),/.test(text));
  return body === undefined ? undefined : { model: `GNSS receiver (NMEA 0183, talker ${body.slice(0, 2)})` };
}

export const gnss: PositionDriver = {
  id: "gnss",
  name: "GNSS receiver (NMEA 0183)",
  link: "position",
  probes: receiverBauds.map((baud) => ({ manner: "listens", baud, waitMs, recognise })),
  // u-blox receivers are a serial port by themselves.
  usbIds: [{ vendorId: 0x1546 }],
};
