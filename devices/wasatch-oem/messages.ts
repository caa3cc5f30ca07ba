import { LithoscopeError } from "../../contract/errors.ts";
import type { Exchange, Verdict } from "../engine.ts";
import { encodeFrame } from "./frame.ts";
import type { OemReply } from "./parser.ts";

/** Set in a command that writes (reference/protocols.md §3.4). */
export const writes = 0x80;

/**
 * The commands we send. The laser's modulation is left out: the widths of its numbers are not documented. Nothing here
 * writes permanent memory or resets.
 */
export const oem = {
  acquire: 0x0a,
  firmware: 0x0d,
  fpga: 0x10,
  integrationMs: 0x11,
  pixelCount: 0x15,
  laser: 0x34,
} as const;

/** Negative answers, as bytes: 1 to 4, and the signed −4 to −1 (§3.4). */
export const status = { ok: 0, wrongLength: 1, badCrc: 2, unknown: 3, busy: 0xfc } as const;

const statusText: Record<number, string> = {
  1: "wrong length",
  2: "bad checksum",
  3: "unknown command",
  4: "port not available",
  252: "busy",
  253: "invalid internal address",
  254: "internal communication failed",
  255: "internal data error",
};

/** While the board is busy: 0.1 s doubling is over after 5 tries and 3.1 s. */
const busyTries = 5;
const busyFirstMs = 100;

/** Answer of a read: the data of the frame that carries the same command. `decode` throws RangeError on a wrong length. */
export function read<Value>(
  what: string,
  command: number,
  decode: (data: Uint8Array) => Value,
  deadlineMs: number,
): Exchange<OemReply, Value> {
  let busyMs = busyFirstMs;
  return {
    what,
    deadlineMs,
    encode: () => encodeFrame({ command, data: new Uint8Array(0) }),
    judge(reply) {
      if ("pixels" in reply || reply.command !== command) return { is: "foreign" };
      // Our own request echoed by the line has no data.
      if (reply.data.length === 0) return { is: "foreign" };
      try {
        return { is: "answer", value: decode(reply.data) };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        if (reply.data.length !== 1) return misunderstood(what, error.message);
        busyMs *= 2;
        return negative(what, reply.data[0] ?? 0, busyMs / 2);
      }
    },
  };
}

/** A write is answered by one byte of status. */
export function write(what: string, command: number, data: Uint8Array, deadlineMs: number): Exchange<OemReply, true> {
  let busyMs = busyFirstMs;
  return {
    what,
    deadlineMs,
    encode: () => encodeFrame({ command: command | writes, data }),
    judge(reply) {
      if ("pixels" in reply || reply.command !== (command | writes)) return { is: "foreign" };
      if (reply.data.length !== 1) return misunderstood(what, `a status of ${reply.data.length} bytes`);
      const [value = 0] = reply.data;
      if (value === status.ok) return { is: "answer", value: true };
      busyMs *= 2;
      return negative(what, value, busyMs / 2);
    },
  };
}

/** A spectrum: bare pixel bytes, or a frame with a negative status. */
export function acquire(expectPixels: () => void, deadlineMs: number): Exchange<OemReply, Uint8Array> {
  const what = "read a spectrum";
  let busyMs = busyFirstMs;
  return {
    what,
    deadlineMs,
    encode: () => {
      expectPixels();
      return encodeFrame({ command: oem.acquire, data: new Uint8Array(0) });
    },
    judge(reply) {
      if ("pixels" in reply) return { is: "answer", value: reply.pixels };
      if ((reply.command & ~writes) !== oem.acquire || reply.data.length !== 1) return { is: "foreign" };
      busyMs *= 2;
      return negative(what, reply.data[0] ?? 0, busyMs / 2);
    },
  };
}

function negative<Value>(what: string, value: number, busyMs: number): Verdict<Value> {
  const error = new LithoscopeError(
    "device-refused",
    `The instrument refused to ${what} (status ${value}, ${statusText[value] ?? "unknown"}); no reading was made.`,
    "Measure again. If it refuses again, switch the instrument off and on.",
  );
  if (value === status.busy) return { is: "again", afterMs: busyMs, times: busyTries, error };
  if (value === status.badCrc) return { is: "again", afterMs: 0, times: 1, error };
  return { is: "refused", error };
}

function misunderstood<Value>(what: string, why: string): Verdict<Value> {
  const error = new LithoscopeError(
    "device-protocol",
    `The instrument's answer makes no sense (${what}: ${why}); it was not used.`,
    "Check the cable and measure again. If it stays so, this board may not be supported.",
  );
  return { is: "again", afterMs: 0, times: 1, error };
}

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

/** Integration time in ms: 24 bits, least significant byte first (§3.4). */
export function u24(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff);
}

/** Least significant byte first; throws RangeError for another length than said. */
export function unsigned(data: Uint8Array, ...lengths: number[]): number {
  if (!lengths.includes(data.length)) throw new RangeError(`a number of ${data.length} bytes`);
  return data.reduceRight((sum, byte) => sum * 256 + byte, 0);
}
