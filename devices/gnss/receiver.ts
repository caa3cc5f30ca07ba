import type { PositionStatus } from "../../contract/device.ts";
import { LithoscopeError, toProblem } from "../../contract/errors.ts";
import type { Position } from "../../contract/position.ts";
import type { Place } from "../instrument.ts";
import { type Clock, systemClock } from "../time.ts";
import type { OpenTransport } from "../transport/transport.ts";
import { type Fix, positionAt, withSentence } from "./fix.ts";
import { decode } from "./messages.ts";
import { receiverBauds } from "./registration.ts";
import { SentenceParser } from "./sentence.ts";

export interface ReceiverOptions {
  /** The places that are there now, the likeliest first; looked up before each attempt. */
  where(): readonly Place[];
  open: OpenTransport;
  /** The state changed, or another position came. */
  onStatus(status: PositionStatus): void;
  /** Sentences came in at this rate: worth remembering. */
  onFound(path: string, baud: number): void;
  lastBaud?: number | undefined;
  clock?: Clock;
}

/** Without a good sentence for so long, another rate is tried: three epochs of a receiver that tells each second. */
const silentMs = 3000;
/** Between two attempts while nothing is there. */
const retryMs = 2000;
/** How often it is looked whether the position has grown old. */
const lookMs = 500;

/** The owner of a receiver's port: listens, follows it to another rate or socket, and knows where the tablet is. */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #status: PositionStatus;
  #fix: Fix = {};
  #parser = new SentenceParser();
  readonly #ended = { droppedBytes: 0, damagedSentences: 0 };
  #baud: number | undefined;
  #wake: () => void = () => {};
  #attempt: AbortController | undefined;
  #tried = "";
  #life: Promise<void> = Promise.resolve();

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#baud = options.lastBaud;
    this.#status = { state: "silent", since: this.#clock.now().toISOString() };
  }

  get status(): PositionStatus {
    const position = this.position();
    const { position: _, ...rest } = this.#status;
    return position === undefined ? rest : { ...rest, position };
  }

  /** Where the tablet is now; undefined where that is not known well enough (reference/protocols.md §6). */
  position(): Position | undefined {
    return positionAt(this.#fix, this.#clock.monotonicMs());
  }

  /** What the line did wrong, since the start. */
  get counters(): { droppedBytes: number; damagedSentences: number } {
    const { droppedBytes, damagedSentences } = this.#parser;
    return {
      droppedBytes: this.#ended.droppedBytes + droppedBytes,
      damagedSentences: this.#ended.damagedSentences + damagedSentences,
    };
  }

  /** Begins to listen; to be called once. */
  start(): void {
    this.#options.onStatus(this.status);
    this.#life = this.#live();
  }

  retry(): void {
    this.#attempt?.abort();
    this.#wake();
  }

  /** To be called when ports came or went. */
  portsChanged(): void {
    if (this.#status.state === "silent" && JSON.stringify(this.#options.where()) !== this.#tried) this.retry();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#life;
  }

  async #live(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const places = this.#options.where();
      this.#tried = JSON.stringify(places);
      const attempt = new AbortController();
      this.#attempt = attempt;
      const signal = AbortSignal.any([this.#closing.signal, attempt.signal]);
      for (const { path } of places) {
        const bauds = [...new Set([this.#baud ?? receiverBauds[0], ...receiverBauds])];
        try {
          await this.#listen(path, bauds, signal);
        } catch (error) {
          if (!signal.aborted) this.#say("silent", { port: path, problem: toProblem(error) });
        }
        if (signal.aborted) break;
      }
      this.#attempt = undefined;
      if (places.length === 0) this.#say("silent", { problem: toProblem(away()) });
      if (attempt.signal.aborted) continue;
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await this.#clock.pause(retryMs, AbortSignal.any([woken.signal, this.#closing.signal])).catch(() => {});
    }
  }

  /** Listens at each rate until sentences come, and then as long as they do. Throws when the connection ended. */
  async #listen(path: string, bauds: readonly number[], signal: AbortSignal): Promise<void> {
    const [first = receiverBauds[0]] = bauds;
    const transport = await this.#options.open(path, first);
    const parser = new SentenceParser();
    this.#ended.droppedBytes += this.#parser.droppedBytes;
    this.#ended.damagedSentences += this.#parser.damagedSentences;
    this.#parser = parser;
    const ended = new AbortController();
    let reason: Error | undefined;
    let lastMs: number | undefined;
    let baud = first;
    transport.onClosed((why) => {
      reason = why;
      ended.abort();
    });
    transport.onData((bytes) => {
      for (const body of parser.push(bytes)) {
        if (lastMs === undefined) {
          this.#baud = baud;
          this.#options.onFound(path, baud);
        }
        lastMs = this.#clock.monotonicMs();
        this.#hear(body, path, lastMs);
      }
    });
    const stop = AbortSignal.any([signal, ended.signal]);
    try {
      for (const rate of bauds) {
        if (rate !== first) await transport.setBaud(rate);
        baud = rate;
        await this.#clock.pause(silentMs, stop);
        while (lastMs !== undefined && this.#clock.monotonicMs() - lastMs < silentMs) {
          await this.#clock.pause(lookMs, stop);
          this.#look(path);
        }
        if (lastMs !== undefined) break; // it spoke at this rate and fell silent: begin with it again
      }
      throw fellSilent(path);
    } catch (error) {
      throw reason ?? error;
    } finally {
      this.#fix = {};
      await transport.close();
    }
  }

  #hear(body: string, path: string, nowMs: number): void {
    const told = decode(body);
    if (told === undefined) return;
    const before = this.#fix.agreed;
    this.#fix = withSentence(this.#fix, told, nowMs);
    const { agreed } = this.#fix;
    if (agreed !== undefined && agreed.fixedAt !== before?.fixedAt) {
      const again = before !== undefined && agreed.arrivedMs - before.arrivedMs < 900; // one a second is enough for people
      this.#say("fixed", { port: path }, !again);
    } else this.#look(path);
  }

  /** The position may have grown old, or been taken back. */
  #look(path: string): void {
    this.#say(this.position() === undefined ? "searching" : "fixed", { port: path });
  }

  #say(state: PositionStatus["state"], rest: Pick<PositionStatus, "port" | "problem">, always = false): void {
    const { port, problem } = rest;
    const same =
      this.#status.state === state && this.#status.port === port && this.#status.problem?.code === problem?.code;
    if (same && !always) return;
    const since = this.#status.state === state ? this.#status.since : this.#clock.now().toISOString();
    this.#status = {
      state,
      ...(since && { since }),
      ...(port !== undefined && { port }),
      ...(problem !== undefined && { problem }),
    };
    this.#options.onStatus(this.status);
  }
}

function away(): LithoscopeError {
  return new LithoscopeError(
    "port-not-found",
    "The position receiver is not plugged in, so measurements are saved without a position.",
    "Plug it in, into any socket: it is found by itself.",
  );
}

function fellSilent(path: string): LithoscopeError {
  return new LithoscopeError(
    "device-timeout",
    `Nothing that a position receiver says comes from ${path}, so measurements are saved without a position.`,
    "Check its power and that it sends NMEA sentences.",
  );
}
