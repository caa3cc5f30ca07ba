import type { DeviceState, DeviceStatus, LaserGuard } from "../contract/device.ts";
import { LithoscopeError, type ProblemCode, toProblem } from "../contract/errors.ts";
import type { InstrumentIdentity, InstrumentProfile, Reading } from "../contract/reading.ts";
import type { Connect, Port } from "./driver.ts";
import { interlockOpen } from "./laser.ts";
import { type MeasurementRequest, type MeasurementResult, measurementTimeMs, measureSpot } from "./measurement.ts";
import { connectObp } from "./ocean-obp/driver.ts";
import { nextState, type PresenceEvent } from "./presence.ts";
import type { ExposureSettings, Spectrometer } from "./spectrometer.ts";
import { type Clock, systemClock, within } from "./time.ts";
import { openTransport } from "./transport/open.ts";

/** Where an instrument may be, with what tells the plug apart. */
export type Place = Pick<Port, "path" | "adapter">;

export interface InstrumentOptions {
  /** Serial port, or tcp://127.0.0.1:PORT of a simulator. */
  port: string;
  profile: InstrumentProfile;
  onStatus(status: DeviceStatus): void;
  /**
   * The places that are there now, the likeliest first; looked up before each attempt. Only the port if absent, whether it
   * is there or not.
   */
  where?(): readonly Place[];
  /** Why what answered there is not to be kept; undefined if it is. Whatever answers is kept if absent. */
  refuse?(identity: InstrumentIdentity, path: string): LithoscopeError | undefined;
  /** Rate at which it was found last. */
  lastBaud?: number | undefined;
  /** An Ocean Optics spectrometer on a serial line unless told otherwise. */
  connect?: Connect;
  clock?: Clock;
}

/** Until automatic exposure has seen a rock. */
const firstSettings: ExposureSettings = { integrationUs: 200_000, scansToAverage: 1 };

/** From half a second doubling to five: a person who plugs a cable in sees the instrument come back while looking. */
const firstRetryMs = 500;
const longestRetryMs = 5000;

/** A laser that nobody uses for this long is disarmed: long enough to put a sample under the probe, too short to forget. */
const armedForMs = 120_000;

/** A dark drifts with the detector's temperature; ten minutes is what the calibration's dark is good for as well. */
const darkHoldsMs = 600_000;

/** Behind an adapter that stays plugged in an instrument can be changed unseen; asking more often would disturb the other. */
const refusalMs = 30_000;

/** STOP is confirmed or reported within this. */
const stopMs = 2000;

/** Trying again by itself cannot help: a person must change a permission or choose another port (reference/protocols.md §7.2, 14). */
const needsPerson: ReadonlySet<ProblemCode> = new Set(["port-denied", "port-not-serial"]);

/** A port that was just plugged in belongs to nobody for a moment, until the system has given it its group. */
const deniedTries = 3;

/**
 * The owner of one port. It connects, tells every change of the instrument's status, connects again by itself on a new
 * transport when the instrument went away, and measures, one measurement at a time. The light is off whenever no
 * measurement needs it.
 */
export class Instrument {
  readonly source = "spectrometer";
  readonly #options: InstrumentOptions;
  readonly #connect: Connect;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #status: DeviceStatus;
  #spectrometer: Spectrometer | undefined;
  #settings = firstSettings;
  #armedUntil: Date | undefined;
  /** What an instrument without a light of its own counted while it was covered. */
  #covered: Reading | undefined;
  #lastBaud: number | undefined;
  #measurement: AbortController | undefined;
  /** Paths where another instrument answered, until ports come or go or {@link refusalMs} have passed, with what was said of it. */
  readonly #refused = new Map<string, { refusal: LithoscopeError; atMs: number }>();
  /** Ends the attempt under way, so that the next begins at once. */
  #attempt: AbortController | undefined;
  /** The places of the last attempt. */
  #tried = "";
  /** Why the connection is being given up, when it was ours to give up. */
  #givenUp: LithoscopeError | undefined;
  #wake: () => void = () => {};
  #life: Promise<void> = Promise.resolve();

