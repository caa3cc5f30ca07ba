import { ulid } from "ulid";
import { LithoscopeError } from "../contract/errors.ts";
import type { InstrumentIdentity, Reading } from "../contract/reading.ts";
import type { EngineCounters } from "./engine.ts";
import { GuardedLaser, type LaserPort } from "./laser.ts";
import { mustVary } from "./plausible.ts";
import type { ExposureSettings, Spectrometer, Trigger } from "./spectrometer.ts";
import { type Clock, cancelled, within } from "./time.ts";
import { Turns } from "./turns.ts";

export type Counts = Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

export interface Exposure {
  integrationUs: number;
  /** Spectra that the instrument itself averages. */
  scans: number;
  trigger: Trigger;
  signal: AbortSignal | undefined;
}

export interface LightPort {
  /** Commands it and gives what the instrument says then. Urgent goes out beside everything that waits. */
  switch(on: boolean, options: { signal?: AbortSignal | undefined; urgent: boolean }): Promise<boolean>;
  laser?: LaserPort;
}

/** What a protocol has to offer; {@link DrivenSpectrometer} makes a {@link Spectrometer} of it. */
export interface SpectrometerPort {
  readonly identity: InstrumentIdentity;
  readonly maximumCounts: number;
  readonly integrationLimitsUs: { readonly min: number; readonly max: number };
  /** The instrument's unit of integration time; what is asked for is rounded to it. */
  readonly integrationStepUs: number;
  /** Undefined: the instrument does not tell, and nobody entered them; it can be found but not measure. */
  readonly wavelengthCoefficients: readonly number[] | undefined;
  readonly baud: number;
  readonly counters: EngineCounters;
  readonly light?: LightPort | undefined;
  /** Sets and gives what the instrument has then, in µs. */
  setIntegrationUs(us: number, signal: AbortSignal | undefined): Promise<number>;
  /** As {@link setIntegrationUs}; absent where the instrument does not average, which the tablet does then. */
  setScansToAverage?(scans: number, signal: AbortSignal | undefined): Promise<number>;
  /** One spectrum. Damage is tried again within; what comes out passed every check that the protocol has. */
  expose(exposure: Exposure): Promise<Counts>;
  setTrigger?(source: Trigger["source"], signal: AbortSignal | undefined): Promise<void>;
  temperatureC?(signal: AbortSignal | undefined): Promise<number | undefined>;
  /** Ends an exposure under way, where the instrument can. */
  abort?(): Promise<void>;
  onClosed(listener: (reason: LithoscopeError) => void): void;
  close(): Promise<void>;
}

/** For switching a light off, all in all: a person who presses STOP waits no longer for the truth. */
const lightOffMs = 2000;
/** Wasatch's own driver reads the laser's state back and sets it up to three times (reference/protocols.md §3.2). */
const lightTries = 3;

/**
 * The rules that hold for every spectrometer, over a protocol: acknowledged settings, a stale first spectrum dropped, the
 * light off after every failure, a laser that fires only when armed and its interlock closed.
 */
export class DrivenSpectrometer implements Spectrometer {
  lightOn: boolean | undefined;
  readonly laser: GuardedLaser | undefined;
  readonly setTrigger?: (trigger: Trigger, signal?: AbortSignal) => Promise<void>;
  readonly #port: SpectrometerPort;
  readonly #clock: Clock;
  /** A change of settings or light waits until the reading under way is whole, so that a reading has one of each. */
  readonly #turns = new Turns();
  #lightChanges = 0;
  #settings: ExposureSettings = { integrationUs: 0, scansToAverage: 0 };
  #trigger: Trigger = { source: "request" };
  /** The next spectrum was begun before the last change. */
  #stale = true;

