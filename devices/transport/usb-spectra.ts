import { LithoscopeError } from "../../contract/errors.ts";
import type { UsbLink } from "./usb.ts";

/** How a model's spectrum is asked for and read. */
export interface UsbSpectrumPlan<Counts> {
  /** Asks for one; nothing where a pulse begins it. */
  request(): Promise<void>;
  /** Reads one, from one endpoint or several. Throws RangeError if a part has a wrong length. */
  read(timeoutMs: number, signal: AbortSignal | undefined): Promise<Uint8Array>;
  /** Throws RangeError if the bytes cannot be a spectrum. */
  decode(bytes: Uint8Array): Counts;
  /** Longest time from the request to the last byte, in ms. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

export interface UsbSpectraOptions {
  endpoints: readonly number[];
  /** An endpoint that was silent so long is empty; §1.7 says 100 ms. */
  quietMs: number;
  /** How long after a spectrum something more would prove that it was not the one asked for. */
  afterMs: number;
}

const tries = 2;

/**
 * Spectra on bulk endpoints, which carry neither number nor checksum. What an abandoned or late exposure still owes is
 * waited for and thrown away before the next is asked for, and nothing may follow a spectrum: else the one before would be
 * taken for this one. Damage is worth one more try.
 */
export class UsbSpectra {
  readonly counted = { damagedFrames: 0, lateFrames: 0, retries: 0, timeouts: 0 };
  readonly #link: UsbLink;
  readonly #options: UsbSpectraOptions;
  /** Until when a spectrum that nobody wants may still come, on the monotonic clock; undefined if none is owed. */
  #owedUntilMs: number | undefined;

  constructor(link: UsbLink, options: UsbSpectraOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** Empties the endpoints: an interrupted device keeps an old spectrum (reference/protocols.md §1.7). */
  async drain(signal: AbortSignal | undefined): Promise<void> {
    for (const endpoint of this.#options.endpoints) await this.#link.drain(endpoint, this.#options.quietMs, signal);
  }

  /** Rejects with "device-protocol" after damage twice, with "device-timeout", or what the link says. */
  async take<Counts>(plan: UsbSpectrumPlan<Counts>): Promise<Counts> {
    for (let attempt = 1; ; attempt++) {
      await this.#settle(plan);
      this.#owedUntilMs = performance.now() + plan.timeoutMs;
      await plan.request();
      try {
        const bytes = await plan.read(plan.timeoutMs, plan.signal);
        await this.#mustBeAll();
        const counts = plan.decode(bytes);
        this.#owedUntilMs = undefined;
        return counts;
      } catch (error) {
        if (error instanceof LithoscopeError && error.code === "device-timeout") {
          this.counted.timeouts++;
          this.#owedUntilMs = performance.now() + plan.timeoutMs; // what is late may come as late again
        }
        if (!(error instanceof RangeError)) throw error;
        this.counted.damagedFrames++;
        this.#owedUntilMs = performance.now(); // it has come, such as it was; more than that is drained
        if (attempt === tries) throw damagedOnBus(error.message);
        this.counted.retries++;
      }
    }
  }

  async #mustBeAll(): Promise<void> {
    const before = this.#link.discardedBytes;
    for (const endpoint of this.#options.endpoints) await this.#link.drain(endpoint, this.#options.afterMs);
    const more = this.#link.discardedBytes - before;
    if (more > 0) throw new RangeError(`${more} bytes more than a spectrum`);
  }

  async #settle<Counts>({ read, signal }: UsbSpectrumPlan<Counts>): Promise<void> {
    if (this.#owedUntilMs === undefined) return;
    const timeoutMs = Math.max(this.#options.quietMs, this.#owedUntilMs - performance.now());
    try {
      const late = await read(timeoutMs, signal);
      if (late.length > 0) this.counted.lateFrames++;
    } catch (error) {
      const silent =
        error instanceof RangeError || (error instanceof LithoscopeError && error.code === "device-timeout");
      if (!silent) throw error;
    }
    await this.drain(signal);
    this.#owedUntilMs = undefined;
  }
}

export function damagedOnBus(why: string): LithoscopeError {
  return new LithoscopeError(
    "device-protocol",
    `The instrument's data arrived damaged (${why}); they were not used.`,
    "Use another cable or socket, without a hub. Then measure again.",
  );
}
