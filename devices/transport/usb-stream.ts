import { LithoscopeError } from "../../contract/errors.ts";
import { pause } from "../time.ts";
import type { Transport } from "./transport.ts";
import type { UsbLink } from "./usb.ts";

/** For a packet; a device that is asked nothing sends nothing, so that the wait only begins again. */
const packetTimeoutMs = 1000;
/** After damage on the bus, so that a failing device is not asked without pause. */
const restMs = 50;
/** As a rate for estimates: high speed, 480 Mbit/s. */
export const usbBaud = 480_000_000;

/**
 * A pair of bulk endpoints as a stream of bytes, for protocols that are the same on a serial line. Each packet is handed on
 * as it comes: a first read of fixed length broke on some models (reference/protocols.md §1.7).
 */
export function usbStream(link: UsbLink, endpoints: { out: number; in: number }): Transport {
  const stopped = new AbortController();
  let listener: (bytes: Uint8Array) => void = () => {};
  link.onClosed(() => stopped.abort());

  const pump = async () => {
    const options = { timeoutMs: packetTimeoutMs, signal: stopped.signal };
    while (!stopped.signal.aborted) {
      try {
        const packet = await link.bulkIn(endpoints.in, link.packetBytes, options);
        if (packet.length > 0) listener(packet);
      } catch (error) {
        if (!(error instanceof LithoscopeError)) throw error;
        if (error.code !== "device-timeout") await pause(restMs, stopped.signal).catch(() => {});
      }
    }
  };
  void pump();

  return {
    kind: "usb",
    path: link.path,
    write: (bytes) => link.bulkOut(endpoints.out, bytes),
    onData: (to) => {
      listener = to;
    },
    onClosed: (to) => link.onClosed(to),
    setBaud: async () => {},
    close: () => link.close(),
  };
}
