import { ulid } from "ulid";
import type { DeviceStatus } from "../../contract/device.ts";
import { LithoscopeError } from "../../contract/errors.ts";
import type { InstrumentIdentity, InstrumentProfile, Reading } from "../../contract/reading.ts";
import type { FileAxisUnit, Technique } from "../../contract/spectrum.ts";
import { type Given, type Giver, GiverStatus } from "../source.ts";
import { type Clock, systemClock } from "../time.ts";

/** A recorded measurement to be played. */
export type Recorded =
  | { kind: "readings"; readings: readonly Reading[]; dark: Reading; profile: InstrumentProfile }
  | {
      kind: "file";
      name: string;
      load(): Promise<Uint8Array>;
      technique: Technique;
      unit?: FileAxisUnit | undefined;
    };

export interface ReplayOptions {
  /** What is played, for people: "session 2026-11-20, crew A". */
  title: string;
  /** Stable id of what is played. */
  id: string;
  /** At least one. */
  recorded: readonly [Recorded, ...Recorded[]];
  onStatus(status: DeviceStatus): void;
  clock?: Clock;
  /** How much faster than it was recorded; 1 unless told otherwise. */
  speed?: number;
}

/** A file does not say how long it took; about as long as a short exposure. Our choice. */
const fileMs = 1000;
/** Nobody waits longer at a playback. Our choice. */
const longestMs = 30_000;

/**
 * Plays recorded measurements as if they were taken now, one at each MEASURE, in the time that they took. The readings
 * are those that were counted; who measured them stays in the record, marked as a playback, which counts as simulated.
 */
export class ReplayInstrument implements Giver {
  readonly source = "replay";
  readonly #options: ReplayOptions;
  readonly #clock: Clock;
  readonly #identity: InstrumentIdentity;
  readonly #status: GiverStatus;
  #played = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { id, title, recorded, onStatus } = options;
    this.#identity = { serialNumber: id, model: `Playback of ${title}`, driver: "replay/file", simulated: true };
    const profile = profileOf(recorded[0]);
    this.#status = new GiverStatus(
      { id, port: title, profile, source: "replay", instrument: this.#identity },
      this.#clock,
      onStatus,
    );
  }

  get status(): DeviceStatus {
    return this.#status.now;
  }

  /** Of the measurement that is played next. */
  get profile(): InstrumentProfile {
    return this.#status.now.profile;
  }

  start(): void {
    this.#status.publish();
    this.#status.step("connected");
  }

  retry(): void {
    this.#played = 0;
    if (this.#status.now.state === "lost") this.#status.step("retry");
    if (this.#status.now.state === "connecting") this.#status.step("connected");
    this.#status.publish({ profile: profileOf(this.#options.recorded[0]) });
  }

  async next(signal: AbortSignal): Promise<Given> {
    const { recorded, speed = 1 } = this.#options;
    const item = recorded[this.#played];
    if (item === undefined) throw ended(this.#options.title);
    await this.#clock.pause(Math.min(longestMs, durationMs(item)) / speed, signal);
    const given = await this.#given(item);
    this.#played++;
    const following = recorded[this.#played];
    if (following === undefined) {
      this.#status.step("vanished", ended(this.#options.title));
    } else this.#status.publish({ profile: profileOf(following) });
    return given;
  }

  async close(): Promise<void> {}

  async #given(item: Recorded): Promise<Given> {
    if (item.kind === "readings") {
      const again = (reading: Reading) => played(reading, this.#clock);
      return { kind: "readings", dark: again(item.dark), readings: item.readings.map(again), profile: item.profile };
    }
    const { name, technique, unit } = item;
    return { kind: "file", name, bytes: await item.load(), technique, unit, instrument: this.#identity };
  }
}

function profileOf(item: Recorded): InstrumentProfile {
  return item.kind === "readings" ? item.profile : { technique: item.technique };
}

function durationMs(item: Recorded): number {
  if (item.kind === "file") return fileMs;
  return [item.dark, ...item.readings].reduce(
    (sum, { settings: { integrationUs, scansToAverage } }) => sum + (integrationUs * scansToAverage) / 1000,
    0,
  );
}

/** The same counts and settings, under a new id and the time of the playback. */
function played(reading: Reading, clock: Clock): Reading {
  const { instrument } = reading;
  const [first, second] = instrument.driver.split("/");
  const protocol = first === "replay" ? second : first;
  const player: InstrumentIdentity = { ...instrument, driver: `replay/${protocol}`, simulated: true };
  return {
    ...reading,
    id: ulid(),
    at: clock.now().toISOString(),
    monotonicMs: clock.monotonicMs(),
    instrument: player,
  };
}

function ended(title: string): LithoscopeError {
  return new LithoscopeError(
    "replay-ended",
    `The playback of ${title} has come to its end; there is nothing more to measure.`,
    "Begin it again in Instruments, or connect an instrument.",
  );
}
