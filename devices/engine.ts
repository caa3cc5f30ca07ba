import { LithoscopeError } from "../contract/errors.ts";
import { cancelled, pause } from "./time.ts";
import type { Transport } from "./transport/transport.ts";
import { Turns } from "./turns.ts";

/** A protocol's stream parser, keyed on its delimiters and lengths: a chunk is never a frame (reference/protocols.md §0, 1). */
export interface FrameParser<Frame> {
  push(bytes: Uint8Array): Frame[];
  /** The line paused in the middle of what looked like a frame: gives what can be found behind a false start. */
  lineIsQuiet(): Frame[];
  /** Forgets what it holds and counts it as dropped. */
  reset(): void;
  readonly heldBytes: number;
  readonly droppedBytes: number;
  /** Frames that were whole and failed their checksum. */
  readonly damagedFrames: number;
}

/** What a frame means to the request that waits. */
export type Verdict<Value> =
  | { is: "answer"; value: Value }
  /** Belongs to another request: ignored and counted. */
  | { is: "foreign" }
  /** The device works on it: the deadline moves by `extraMs`. */
  | { is: "deferred"; extraMs: number }
  /** Ask again after `afterMs`, at most `times` times, then give up with the error; `unsettled` wants a quiet line and a probe first. */
  | { is: "again"; afterMs: number; times: number; error: LithoscopeError; unsettled?: boolean }
  | { is: "refused"; error: LithoscopeError };

/** One request and the way to recognise its reply. */
export interface Exchange<Frame, Value> {
  /** For people: "read the serial number". */
  what: string;
  /** Called before each attempt, for a parser that must be told what the answer will look like. */
  prepare?(): void;
  /** The bytes to send; the token is new for each attempt, for protocols that can carry one. */
  encode(token: number): Uint8Array;
  judge(frame: Frame, token: number): Verdict<Value>;
  /** Computed from the device's state: integration × scans + transfer at the rate in force + margin (§0, 2). */
  deadlineMs: number;
}

export interface EngineOptions<Frame> {
  /** Time of one byte on the line in ms at the rate in force. */
  byteMs(): number;
  /** A harmless query with a known answer, asked after a failure before anything else is believed (§0, 4). */
  probe(): Exchange<Frame, unknown>;
  /**
   * The line is called quiet within an answer after so many ms (or 30 byte times, if longer); 250 if not given (§1.9). A
   * protocol whose answers end only in silence gives less, but more than the 16 ms for which USB adapters hold bytes back.
   */
  suspectMs?: number;
}

export interface EngineCounters {
  droppedBytes: number;
  damagedFrames: number;
  lateFrames: number;
  retries: number;
  timeouts: number;
}

/** §1.9: after this pause within a frame a false start is suspected. */
const suspectMs = 250;
const suspectBytes = 30;
/** §0, 4: the line is quiet after this. */
const quietMs = 50;
const quietBytes = 20;
/** A device that streams without end is not waited for: a spectrum takes 2.2 s at 9600 baud (§1.6), and the parser resynchronises. */
const longestNoiseMs = 3000;
const probeTries = 3;
/** While noise answers the probe, an instrument may still be sending what it owes: ten spectra take four seconds at 115200 baud. */
const longestDebtMs = 10_000;

interface Waiting<Frame> {
  frame(frame: Frame): void;
  damaged(): void;
  fail(error: LithoscopeError): void;
}

/** What ended one attempt; `unsettled` asks for a resync before the next. */
type Outcome<Value> = Exclude<Verdict<Value>, { is: "foreign" | "deferred" }> & { unsettled?: boolean };

/**
 * One request in flight on one connection; the others queue. Devices answer in order, so after a timeout or a cancel
 * the probe is a fence: whatever was owed before its answer has come or never will, and cannot be taken for the reply
 * to a later request.
 */
export class RequestEngine<Frame> {
  readonly #transport: Transport;
  readonly #parser: FrameParser<Frame>;
  readonly #options: EngineOptions<Frame>;
  readonly #counted = { lateFrames: 0, retries: 0, timeouts: 0, discardedBytes: 0 };
  #waiting: Waiting<Frame> | undefined;
  readonly #turns = new Turns();
  #ended: LithoscopeError | undefined;
  #unsettled = false;
  /** Until when a reply to an abandoned request may still be under way, on the monotonic clock. */
  #owedUntilMs = 0;
  #discarding = false;
  #lastByteMs = 0;
  #suspectTimer: ReturnType<typeof setTimeout> | undefined;
  #token = 0;