  constructor(options: InstrumentOptions) {
    this.#options = options;
    this.#lastBaud = options.lastBaud;
    this.#connect = options.connect ?? ((request) => connectObp({ ...request, open: openTransport }));
    this.#clock = options.clock ?? systemClock;
    this.#status = {
      id: options.port,
      port: options.port,
      state: "connecting",
      since: this.#clock.now().toISOString(),
      profile: options.profile,
    };
  }

  get status(): DeviceStatus {
    return this.#status;
  }

  get profile(): InstrumentProfile {
    return this.#status.profile;
  }

  /** Rate in force, or last in force. */
  get baud(): number | undefined {
    return this.#spectrometer?.baud ?? this.#lastBaud;
  }

  /** What it is for, from the next measurement on. */
  set profile(profile: InstrumentProfile) {
    this.#publish({ profile });
  }

  /** How long a measurement will take, in ms; undefined while not connected. */
  expectedMs(exposures: number): number | undefined {
    return this.#spectrometer && measurementTimeMs(this.#spectrometer, this.#settings, exposures);
  }

  /** Begins to connect; to be called once. */
  start(): void {
    this.#publish({});
    this.#life = this.#live();
  }

  /** Tries again now, also after a problem that only a person could solve. */
  retry(): void {
    this.#refused.clear();
    this.#attempt?.abort();
    this.#wake();
  }

  /** To be called when ports came or went: an instrument that is away is looked for at once, where it was not yet. */
  portsChanged(): void {
    if (JSON.stringify(this.#where()) !== this.#tried) this.retry();
  }

  /**
   * Measures a spot: dark, then exposures with the light on, all with the same settings, which automatic exposure may
   * change from those wished for. Rejects with "no-instrument", "measurement-running", "saturated", "cancelled",
   * "light-not-confirmed" or another device-… problem; nothing of the readings is kept then. The light is off afterwards.
   *
   * An instrument that has no light to switch is covered by the operator for its dark (`covered`); later measurements
   * rest on that dark for ten minutes, or reject with "dark-missing" where there is none with their exposure.
   */
  async measure(request: MeasurementRequest): Promise<MeasurementResult> {
    if (this.#status.state === "measuring") throw measurementRunning();
    const spectrometer = this.#spectrometer;
    if (spectrometer === undefined || this.#status.state !== "ready") throw noInstrument(this.#status);
    const hasLight = spectrometer.lightOn !== undefined;
    const dark = hasLight || request.covered ? undefined : this.#coveredDark(spectrometer);

    const stop = new AbortController();
    this.#measurement = stop;
    this.#step("measure");
    const signal = request.signal ? AbortSignal.any([stop.signal, request.signal]) : stop.signal;
    const settings = {
      integrationUs: request.integrationUs ?? this.#settings.integrationUs,
      scansToAverage: request.scansToAverage ?? this.#settings.scansToAverage,
    };
    const watched: MeasurementRequest = {
      ...request,
      ...(dark && { dark }),
      onProgress: (progress) => {
        this.#publish({ lightOn: spectrometer.lightOn });
        request.onProgress?.(progress);
      },
    };
    try {
      await spectrometer.confirmIdentity?.(signal);
      const result = await measureSpot(spectrometer, watched, settings, signal);
      const { integrationUs, scansToAverage } = (result.readings[0] ?? result.dark).settings;
      this.#settings = { integrationUs, scansToAverage };
      if (dark) mustMatchDark(dark, result.readings);
      this.#publish({ darkAt: result.dark.at });
      if (!hasLight) {
        if (request.covered) this.#covered = result.dark;
        return result;
      }
      // Not urgent: nobody waits before it, and what went well leaves the laser armed.
      await this.#lightOff(spectrometer, { urgent: false });
      this.#armedFromNow(spectrometer);
      return result;
    } catch (error) {
      await this.#recover(spectrometer, error);
      throw error;
    } finally {
      this.#measurement = undefined;
      if (this.status.state === "measuring") this.#step("finished", { lightOn: spectrometer.lightOn });
    }
  }

  /**
   * The first of the two steps to light: {@link measure} may fire the laser within {@link armedForMs}, and as long again
   * after each use. STOP, a failure, a cancel and the end of the connection disarm it. Rejects with "no-instrument",
   * "interlock-open", or "device-refused" where nothing is to be armed.
   */
  async armLaser(): Promise<void> {
    const spectrometer = this.#spectrometer;
    if (spectrometer === undefined || this.#status.state !== "ready") throw noInstrument(this.#status);
    const { laser } = spectrometer;
    if (laser === undefined) throw nothingToArm();
    const { interlockClosed } = await laser.check();
    if (interlockClosed === false) {
      this.#publish({});
      throw interlockOpen();
    }
    laser.arm(armedForMs);
    this.#armedFromNow(spectrometer);
  }

  /**
   * STOP: ends a measurement under way and takes the light off. Resolves when the instrument has confirmed it; rejects
   * with "light-not-confirmed" within two seconds if it did not.
   */
  async stopLight(): Promise<void> {
    this.#measurement?.abort();
    const spectrometer = this.#spectrometer;
    if (spectrometer === undefined) throw lightUnconfirmed(`the instrument on ${this.#options.port} is not connected`);
    if (spectrometer.lightOn === undefined)
      throw lightUnconfirmed("this instrument's light is not switched by Lithoscope");
    await this.#lightOff(spectrometer);
    this.#publish({ lightOn: spectrometer.lightOn });
  }

  /** Light off, port closed, no more status. Within three seconds whatever the instrument does. */
  async close(): Promise<void> {
    this.#measurement?.abort();
    this.#closing.abort();
    await this.#spectrometer?.close();
    await this.#life;
  }

  /** Tells until when the laser is armed, and tells again when that has run out. */
  #armedFromNow({ laser }: Spectrometer): void {
    if (!laser?.armed) return;
    this.#armedUntil = new Date(this.#clock.now().getTime() + armedForMs);
    this.#publish({});
    const over = async () => {
      await this.#clock.pause(armedForMs, this.#closing.signal);
      this.#publish({});
    };
    over().catch(() => {}); // only closing ends the wait early
  }

  #laserGuard(): LaserGuard | undefined {
    const laser = this.#spectrometer?.laser;
    if (laser === undefined) return undefined;
    const { armed, state } = laser;
    return {
      armed,
      ...(armed && this.#armedUntil && { armedUntil: this.#armedUntil.toISOString() }),
      ...(state.interlockClosed !== undefined && { interlockClosed: state.interlockClosed }),
    };
  }

  #coveredDark({ identity }: Spectrometer): Reading {
    const dark = this.#covered;
    if (dark === undefined || dark.instrument.serialNumber !== identity.serialNumber)
      throw darkMissing("there is none yet");
    if (this.#clock.monotonicMs() - dark.monotonicMs > darkHoldsMs)
      throw darkMissing("the last is older than ten minutes");
    return dark;
  }

  async #lightOff(spectrometer: Spectrometer, options = { urgent: true }): Promise<void> {
    if (spectrometer.lightOn === undefined) return;
    try {
      await within(stopMs, spectrometer.setLight(false, options), () => lightUnconfirmed("no answer in time"));
    } catch (error) {
      const known = error instanceof LithoscopeError && error.code === "light-not-confirmed";
      throw known ? error : lightUnconfirmed(toProblem(error).sentence, error);
    }
  }

  /** After a measurement failed: the light goes off, or the connection is given up, since connecting takes the light off. */
  async #recover(spectrometer: Spectrometer, error: unknown): Promise<void> {
    const gone = error instanceof LithoscopeError && error.code === "device-disconnected";
    try {
      if (gone) throw error;
      await this.#lightOff(spectrometer);
    } catch (failure) {
      this.#givenUp = failure instanceof LithoscopeError ? failure : undefined;
      await spectrometer.close();
      if (!gone) throw failure;
    }
  }

  #where(): readonly Place[] {
    return this.#options.where?.() ?? [{ path: this.#options.port }];
  }

  async #live(): Promise<void> {
    let failures = 0;
    let denied = 0;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#connection();
        failures = 0;
        denied = 0;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        const problem = toProblem(error);
        denied = problem.code === "port-denied" ? denied + 1 : 0;
        const hopeless = needsPerson.has(problem.code) && (denied === 0 || denied >= deniedTries);
        this.#step(hopeless ? "refused" : "unreachable", { problem });
      }
      do {
        const woken = await this.#beforeRetry(Math.min(longestRetryMs, firstRetryMs * 2 ** failures));
        failures = woken ? 0 : failures + 1;
      } while (!this.#closing.signal.aborted && this.#where().length === 0); // nothing is plugged in: nothing to try
      if (this.#closing.signal.aborted) return;
      this.#step("retry");
    }
  }

  /** One connection from open to end. Throws if it could not be made. */
  async #connection(): Promise<void> {
    const { signal } = this.#closing;
    const { spectrometer, path } = await this.#connectSomewhere();
    if (signal.aborted) return spectrometer.close();
    const before = this.#status.instrument?.serialNumber;
    const { identity } = spectrometer;
    this.#spectrometer = spectrometer;
    this.#lastBaud = spectrometer.baud;
    this.#givenUp = undefined;
    const other = before !== undefined && before !== identity.serialNumber;
    this.#step("connected", {
      id: identity.serialNumber,
      port: path,
      instrument: identity,
      lightOn: spectrometer.lightOn,
      problem: other ? toProblem(anotherInstrument(before, identity.serialNumber)) : undefined,
    });
    const reason = await new Promise<LithoscopeError>((resolve) => spectrometer.onClosed(resolve));
    this.#spectrometer = undefined;
    if (signal.aborted) return;
    const why = spectrometer.lightOn ? lightUnconfirmed("the connection ended while it was on", reason) : reason;
    this.#step("vanished", { problem: toProblem(this.#givenUp ?? why), lightOn: spectrometer.lightOn });
  }

  /** Tries the places in turn, and anew when they change. Throws what the first of them, the likeliest, had to say. */
  async #connectSomewhere(): Promise<{ spectrometer: Spectrometer; path: string }> {
    for (;;) {
      const places = this.#where();
      const tried = JSON.stringify(places);
      if (tried !== this.#tried) this.#refused.clear();
      this.#tried = tried;
      const attempt = new AbortController();
      this.#attempt = attempt;
      const signal = AbortSignal.any([this.#closing.signal, attempt.signal]);
      const problems: unknown[] = [];
      for (const place of places) {
        try {
          const spectrometer = await this.#connectAt(place, signal);
          this.#attempt = undefined;
          return { spectrometer, path: place.path };
        } catch (error) {
          if (this.#closing.signal.aborted) throw error;
          problems.push(error);
        }
        if (attempt.signal.aborted) break;
      }
      this.#attempt = undefined;
      if (!attempt.signal.aborted) throw problems[0] ?? notPluggedIn(this.#status);
    }
  }

  async #connectAt({ path, adapter }: Place, signal: AbortSignal): Promise<Spectrometer> {
    const before = this.#refused.get(path);
    if (before !== undefined && this.#clock.monotonicMs() - before.atMs < refusalMs) throw before.refusal;
    const { wavelengthCoefficients } = this.profile;
    const spectrometer = await this.#connect({
      path,
      settings: this.#settings,
      lastBaud: this.#lastBaud,
      ...(adapter === undefined ? {} : { adapter }),
      ...(wavelengthCoefficients && { wavelengthCoefficients }),
      signal,
      clock: this.#clock,
    });
    const refusal = this.#options.refuse?.(spectrometer.identity, path);
    if (refusal === undefined) return spectrometer;
    this.#refused.set(path, { refusal, atMs: this.#clock.monotonicMs() });
    await spectrometer.close();
    throw refusal;
  }

  /** Whether somebody woke it before the time. */
  async #beforeRetry(ms: number): Promise<boolean> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const early = AbortSignal.any([woken.signal, this.#closing.signal]);
    const forEver = 2 ** 31 - 1; // the longest that a timer takes; a person wakes it
    await this.#clock.pause(this.#status.state === "failed" ? forEver : ms, early).catch(() => {});
    this.#wake = () => {};
    return woken.signal.aborted;
  }

  #step(event: PresenceEvent, change: StatusChange = {}): void {
    const state = nextState(this.#status.state, event);
    // A problem belongs to the state that it brought about; while connecting, the reason for the loss stays to be read.
    const problem = "problem" in change ? change.problem : event === "retry" ? this.#status.problem : undefined;
    this.#publish({ ...change, problem }, state);
  }

  #publish(change: StatusChange, state?: DeviceState): void {
    const entered = state === undefined ? {} : { state, since: this.#clock.now().toISOString() };
    const { problem, lightOn, laser: _, ...rest } = { ...this.#status, ...change, ...entered };
    const laser = this.#laserGuard();
    this.#status = {
      ...rest,
      ...(laser === undefined ? {} : { laser }),
      ...(problem === undefined ? {} : { problem }),
      ...(lightOn === undefined ? {} : { lightOn }),
    };
    this.#options.onStatus(this.#status);
  }
}

