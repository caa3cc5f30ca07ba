import type { LithoscopeError } from "../contract/errors.ts";
import type { AcknowledgedSettings, InstrumentIdentity, Reading } from "../contract/reading.ts";
import type { EngineCounters } from "./engine.ts";

/** Settings of one exposure: integration time in µs and how many scans the instrument averages itself. */
export type ExposureSettings = Pick<AcknowledgedSettings, "integrationUs" | "scansToAverage">;

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
  /** Applies and reads back; throws "settings-not-acknowledged" if the instrument has something else. */
  configure(settings: ExposureSettings, signal?: AbortSignal): Promise<void>;
  /** Switches and reads back; throws "light-not-confirmed", or "device-disconnected". Urgent goes out before a pending resync. */
  setLight(on: boolean, options?: { signal?: AbortSignal; urgent?: boolean }): Promise<void>;
  /**
   * One exposure with the settings in force. The first spectrum after a change of settings or light is dropped, because
   * devices deliver the one begun before it (reference/protocols.md §7.1). On failure or cancel the light goes off.
   */
  acquire(signal?: AbortSignal): Promise<Reading>;
  /** Called once when the connection ends. */
  onClosed(listener: (reason: LithoscopeError) => void): void;
  /** Light off, then the port is closed; within two seconds whatever the instrument does. */
  close(): Promise<void>;
}