  private constructor(port: SpectrometerPort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
    this.laser = port.light?.laser && new GuardedLaser(port.light.laser, clock);
    port.onClosed(() => {
      this.laser?.stopFeeding();
      this.laser?.disarm();
    });
    const set = port.setTrigger?.bind(port);
    if (set) {
      this.setTrigger = (trigger, signal) =>
        this.#turns.take(async () => {
          // What was begun by a request is taken now: a pulse must not be spent on it.
          if (trigger.source === "pulse" && this.#stale) await this.#discardStale(signal);
          if (trigger.source !== this.#trigger.source) await set(trigger.source, signal);
          if (trigger.source === "request" && this.#trigger.source === "pulse") this.#stale = true;
          this.#trigger = trigger;
        }, signal);
    }
  }

  /** Light off before anything else, then the settings, as near to those wished for as the instrument allows. */
  static async begin(
    port: SpectrometerPort,
    options: { settings: ExposureSettings; clock: Clock; signal?: AbortSignal | undefined },
  ): Promise<DrivenSpectrometer> {
    const { settings, clock, signal } = options;
    const spectrometer = new DrivenSpectrometer(port, clock);
    if (port.light) await spectrometer.setLight(false, signal ? { signal } : {});
    await spectrometer.laser?.check(signal);
    const { min, max } = port.integrationLimitsUs;
    const integrationUs = Math.min(max, Math.max(min, settings.integrationUs));
    await spectrometer.configure({ ...settings, integrationUs }, signal);
    return spectrometer;
  }

  get identity(): InstrumentIdentity {
    return this.#port.identity;
  }

  get maximumCounts(): number {
    return this.#port.maximumCounts;
  }

  get integrationLimitsUs(): { readonly min: number; readonly max: number } {
    return this.#port.integrationLimitsUs;
  }

  get baud(): number {
    return this.#port.baud;
  }

  get counters(): EngineCounters {
    return this.#port.counters;
  }

  onClosed(listener: (reason: LithoscopeError) => void): void {
    this.#port.onClosed(listener);
  }

  configure(settings: ExposureSettings, signal?: AbortSignal): Promise<void> {
    return this.#turns.take(() => this.#configure(settings, signal), signal);
  }

  async #configure(
    { integrationUs, scansToAverage }: ExposureSettings,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { min, max } = this.#port.integrationLimitsUs;
    if (integrationUs < min || integrationUs > max) throw outOfRange(integrationUs, min, max);
    const step = this.#port.integrationStepUs;
    const wanted = Math.min(max, Math.max(min, Math.round(integrationUs / step) * step));
    if (wanted !== this.#settings.integrationUs) {
      this.#stale = true;
      mustBe("integration time in µs", wanted, await this.#port.setIntegrationUs(wanted, signal));
    }
    if (scansToAverage !== this.#settings.scansToAverage && this.#port.setScansToAverage) {
      this.#stale = true;
      mustBe("scans to average", scansToAverage, await this.#port.setScansToAverage(scansToAverage, signal));
    }
    this.#settings = { integrationUs: wanted, scansToAverage };
  }

  setLight(on: boolean, options: { signal?: AbortSignal; urgent?: boolean } = {}): Promise<void> {
    const work = () => this.#switchLight(on, options);
    return options.urgent ? work() : this.#turns.take(work, options.signal);
  }

  async #switchLight(on: boolean, options: { signal?: AbortSignal; urgent?: boolean }): Promise<void> {
    const { signal, urgent = false } = options;
    const { light } = this.#port;
    if (light === undefined) {
      if (on) throw noLight();
      return;
    }
    if (on) await this.laser?.mayFire(signal);
    else this.laser?.stopFeeding();
    if (urgent && !on) this.laser?.disarm();
    this.#lightChanges++;
    this.#stale = true;
    // Believed on from the moment it may be: a command whose answer is lost may have been obeyed.
    if (on) this.lightOn = true;
    try {
      for (let tries = 1; ; tries++) {
        const actual = await light.switch(on, { signal, urgent });
        this.lightOn = actual;
        if (actual === on) break;
        if (tries === lightTries) throw new Error(`the instrument says that it is ${actual ? "on" : "off"}`);
      }
      if (on) this.laser?.startFeeding();
      this.laser?.used();
    } catch (error) {
      const told = error instanceof LithoscopeError && ["cancelled", "device-disconnected"].includes(error.code);
      if (on) await this.#makeSafe();
      throw told ? error : lightNotConfirmed(on, error);
    }
  }

  acquire(signal?: AbortSignal): Promise<Reading> {
    return this.#turns.take(() => this.#acquire(signal), signal);
  }

  async #acquire(signal: AbortSignal | undefined): Promise<Reading> {
    const { wavelengthCoefficients } = this.#port;
    if (wavelengthCoefficients === undefined) throw uncalibrated();
    try {
      if (this.#stale && this.#trigger.source === "request") await this.#discardStale(signal);
      const settings = { ...this.#settings, lightOn: this.lightOn ?? false };
      const lightChanges = this.#lightChanges;
      const counts = await this.#averaged(signal);
      mustVary(counts, this.maximumCounts);
      await this.#mustStillFire(signal);
      const detectorC = await this.#port.temperatureC?.(signal);
      if (lightChanges !== this.#lightChanges) throw cancelled(); // an urgent STOP fell into the exposure
      return {
        id: ulid(),
        at: this.#clock.now().toISOString(),
        monotonicMs: this.#clock.monotonicMs(),
        instrument: this.identity,
        settings,
        counts,
        maximumCounts: this.maximumCounts,
        wavelengthCoefficients: [...wavelengthCoefficients],
        ...(detectorC === undefined ? {} : { detectorC }),
      };
    } catch (error) {
      this.#stale = true;
      await this.#makeSafe();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.laser?.disarm();
    const off = async () => this.setLight(false, { urgent: true });
    if (this.lightOn) await within(lightOffMs / 2, off(), cancelled).catch(() => {});
    this.laser?.stopFeeding();
    await this.#port.close();
  }

  async #discardStale(signal: AbortSignal | undefined): Promise<void> {
    await this.#expose(1, signal);
    this.#stale = false;
  }

  #expose(scans: number, signal: AbortSignal | undefined): Promise<Counts> {
    const { integrationUs } = this.#settings;
    return this.#port.expose({ integrationUs, scans, trigger: this.#trigger, signal });
  }

  async #averaged(signal: AbortSignal | undefined): Promise<Counts> {
    const { scansToAverage } = this.#settings;
    if (this.#port.setScansToAverage) return this.#expose(scansToAverage, signal);
    const first = await this.#expose(1, signal);
    if (scansToAverage === 1) return first;
    const sums = Float64Array.from(first);
    for (let scan = 1; scan < scansToAverage; scan++) {
      for (const [pixel, count] of (await this.#expose(1, signal)).entries()) sums[pixel] = (sums[pixel] ?? 0) + count;
    }
    return first.map((_, pixel) => Math.round((sums[pixel] ?? 0) / scansToAverage));
  }

  /** A watchdog or an interlock may have ended the light during the exposure, which then shows the dark. */
  async #mustStillFire(signal: AbortSignal | undefined): Promise<void> {
    if (!this.lightOn || this.laser === undefined) return;
    await this.laser.mustBeClosed(signal);
    if (this.laser.state.firing !== false) return;
    throw wentOff();
  }

  /**
   * Ends the exposure and takes the light off, after a failure or a cancel. What went wrong here is not told: the owner
   * reads {@link lightOn} and asks again with {@link setLight}.
   */
  async #makeSafe(): Promise<void> {
    this.laser?.disarm();
    const work = async () => {
      if (this.lightOn) await this.setLight(false, { urgent: true });
      await this.#port.abort?.();
    };
    await within(lightOffMs, work(), cancelled).catch(() => {});
  }
}

function mustBe(what: string, wanted: number, actual: number): void {
  if (actual === wanted) return;
  throw new LithoscopeError(
    "settings-not-acknowledged",
    `The instrument took ${actual} where ${wanted} was asked (${what}); no reading was made.`,
    "Choose a value within the instrument's limits and measure again.",
  );
}

function outOfRange(us: number, min: number, max: number): LithoscopeError {
  return new LithoscopeError(
    "device-refused",
    `An integration time of ${us} µs is outside the instrument's ${min} to ${max} µs; no reading was made.`,
    "Choose a value within the instrument's limits and measure again.",
  );
}

function noLight(): LithoscopeError {
  return new LithoscopeError(
    "device-refused",
    "This instrument has no light that it could switch on.",
    "Light the specimen by other means.",
  );
}

function uncalibrated(): LithoscopeError {
  return new LithoscopeError(
    "device-uncalibrated",
    "This instrument does not carry its wavelength calibration, so its readings would have no axis; nothing was measured.",
    "Enter the coefficients of its calibration sheet in Instruments, then measure.",
  );
}

function wentOff(): LithoscopeError {
  return new LithoscopeError(
    "device-refused",
    "The laser went off by itself during the exposure (its watchdog or a protection); the reading was not used.",
    "Arm the laser again and measure with a shorter exposure.",
  );
}

function lightNotConfirmed(on: boolean, cause: unknown): LithoscopeError {
  if (cause instanceof LithoscopeError && ["laser-not-armed", "interlock-open"].includes(cause.code)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LithoscopeError(
    "light-not-confirmed",
    `The instrument did not confirm that its light is ${on ? "on" : "off"}: ${why}`,
    "Treat the light as ON: do not look into the probe, cover it and switch the instrument off.",
    { cause },
  );
}
