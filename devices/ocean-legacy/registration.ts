import type { Recognised, SerialDriver } from "../driver.ts";
import { openTransport } from "../transport/open.ts";
import { baudsToTry, connectLegacy } from "./driver.ts";
import { ack, unsigned, version } from "./letters.ts";

/** ACK and two bytes, and nothing besides: all that tells an answer in letters from noise. */
function recognise(received: Uint8Array): Recognised | undefined {
  if (received.length !== 3 || received[0] !== ack) return undefined;
  return { model: `Ocean Optics, firmware ${unsigned(received.subarray(1))}` };
}

/** As for the newer instruments (reference/protocols.md §1.6). */
const waitMs = 500;

export const oceanLegacy: SerialDriver = {
  id: "ocean-legacy",
  name: "Ocean Optics with letter commands on RS-232 (USB2000+, Flame, S2000)",
  link: "serial",
  probes: baudsToTry.map((baud) => ({ manner: "letters", baud, send: version, waitMs, recognise })),
  usbIds: [],
  connect(request) {
    const { adapter, wavelengthCoefficients } = request;
    const described = {
      ...(adapter && { serialNumber: adapter }),
      ...(wavelengthCoefficients && { wavelengthCoefficients }),
    };
    return connectLegacy({ ...request, described, open: openTransport });
  },
};