type StatusChange = Partial<Pick<DeviceStatus, "id" | "port" | "profile" | "instrument" | "darkAt">> & {
  [Key in "problem" | "lightOn"]?: DeviceStatus[Key] | undefined;
};

function measurementRunning(): LithoscopeError {
  return new LithoscopeError(
    "measurement-running",
    "The instrument is measuring already; the new measurement was not begun.",
    "Wait until it has finished, or stop it.",
  );
}

function noInstrument({ port, problem }: DeviceStatus): LithoscopeError {
  const why = problem ? ` ${problem.sentence}` : "";
  return new LithoscopeError(
    "no-instrument",
    `The instrument on ${port} is not connected, so nothing was measured.${why}`,
    problem?.hint ?? "Wait until it is connected, then measure again.",
  );
}

function notPluggedIn({ port, instrument }: DeviceStatus): LithoscopeError {
  const which = instrument ? `${instrument.model} ${instrument.serialNumber}` : "The instrument";
  return new LithoscopeError(
    "port-not-found",
    `${which} is not plugged in; it was on ${port}.`,
    "Plug it in, into any socket: it is found by itself.",
  );
}

function nothingToArm(): LithoscopeError {
  return new LithoscopeError(
    "device-refused",
    "This instrument has no laser that must be armed; nothing was changed.",
    "Press MEASURE.",
  );
}

