import { z } from "zod";
import { pause } from "../time.ts";
import { Chaos, Fault, type FaultAction, FaultMenu, faultySteps, type ReplyName, type Step } from "./faults.ts";
import type { ByteStream } from "./port.ts";

/** What every simulated instrument on a serial line can be told. A simulator adds its own and a default for `baud`. */
export const LineOptions = z.object({
  /** Rate at power-up. */
  baud: z.int().positive(),
  faults: z.array(Fault).default([]),
  chaos: Chaos.optional(),
  /** Hears and says nothing for so long after power-up. */
  bootMs: z.number().nonnegative().default(0),
  /** Integration times pass so many times faster than they say; the line keeps its pace. */
  speed: z.number().positive().default(1),
  /**
   * Whether it hears noise where the host's rate differs from its own. Each look at the host's rate costs a process, so
   * long runs at one rate go without.
   */
  minds: z.boolean().default(true),
});
export type LineOptions = z.output<typeof LineOptions>;

/** Pieces in which paced bytes leave: the shortest that a timer keeps. */
const sliceMs = 5;
/** The host's rate is looked up again after this silence; shorter than the quiet line a driver waits for (§0, 4). */
const rateValidMs = 40;

/**
 * The instrument's end of a serial line: at the pace of its rate (ten bits for a byte, both ways), deaf to a host at
 * another rate, and with a fault menu through which every reply goes.
 */
export class SimulatedLine {
  readonly #stream: ByteStream;
  readonly #options: LineOptions;
  readonly #menu: FaultMenu;
  readonly #bootedAtMs: number;
  #baud: number;
  #inbound: Promise<void> = Promise.resolve();
  #withheld: Step[] = [];
  #hostRate: { baud: number | undefined; atMs: number } | undefined;

  /** @param onBytes called with what the instrument's receiver understood, in order. */
  constructor(stream: ByteStream, options: LineOptions, onBytes: (bytes: Uint8Array) => void) {
    this.#stream = stream;
    this.#options = options;
    this.#menu = new FaultMenu(options.faults, options.chaos);
    this.#bootedAtMs = performance.now() + options.bootMs;
    this.#baud = options.baud;
    stream.onData((bytes) => {
      this.#inbound = this.#inbound.then(() => this.#receive(bytes, onBytes));
    });
  }

  get baud(): number {
    return this.#baud;
  }

  set baud(baud: number) {
    this.#baud = baud;
    this.#hostRate = undefined;
  }

  get byteMs(): number {
    return 10_000 / this.#baud;
  }

  /** Waits as long as an integration takes, at the simulator's {@link LineOptions.speed}; rejects when the signal fires. */
  integrate(us: number, signal?: AbortSignal): Promise<void> {
    return pause(us / 1000 / this.#options.speed, signal);
  }

  /** What the menu has for the next reply of this kind; to be asked once for each reply, and given to {@link reply}. */
  fault(type: ReplyName): FaultAction | undefined {
    return this.#menu.next(type);
  }

  /** Sends a reply as the fault makes it; resolves when its last byte has left. */
  async reply(bytes: Uint8Array, fault: FaultAction | undefined): Promise<void> {
    const action = fault ?? this.#menu.drawn(bytes.length);
    const ready = this.#withheld;
    const steps = faultySteps(bytes, action);
    this.#withheld = action?.kind === "late" ? steps : [];
    await this.#send(action?.kind === "late" ? ready : [...ready, ...steps]);
  }

  async #receive(bytes: Uint8Array, onBytes: (bytes: Uint8Array) => void): Promise<void> {
    if (performance.now() < this.#bootedAtMs) return;
    const hostBaud = this.#options.minds ? await this.#hostBaud() : undefined;
    if (hostBaud !== undefined && hostBaud !== this.#baud) return;
    await pause(bytes.length * this.byteMs);
    onBytes(bytes);
  }

  async #hostBaud(): Promise<number | undefined> {
    const nowMs = performance.now();
    const known = this.#hostRate;
    const baud = known && nowMs - known.atMs < rateValidMs ? known.baud : await this.#stream.hostBaud();
    this.#hostRate = { baud, atMs: performance.now() };
    return baud;
  }

  async #send(steps: Step[]): Promise<void> {
    for (const step of steps) {
      if ("die" in step) return this.#stream.die();
      if ("pauseMs" in step) await pause(step.pauseMs);
      else await this.#paced(step.send);
    }
  }

  async #paced(bytes: Uint8Array): Promise<void> {
    const sliceBytes = Math.max(1, Math.floor(sliceMs / this.byteMs));
    const startMs = performance.now();
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      const slice = bytes.subarray(at, at + sliceBytes);
      await pause(Math.max(0, startMs + (at + slice.length) * this.byteMs - performance.now()));
      this.#stream.write(slice);
    }
  }
}
