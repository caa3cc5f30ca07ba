import { LithoscopeError } from "../contract/errors.ts";
import type { Laser, LaserState } from "./spectrometer.ts";
import type { Clock } from "./time.ts";

/** What a protocol can do with its laser beyond switching it. */
export interface LaserPort {
  /** Reads everything that the instrument tells. */
  read(signal: AbortSignal | undefined): Promise<LaserState>;
  /** Sets, and gives what the instrument has then. */
  setPowerPercent?(percent: number, signal: AbortSignal | undefined): Promise<number>;
  /** The sign of life that keeps the instrument's watchdog from switching the laser off. */
  feed?: { everyMs: number; now(): Promise<void> };
}

/**
 * The two steps, and the watchdog's feeding while the laser is on. An armed laser that nobody uses disarms itself; a
 * station that dies stops feeding, and the instrument's own watchdog switches the laser off.
 */
export class GuardedLaser implements Laser {
  state: LaserState = {};
  readonly setPowerPercent?: (percent: number, signal?: AbortSignal) => Promise<void>;
  readonly #port: LaserPort;
  readonly #clock: Clock;
  #armed: { untilMs: number; forMs: number } | undefined;
  #feeding: ReturnType<typeof setInterval> | undefined;

  constructor(port: LaserPort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
    const set = port.setPowerPercent?.bind(port);
    if (set === undefined) return;
    this.setPowerPercent = async (percent, signal) => {
      const actual = await set(percent, signal);
      this.state = { ...this.state, powerPercent: actual };
      if (Math.abs(actual - percent) > 0.1) throw powerNotTaken(percent, actual);
    };
  }

  get armed(): boolean {
    return this.#armed !== undefined && this.#clock.monotonicMs() < this.#armed.untilMs;
  }

  arm(forMs: number): void {
    this.#armed = { untilMs: this.#clock.monotonicMs() + forMs, forMs };
  }

  disarm(): void {
    this.#armed = undefined;
  }

  async check(signal?: AbortSignal): Promise<LaserState> {
    this.state = await this.#port.read(signal);
    return this.state;
  }

  /** Throws "laser-not-armed", or "interlock-open", before a command to fire is sent. */
  async mayFire(signal: AbortSignal | undefined): Promise<void> {
    if (!this.armed) throw notArmed();
    await this.mustBeClosed(signal);
  }

  /** Throws "interlock-open", disarmed, if the instrument says that it is open. */
  async mustBeClosed(signal: AbortSignal | undefined): Promise<void> {
    if ((await this.check(signal)).interlockClosed !== false) return;
    this.disarm();
    throw interlockOpen();
  }

  /** The laser was switched on or off in order: the time to disarm counts from here. */
  used(): void {
    if (this.#armed && this.armed) this.arm(this.#armed.forMs);
  }

  startFeeding(): void {
    const { feed } = this.#port;
    if (feed === undefined || this.#feeding !== undefined) return;
    // A feed that fails is not told here: the exposure under way fails on the same line, or finds the laser off.
    this.#feeding = setInterval(() => void feed.now().catch(() => {}), feed.everyMs);
    this.#feeding.unref();
  }

  stopFeeding(): void {
    clearInterval(this.#feeding);
    this.#feeding = undefined;
  }
}

function notArmed(): LithoscopeError {
  return new LithoscopeError(
    "laser-not-armed",
    "The laser is not armed, so it stayed off; nothing was measured.",
    "Check that nobody looks into the probe, arm the laser, then measure.",
  );
}

export function interlockOpen(): LithoscopeError {
  return new LithoscopeError(
    "interlock-open",
    "The instrument's laser interlock is open, so the laser does not fire; no reading was made.",
    "Close the interlock (key, cap or door), arm the laser again, then measure.",
  );
}

function powerNotTaken(wanted: number, actual: number): LithoscopeError {
  return new LithoscopeError(
    "settings-not-acknowledged",
    `The instrument took a laser power of ${actual} % where ${wanted} % was asked; no reading was made.`,
    "Choose a power within the instrument's limits and measure again.",
  );
}