/** Automatic exposure may have left the settings of the dark; the next dark is taken with the new ones. */
function mustMatchDark(dark: Reading, readings: readonly Reading[]): void {
  const same = readings.every(
    ({ settings }) =>
      settings.integrationUs === dark.settings.integrationUs &&
      settings.scansToAverage === dark.settings.scansToAverage,
  );
  if (!same) throw darkMissing("the exposure was fitted to the specimen's brightness since");
}

function darkMissing(why: string): LithoscopeError {
  return new LithoscopeError(
    "dark-missing",
    `This instrument has no light to switch off, and no dark for this exposure: ${why}. Nothing was measured.`,
    "Cover the instrument and take the dark in Instruments, then uncover it and measure.",
  );
}

function lightUnconfirmed(why: string, cause?: unknown): LithoscopeError {
  return new LithoscopeError(
    "light-not-confirmed",
    `It is not confirmed that the light is off: ${why}.`,
    "Treat the light as ON: do not look into the probe, cover it and switch the instrument off.",
    { cause },
  );
}

function anotherInstrument(before: string, now: string): LithoscopeError {
  return new LithoscopeError(
    "device-unknown",
    `Another instrument is on this port now: ${now}, where ${before} was. Readings are recorded under ${now}.`,
    "If this is not what you want, plug the other instrument in again.",
  );
}
