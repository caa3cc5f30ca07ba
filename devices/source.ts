import type { DeviceState, DeviceStatus } from "../contract/device.ts";
import type { Problem } from "../contract/errors.ts";
import type { InstrumentIdentity, InstrumentProfile, Reading } from "../contract/reading.ts";
import type { FileAxisUnit, Technique } from "../contract/spectrum.ts";
import { nextState, type PresenceEvent } from "./presence.ts";
import type { Clock } from "./time.ts";

/** A spectrum file as an instrument left it. */
export interface GivenFile {
  kind: "file";
  /** Without its folder. */
  name: string;
  bytes: Uint8Array;
  technique: Technique;
  unit?: FileAxisUnit | undefined;
  instrument: InstrumentIdentity;
}

/** Exposures as a spectrometer gives them. */
export interface GivenReadings {
  kind: "readings";
  readings: Reading[];
  dark: Reading;
  profile: InstrumentProfile;
}

export type Given = GivenFile | GivenReadings;

/**
 * An instrument that gives whole measurements and takes no settings: a folder into which another program writes, or a
 * playback. It has the states of every instrument; nothing of it can be lit.
 */
export interface Giver {
  readonly source: "folder" | "replay";
  readonly status: DeviceStatus;
  profile: InstrumentProfile;
  start(): void;
  /** Looks again now; a playback begins again. */
  retry(): void;
  /** Waits for the next measurement. Rejects with "cancelled" or "replay-ended". */
  next(signal: AbortSignal): Promise<Given>;
  close(): Promise<void>;
}

/** The status of a giver, and how it changes. */
export class GiverStatus {
  readonly #clock: Clock;
  readonly #onStatus: (status: DeviceStatus) => void;
  #now: DeviceStatus;

  constructor(
    base: Pick<DeviceStatus, "id" | "port" | "profile" | "source"> & { instrument: InstrumentIdentity },
    clock: Clock,
    onStatus: (status: DeviceStatus) => void,
  ) {
    this.#clock = clock;
    this.#onStatus = onStatus;
    this.#now = { ...base, state: "connecting", since: clock.now().toISOString() };
  }

  get now(): DeviceStatus {
    return this.#now;
  }

  publish(change: Partial<DeviceStatus> = {}): void {
    this.#now = { ...this.#now, ...change };
    this.#onStatus(this.#now);
  }

  /** Throws on an impossible transition, as {@link nextState}. */
  step(event: PresenceEvent, problem?: Problem): void {
    const state: DeviceState = nextState(this.#now.state, event);
    const { problem: _, ...rest } = this.#now;
    this.#now = { ...rest, state, since: this.#clock.now().toISOString(), ...(problem && { problem }) };
    this.#onStatus(this.#now);
  }
}