  constructor(transport: Transport, parser: FrameParser<Frame>, options: EngineOptions<Frame>) {
    this.#transport = transport;
    this.#parser = parser;
    this.#options = options;
    transport.onData((bytes) => this.#take(bytes));
    transport.onClosed((reason) => {
      this.#ended = reason;
      clearTimeout(this.#suspectTimer);
      this.#waiting?.fail(reason);
    });
  }

  get counters(): EngineCounters {
    const { lateFrames, retries, timeouts, discardedBytes } = this.#counted;
    const { droppedBytes, damagedFrames } = this.#parser;
    return { droppedBytes: droppedBytes + discardedBytes, damagedFrames, lateFrames, retries, timeouts };
  }

  /**
   * Sends the request when its turn comes and gives the answer. Rejects with "device-timeout", "device-refused",
   * "device-protocol", "device-disconnected" or "cancelled".
   * @param options.urgent goes out without waiting for a quiet line and a probe: for switching a light off.
   */
  async request<Value>(
    exchange: Exchange<Frame, Value>,
    options: { signal?: AbortSignal | undefined; urgent?: boolean } = {},
  ): Promise<Value> {
    const { signal, urgent = false } = options;
    return this.#turns.take(async () => {
      for (let attempt = 1; ; attempt++) {
        if (this.#unsettled && !urgent) await this.#settle(signal);
        const outcome = await this.#attempt(exchange, exchange.deadlineMs, signal);
        if (outcome.unsettled) this.#unsettled = true;
        if (outcome.is === "answer") return outcome.value;
        if (outcome.is === "refused" || attempt > outcome.times) throw outcome.error;
        this.#counted.retries++;
        await pause(outcome.afterMs, signal);
      }
    }, signal);
  }

  /** Sends bytes that need no reply, at once and beside the queue; a reply to them is foreign to every request. */
  async tell(bytes: Uint8Array): Promise<void> {
    if (this.#ended) throw this.#ended;
    await this.#transport.write(bytes);
  }

  /** Discards what arrives until the line is quiet, for at most three seconds. */
  async drain(signal?: AbortSignal): Promise<void> {
    this.#discarding = true;
    this.#parser.reset();
    const needMs = Math.max(quietMs, quietBytes * this.#options.byteMs());
    const startedMs = performance.now();
    this.#lastByteMs = startedMs;
    try {
      for (;;) {
        const nowMs = performance.now();
        const remainingMs = Math.min(this.#lastByteMs + needMs, startedMs + longestNoiseMs) - nowMs;
        if (remainingMs <= 0) return;
        await pause(Math.ceil(remainingMs), signal);
        if (this.#ended) throw this.#ended;
      }
    } finally {
      this.#discarding = false;
    }
  }

  async #settle(signal: AbortSignal | undefined): Promise<void> {
    const startedMs = performance.now();
    for (let silences = 0; ; ) {
      await this.drain(signal);
      const probe = this.#options.probe();
      const owedMs = Math.max(0, this.#owedUntilMs - performance.now());
      const outcome = await this.#attempt(probe, probe.deadlineMs + owedMs, signal);
      if (outcome.is === "answer") {
        this.#unsettled = false;
        return;
      }
      const isNoise = outcome.is === "again" && outcome.unsettled && outcome.error.code !== "device-timeout";
      if (isNoise && performance.now() - startedMs < longestDebtMs) continue;
      if (++silences === probeTries) throw outcome.error;
    }
  }

  async #attempt<Value>(
    exchange: Exchange<Frame, Value>,
    deadlineMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<Value>> {
    if (this.#ended) throw this.#ended;
    if (signal?.aborted) throw cancelled();
    const token = this.#nextToken();
    const { promise, resolve, reject } = Promise.withResolvers<Outcome<Value>>();
    let deadlineAtMs = performance.now() + deadlineMs;
    this.#parser.reset();
    exchange.prepare?.();
    const droppedBefore = this.#parser.droppedBytes;

    const expire = () => {
      this.#counted.timeouts++;
      const error = timedOut(exchange.what);
      // Something came that was no frame: damage on the line, worth one more try. Silence is not.
      const heard = this.#parser.droppedBytes > droppedBefore;
      resolve({ is: "again", afterMs: 0, times: heard ? 1 : 0, error, unsettled: true });
    };
    let timer = setTimeout(expire, deadlineMs);
    const abort = () => {
      this.#unsettled = true;
      this.#owedUntilMs = deadlineAtMs;
      reject(cancelled());
    };
    signal?.addEventListener("abort", abort, { once: true });
    this.#waiting = {
      frame: (frame) => {
        const verdict = exchange.judge(frame, token);
        if (verdict.is === "foreign") this.#counted.lateFrames++;
        else if (verdict.is === "deferred") {
          clearTimeout(timer);
          deadlineAtMs = performance.now() + verdict.extraMs;
          timer = setTimeout(expire, verdict.extraMs);
        } else resolve(verdict);
      },
      damaged: () => resolve({ is: "again", afterMs: 0, times: 1, error: damaged(exchange.what), unsettled: true }),
      fail: reject,
    };
    try {
      const [outcome] = await Promise.all([promise, this.#transport.write(exchange.encode(token))]);
      return outcome;
    } finally {
      this.#waiting = undefined;
      clearTimeout(timer);
      clearTimeout(this.#suspectTimer);
      signal?.removeEventListener("abort", abort);
    }
  }

  #take(bytes: Uint8Array): void {
    this.#lastByteMs = performance.now();
    if (this.#discarding) {
      this.#counted.discardedBytes += bytes.length;
      return;
    }
    this.#hear(() => this.#parser.push(bytes));
    clearTimeout(this.#suspectTimer);
    if (this.#parser.heldBytes === 0 || this.#ended) return;
    const suspicionMs = Math.max(this.#options.suspectMs ?? suspectMs, suspectBytes * this.#options.byteMs());
    this.#suspectTimer = setTimeout(() => this.#hear(() => this.#parser.lineIsQuiet()), suspicionMs);
  }

  #hear(parse: () => Frame[]): void {
    const damagedBefore = this.#parser.damagedFrames;
    for (const frame of parse()) {
      if (this.#waiting) this.#waiting.frame(frame);
      else this.#counted.lateFrames++;
    }
    if (this.#parser.damagedFrames > damagedBefore) this.#waiting?.damaged();
  }

  #nextToken(): number {
    this.#token = (this.#token % 0xffffffff) + 1;
    return this.#token;
  }
}

function timedOut(what: string): LithoscopeError {
  return new LithoscopeError(
    "device-timeout",
    `The instrument did not answer in time (${what}); no reading was made.`,
    "Wait a few seconds and measure again. If it stays silent, switch the instrument off and on.",
  );
}

function damaged(what: string): LithoscopeError {
  return new LithoscopeError(
    "device-protocol",
    `The instrument's answer arrived damaged twice (${what}); it was not used.`,
    "Check the cable, and keep it away from motors and power lines. Then measure again.",
  );
}
