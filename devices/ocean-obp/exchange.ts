import { LithoscopeError } from "../../contract/errors.ts";
import type { Exchange, Verdict } from "../engine.ts";
import { encodeFrame, flag, type ObpFrame } from "./frame.ts";
import type { Message } from "./messages.ts";

/** Numbers of reference/protocols.md §1.3 that the driver acts upon. */
const obpError = {
  unknownMessage: 2,
  badChecksum: 3,
  notReady: 7,
  unknownChecksumType: 8,
  wasReset: 9,
  doesNotExist: 12,
  deferred: 255,
} as const;

/** What a model answers to a message that it does not offer. */
export const notOffered: ReadonlySet<number> = new Set([
  obpError.unknownMessage,
  obpError.unknownChecksumType,
  obpError.doesNotExist,
]);

const errorText: Record<number, string> = {
  1: "unsupported protocol version",
  2: "unknown message type",
  3: "bad checksum",
  4: "message too large",
  5: "wrong payload length",
  6: "invalid payload data",
  7: "not ready",
  8: "unknown checksum type",
  9: "the instrument was reset",
  10: "commands from too many interfaces",
  11: "out of memory",
  12: "the information does not exist",
  13: "internal error of the instrument",
};

/** A negative answer, with its number. */
export class ObpRefusal extends LithoscopeError {
  readonly obpError: number;

  constructor(what: string, number: number) {
    super(
      "device-refused",
      `The instrument refused to ${what} (error ${number}, ${errorText[number] ?? "unknown"}); no reading was made.`,
      "Measure again. If it refuses again, switch the instrument off and on.",
    );
    this.obpError = number;
  }
}

/** The instrument restarted: identity and settings must be read and applied anew, so the connection is given up. */
function wasReset(what: string): LithoscopeError {
  return new LithoscopeError(
    "device-disconnected",
    `The instrument restarted by itself (${what}); a reading under way is lost.`,
    "Check its power supply. Lithoscope connects again by itself.",
  );
}

/** Back-off while the instrument is not ready: 0.1 s doubling is over after 5 tries and 3.1 s. */
const notReadyTries = 5;
const notReadyFirstMs = 100;
/** A deferred answer names no time. Ten seconds is what Ocean's own serial examples wait for any answer (§1.6, BON). */
const deferredMs = 10_000;

/**
 * A message as a request of the engine, with the retry rules of §1.3: not ready → back-off, bad checksum → once more,
 * deferred → wait, reset → reconnect, every other number → the caller. A device that echoes the token makes foreign
 * replies recognisable; one that sends 0 is believed by message type alone (§1.1: no code seen relies on the echo).
 */
export function exchange<Input, Output>(
  message: Message<Input, Output>,
  input: Input,
  options: { md5: boolean; deadlineMs: number },
): Exchange<ObpFrame, Output> {
  const { type, kind, what } = message;
  let notReadyMs = notReadyFirstMs;

  const refusal = (number: number): Verdict<Output> => {
    if (number === obpError.deferred) return { is: "deferred", extraMs: deferredMs };
    if (number === obpError.wasReset) return { is: "refused", error: wasReset(what) };
    const error = new ObpRefusal(what, number);
    if (number === obpError.badChecksum) return { is: "again", afterMs: 0, times: 1, error };
    if (number !== obpError.notReady) return { is: "refused", error };
    notReadyMs *= 2;
    return { is: "again", afterMs: notReadyMs / 2, times: notReadyTries, error };
  };

  return {
    what,
    deadlineMs: options.deadlineMs,
    encode: (token) =>
      encodeFrame({
        flags: kind === "command" ? flag.wantsAck : 0,
        error: 0,
        type,
        regarding: token,
        md5: options.md5,
        data: message.encode(input),
      }),
    judge(frame, token) {
      // Our own request echoed by the line carries none of the flags of a reply.
      const isReply = (frame.flags & (flag.response | flag.ack | flag.nack | flag.exception)) !== 0;
      const isOurs = frame.regarding === 0 || frame.regarding === token;
      if (frame.type !== type || !isReply || !isOurs) return { is: "foreign" };
      if (frame.flags & (flag.nack | flag.exception)) return refusal(frame.error);
      if (kind === "command" && !(frame.flags & flag.ack)) return misunderstood(what, "neither ACK nor NACK", 0);
      try {
        return { is: "answer", value: message.decode(frame.data) };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return misunderstood(what, error.message, 1);
      }
    },
  };
}

function misunderstood<Output>(what: string, why: string, times: number): Verdict<Output> {
  const error = new LithoscopeError(
    "device-protocol",
    `The instrument's answer makes no sense (${what}: ${why}); it was not used.`,
    "Check the cable and measure again. If it stays so, this model may not be supported.",
  );
  return times === 0 ? { is: "refused", error } : { is: "again", afterMs: 0, times, error };
}
