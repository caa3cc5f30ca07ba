import type { DeviceState, DeviceStatus } from "../contract/device.ts";
import { LithoscopeError, type ProblemCode, toProblem } from "../contract/errors.ts";
import type { InstrumentProfile } from "../contract/reading.ts";
import { type MeasurementRequest, type MeasurementResult, measurementTimeMs, measureSpot } from "./measurement.ts";
import { connectObp } from "./ocean-obp/driver.ts";
import { nextState, type PresenceEvent } from "./presence.ts";
import type { ExposureSettings, Spectrometer } from "./spectrometer.ts";
import { type Clock, systemClock, within } from "./time.ts";
import { openTransport } from "./transport/open.ts";

/** Makes a new connection, on a new transport, to whatever is on the path. */
export type Connect = (request: {
  path: string;
  settings: ExposureSettings;
  lastBaud: number | undefined;
  signal: AbortSignal;
  clock: Clock;
}) => Promise<Spectrometer>;

export interface InstrumentOptions {
  /** Serial port, or tcp://127.0.0.1:PORT of a simulator. */
  port: string;
  profile: InstrumentProfile;
  onStatus(status: DeviceStatus): void;
  /** An Ocean Optics spectrometer on a serial line unless told otherwise. */
  connect?: Connect;
  clock?: Clock;
}

/** Until automatic exposure has seen a rock. */
const firstSettings: ExposureSettings = { integrationUs: 200_000, scansToAverage: 1 };

/** From half a second doubling to five: a person who plugs a cable in sees the instrument come back while looking. */
const firstRetryMs = 500;
const longestRetryMs = 5000;

/** STOP is confirmed or reported within this. */
const stopMs = 2000;

/** Trying again by itself cannot help: a person must change a permission or choose another port (reference/protocols.md §7.2, 14). */
const needsPerson: ReadonlySet<ProblemCode> = new Set(["port-denied", "port-not-serial"]);

/**
 * The owner of one port. It connects, tells every change of the instrument's status, connects again by itself on a new
 * transport when the instrument went away, and measures, one measurement at a time. The light is off whenever no
 * measurement needs it.
 */
export class Instrument {
  readonly profile: InstrumentProfile;
  readonly #options: InstrumentOptions;
  readonly #connect: Connect;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #status: DeviceStatus;
  #spectrometer: Spectrometer | undefined;
  #settings = firstSettings;
  #lastBaud: number | undefined;
  #measurement: AbortController | undefined;
  /** Why the connection is being given up, when it was ours to give up. */
  #givenUp: LithoscopeError | undefined;
  #wake: () => void = () => {};
  #life: Promise<void> = Promise.resolve();

  constructor(options: InstrumentOptions) {
    this.#options = options;
    this.profile = options.profile;
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
    this.#wake();
  }

  /**
   * Measures a spot: dark, then exposures with the light on, all with the same settings, which automatic exposure may
   * change from those wished for. Rejects with "no-instrument", "measurement-running", "saturated", "cancelled",
   * "light-not-confirmed" or another device-… problem; nothing of the readings is kept then. The light is off afterwards.
   */
  async measure(request: MeasurementRequest): Promise<MeasurementResult> {
    if (this.#status.state === "measuring") throw measurementRunning();
    const spectrometer = this.#spectrometer;
    if (spectrometer === undefined || this.#status.state !== "ready") throw noInstrument(this.#status);
    if (spectrometer.lightOn === undefined) throw noLightControl();

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
      onProgress: (progress) => {
        this.#publish({ lightOn: spectrometer.lightOn });
        request.onProgress?.(progress);
      },
    };
    try {
      const result = await measureSpot(spectrometer, watched, settings, signal);
      const { integrationUs, scansToAverage } = result.dark.settings;
      this.#settings = { integrationUs, scansToAverage };
      this.#publish({ darkAt: result.dark.at });
      await this.#lightOff(spectrometer);
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

  async #lightOff(spectrometer: Spectrometer): Promise<void> {
    try {
      await within(stopMs, spectrometer.setLight(false, { urgent: true }), () => lightUnconfirmed("no answer in time"));
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

  async #live(): Promise<void> {
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#connection();
        failures = 0;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        const problem = toProblem(error);
        this.#step(needsPerson.has(problem.code) ? "refused" : "unreachable", { problem });
      }
      await this.#beforeRetry(Math.min(longestRetryMs, firstRetryMs * 2 ** failures++));
      if (this.#closing.signal.aborted) return;
      this.#step("retry");
    }
  }

  /** One connection from open to end. Throws if it could not be made. */
  async #connection(): Promise<void> {
    const { port: path } = this.#options;
    const { signal } = this.#closing;
    const settings = this.#settings;
    const request = { path, settings, lastBaud: this.#lastBaud, signal, clock: this.#clock };
    const spectrometer = await this.#connect(request);
    if (signal.aborted) return spectrometer.close();
    const before = this.#status.instrument?.serialNumber;
    const { identity } = spectrometer;
    this.#spectrometer = spectrometer;
    this.#lastBaud = spectrometer.baud;
    this.#givenUp = undefined;
    const other = before !== undefined && before !== identity.serialNumber;
    this.#step("connected", {
      id: identity.serialNumber,
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

  async #beforeRetry(ms: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const early = AbortSignal.any([woken.signal, this.#closing.signal]);
    const forEver = 2 ** 31 - 1; // the longest that a timer takes; a person wakes it
    await this.#clock.pause(this.#status.state === "failed" ? forEver : ms, early).catch(() => {});
    this.#wake = () => {};
  }

  #step(event: PresenceEvent, change: StatusChange = {}): void {
    const state = nextState(this.#status.state, event);
    // A problem belongs to the state that it brought about; while connecting, the reason for the loss stays to be read.
    const problem = "problem" in change ? change.problem : event === "retry" ? this.#status.problem : undefined;
    this.#publish({ ...change, problem }, state);
  }

  #publish(change: StatusChange, state?: DeviceState): void {
    const entered = state === undefined ? {} : { state, since: this.#clock.now().toISOString() };
    const { problem, lightOn, ...rest } = { ...this.#status, ...change, ...entered };
    this.#status = {
      ...rest,
      ...(problem === undefined ? {} : { problem }),
      ...(lightOn === undefined ? {} : { lightOn }),
    };
    this.#options.onStatus(this.#status);
  }
}

type StatusChange = Partial<Pick<DeviceStatus, "id" | "instrument" | "darkAt">> & {
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

function noLightControl(): LithoscopeError {
  return new LithoscopeError(
    "device-refused",
    "This instrument's light cannot be switched by Lithoscope, so no dark can be taken; nothing was measured.",
    "Use an instrument whose laser or lamp is switched by the spectrometer.",
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
