import type { LithoscopeError } from "../contract/errors.ts";
import type { AcknowledgedSettings, InstrumentIdentity, Reading } from "../contract/reading.ts";
import type { EngineCounters } from "./engine.ts";

/** Settings of one exposure: integration time in µs and how many scans the instrument averages itself. */
export type ExposureSettings = Pick<AcknowledgedSettings, "integrationUs" | "scansToAverage">;

/** What an instrument with a laser of its own tells about it; what is absent it does not tell. */
export interface LaserState {
  /** The key, the cap or the door: whether the hardware lets the laser fire. */
  interlockClosed?: boolean;
  /** Whether it emits now, which can differ from being switched on: warning delay, interlock. */
  firing?: boolean;
  /** Share of the full power, 0 to 100. */
  powerPercent?: number;
  /** The instrument switches the laser off by itself this long after the last sign of life. */
  watchdogS?: number;
}

/**
 * The laser of an instrument that has one. Switching it on takes two steps: {@link arm}, then
 * {@link Spectrometer.setLight}. A failure, a cancel, STOP or the end of the connection disarms it.
 */
export interface Laser {
  /** As last read. */
  readonly state: LaserState;
  readonly armed: boolean;
  /** Allows the laser to be switched on until `forMs` after this or after its last use. */
  arm(forMs: number): void;
  disarm(): void;
  /** Reads the state from the instrument. */
  check(signal?: AbortSignal): Promise<LaserState>;
  /** Present where the power can be set; applies, reads back, throws "settings-not-acknowledged". */
  setPowerPercent?(percent: number, signal?: AbortSignal): Promise<void>;
}

/** What begins an exposure: the request itself, or a pulse at the instrument's trigger input, waited for at most `waitMs`. */
export type Trigger = { source: "request" } | { source: "pulse"; waitMs: number };

/**
 * A connected spectrometer, whatever its protocol. It was identified, its light is off and its settings are known. Every
 * method rejects with a device-… problem of contract/errors.ts; with "cancelled" if its signal fired.
 */
export interface Spectrometer {
  readonly identity: InstrumentIdentity;
  /** Counts at which the converter is full. */
  readonly maximumCounts: number;
  readonly integrationLimitsUs: { readonly min: number; readonly max: number };
  /** As last acknowledged; undefined if the instrument cannot switch a light. */
  readonly lightOn: boolean | undefined;
  /** Rate in force, to find the instrument faster next time. */
  readonly baud: number;
  readonly counters: EngineCounters;
  /** Present where {@link setLight} switches a laser that the instrument guards; firing needs {@link Laser.arm} then. */
  readonly laser?: Laser | undefined;
  /**
   * Present where the instrument tells its serial number at once. Throws "device-disconnected" if another one answers: behind
   * an adapter that stays plugged in, instruments can be changed without the connection's end.
   */
  confirmIdentity?(signal?: AbortSignal): Promise<void>;
  /** Applies and reads back; throws "settings-not-acknowledged" if the instrument has something else. */
  configure(settings: ExposureSettings, signal?: AbortSignal): Promise<void>;
  /** Switches and reads back; throws "light-not-confirmed", or "device-disconnected". Urgent goes out before a pending resync. */
  setLight(on: boolean, options?: { signal?: AbortSignal; urgent?: boolean }): Promise<void>;
  /**
   * One exposure with the settings in force. The first spectrum after a change of settings or light is dropped, because
   * devices deliver the one begun before it (reference/protocols.md §7.1). On failure or cancel the light goes off.
   */
  acquire(signal?: AbortSignal): Promise<Reading>;
  /** Present where the instrument has a trigger input. */
  setTrigger?(trigger: Trigger, signal?: AbortSignal): Promise<void>;
  /** Called once when the connection ends. */
  onClosed(listener: (reason: LithoscopeError) => void): void;
  /** Light off, then the port is closed; within two seconds whatever the instrument does. */
  close(): Promise<void>;
}
