import { LithoscopeError } from "../../contract/errors.ts";
import type { Exchange, Verdict } from "../engine.ts";
import { unsigned } from "./letters.ts";
import type { Expected, LetterFrame, LetterParser } from "./parser.ts";
import type { Scan } from "./scan.ts";

/** A NAK: the instrument does not know the letter, or not the value. */
export class LetterRefusal extends LithoscopeError {
  constructor(what: string) {
    super(
      "device-refused",
      `The instrument refused to ${what} (NAK); no reading was made.`,
      "Measure again. If it refuses again, switch the instrument off and on.",
    );
  }
}

/** An answer that is none may be the tail of an older one; after that many in a row the line itself is bad. */
const noiseTries = 3;
/** ETX in place of a scan: the detector was not ready, perhaps (§2.4 gives no reason). Our choice. */
const noScanTries = 2;
const noScanPauseMs = 100;

interface Letter<Value> {
  /** For people: "read the firmware version". */
  what: string;
  bytes: Uint8Array;
  expected: Expected;
  deadlineMs: number;
  answer(frame: LetterFrame): Value | undefined;
}

function exchange<Value>(parser: LetterParser, letter: Letter<Value>): Exchange<LetterFrame, Value> {
  const { what, bytes, expected, deadlineMs, answer } = letter;
  return {
    what,
    deadlineMs,
    prepare: () => parser.expect(expected),
    encode: () => bytes,
    judge(frame): Verdict<Value> {
      if (frame.is === "nak") return { is: "refused", error: new LetterRefusal(what) };
      const value = answer(frame);
      if (value !== undefined) return { is: "answer", value };
      if (frame.is === "no-scan") return { is: "again", afterMs: noScanPauseMs, times: noScanTries, error: noScan() };
      return { is: "again", afterMs: 0, times: noiseTries, error: noise(what), unsettled: true };
    },
  };
}

/** A command that is answered with ACK. */
export function command(parser: LetterParser, what: string, bytes: Uint8Array, deadlineMs: number) {
  const answer = (frame: LetterFrame) => (frame.is === "ack" ? true : undefined);
  return exchange(parser, { what, bytes, deadlineMs, expected: { is: "ack" }, answer });
}

/** A query that is answered with ACK and so many bytes. */
export function bytesQuery(parser: LetterParser, what: string, bytes: Uint8Array, length: number, deadlineMs: number) {
  const answer = (frame: LetterFrame) => (frame.is === "value" ? frame.data : undefined);
  return exchange(parser, { what, bytes, deadlineMs, expected: { is: "value", bytes: length }, answer });
}

/** As {@link bytesQuery}, for an unsigned number. */
export function numberQuery(parser: LetterParser, what: string, bytes: Uint8Array, length: 2 | 4, deadlineMs: number) {
  const answer = (frame: LetterFrame) => (frame.is === "value" ? unsigned(frame.data) : undefined);
  return exchange(parser, { what, bytes, deadlineMs, expected: { is: "value", bytes: length }, answer });
}

/** A scan. */
export function scanRequest(
  parser: LetterParser,
  bytes: Uint8Array,
  expected: Extract<Expected, { is: "scan" }>,
  deadlineMs: number,
): Exchange<LetterFrame, Scan> {
  const answer = (frame: LetterFrame) => (frame.is === "scan" ? frame.scan : undefined);
  return exchange(parser, { what: "read a spectrum", bytes, deadlineMs, expected, answer });
}

function noScan(): LithoscopeError {
  return new LithoscopeError(
    "device-refused",
    "The instrument answered three times that it has no spectrum; no reading was made.",
    "Measure again. If it stays so, switch the instrument off and on.",
  );
}

function noise(what: string): LithoscopeError {
  return new LithoscopeError(
    "device-protocol",
    `The instrument's answer makes no sense (${what}); it was not used.`,
    "Check the cable, and keep it away from motors and power lines. Then measure again.",
  );
}
