import type { Recognised } from "../driver.ts";
import { cancelled, pause } from "../time.ts";
import type { OpenTransport, Transport } from "../transport/transport.ts";
import type { AskedDriver, AskStep } from "./plan.ts";

/** Who answered, and at which rate. */
export interface Answer {
  driver: AskedDriver;
  recognised: Recognised;
  baud: number;
}

/** After opening and after a change of the rate the line rests, and what was under way is dropped (reference/protocols.md §0, 3 and 4). */
const quietMs = 50;
/**
 * While bytes keep coming the answer may be behind them: an instrument that was interrupted sends its old spectrum first,
 * 2.2 s at 9600 baud (§1.6).
 */
const longestNoiseMs = 3000;
/** A pause of this length within what a device sends is its end (§1.9). */
const gapMs = 250;
/** An answer is at most a frame or a few lines; what speaks more without being recognised is not worth keeping. */
const mostBytes = 16_384;

/**
 * Asks a serial line what is on it, one question after the other; undefined if nobody is recognised. The port is closed
 * again. Rejects with a port-… problem, "device-disconnected", or "cancelled".
 */
export async function askLine(
  path: string,
  steps: readonly AskStep[],
  options: { open: OpenTransport; signal: AbortSignal },
): Promise<Answer | undefined> {
  const [first] = steps;
  if (first === undefined) return undefined;
  const transport = await options.open(path, first.baud);
  const line = new Line(transport);
  try {
    let baud: number | undefined;
    for (const step of steps) {
      if (baud !== undefined && step.baud !== baud) await transport.setBaud(step.baud);
      if (step.baud !== baud) await pause(quietMs, options.signal);
      baud = step.baud;
      let answer = await line.ask(step, options.signal);
      // Something was said that was no answer: the end of something older, perhaps, and the question was lost in it.
      if (answer === undefined && step.send !== undefined && line.heard) answer = await line.ask(step, options.signal);
      if (answer !== undefined) return answer;
    }
    return undefined;
  } finally {
    await transport.close();
  }
}

class Line {
  readonly #transport: Transport;
  #received = new Uint8Array(0);
  #lastByteMs = 0;
  #listener: () => void = () => {};
  #ended: (error: Error) => void = () => {};

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.onData((bytes) => {
      this.#lastByteMs = performance.now();
      const joined = new Uint8Array(Math.min(mostBytes, this.#received.length + bytes.length));
      joined.set(this.#received);
      joined.set(bytes.subarray(0, joined.length - this.#received.length), this.#received.length);
      this.#received = joined;
      this.#listener();
    });
    transport.onClosed((reason) => this.#ended(reason));
  }

  /** Whether anything came since the last question. */
  get heard(): boolean {
    return this.#received.length > 0;
  }

  async ask({ baud, send, waitMs, candidates }: AskStep, signal: AbortSignal): Promise<Answer | undefined> {
    if (signal.aborted) throw cancelled();
    this.#received = new Uint8Array(0);
    const found = Promise.withResolvers<Answer>();
    found.promise.catch(() => {}); // the connection may end while nobody waits
    this.#ended = found.reject;
    this.#listener = () => {
      for (const { driver, probe } of candidates) {
        const recognised = probe.recognise(this.#received);
        if (recognised !== undefined) return found.resolve({ driver, recognised, baud });
      }
    };
    try {
      if (send !== undefined) await this.#transport.write(send);
      const done = new AbortController();
      const silence = this.#silence(waitMs, send !== undefined, AbortSignal.any([signal, done.signal]));
      silence.catch(() => {}); // ended by ourselves when somebody answered
      return await Promise.race([found.promise, silence]).finally(() => done.abort());
    } finally {
      this.#listener = () => {};
    }
  }

  /** Resolves when the time is over and, after a question, nothing more comes that an answer could stand behind. */
  async #silence(waitMs: number, asked: boolean, signal: AbortSignal): Promise<undefined> {
    const endMs = performance.now() + waitMs + longestNoiseMs;
    await pause(waitMs, signal);
    while (asked && performance.now() < endMs && performance.now() - this.#lastByteMs < gapMs) {
      await pause(quietMs, signal);
    }
  }
}
