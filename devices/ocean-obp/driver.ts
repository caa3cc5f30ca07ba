import { ulid } from "ulid";
import { LithoscopeError } from "../../contract/errors.ts";
import type { InstrumentIdentity, Reading } from "../../contract/reading.ts";
import { RequestEngine } from "../engine.ts";
import { mustVary } from "../plausible.ts";
import type { ExposureSettings, Spectrometer, Trigger } from "../spectrometer.ts";
import { type Clock, cancelled, pause, systemClock, within } from "../time.ts";
import type { OpenTransport, Transport } from "../transport/transport.ts";
import { Turns } from "../turns.ts";
import { exchange, notOffered, ObpRefusal } from "./exchange.ts";
import { leastFrameBytes, type ObpFrame } from "./frame.ts";
import { type Message, obp } from "./messages.ts";
import { type ObpModel, sts } from "./models.ts";
import { ObpParser } from "./parser.ts";

/** Order in which a device's rate is looked for; power-up is 9600 (reference/protocols.md §1.6, BON). */
export const baudsToTry = [9600, 57600, 115200, 19200, 38400] as const;

/** What differs between production and a test that has no time; the sources are those of §1.6. */
export interface ObpTiming {
  /** For a reply beyond integration and transfer: §1.6 says 1 s; the half is for a device that pauses 1 s in a frame (§7.2, 10). */
  marginMs: number;
  /** For the serial number while the rate is looked for (BON). */
  probeMs: number;
  /** Between the command to change the rate and the first question at the new one (BON). */
  baudSettleMs: number;
  /** For switching a light off, all in all. Our choice: a person who presses STOP waits no longer for the truth. */
  lightOffMs: number;
}
const obpTiming: ObpTiming = { marginMs: 1500, probeMs: 500, baudSettleMs: 1000, lightOffMs: 2000 };

export interface ObpOptions {
  open: OpenTransport;
  path: string;
  /** Applied on connect: an STS gives no spectrum before its integration time was set once (§1.6, DEMO). */
  settings: ExposureSettings;
  /** Rate at which this instrument was found last. */
  lastBaud?: number | undefined;
  /** Rate for spectra; 115200 unless told otherwise. */
  wantedBaud?: number;
  /** Known by the USB ids; over a serial line the instrument is asked, and is an STS where it does not tell. */
  model?: ObpModel;
  signal?: AbortSignal;
  timing?: Partial<ObpTiming>;
  clock?: Clock;
}

/** The rate is looked for twice: a device that just got power needs a moment. */
const searchRounds = 2;
/** §1.6: back to the old rate if three probes fail. */
const baudProbes = 3;
/** LSB refuses more than 16 stray light coefficients (§1.4); a wavelength polynomial has four. */
const mostCoefficients = 16;
/** The STS' detector is temperature 0 (§1.4). */
const detectorTemperature = 0;

/**
 * Connects over a serial line: finds the rate, identifies, switches the light off, reads the wavelength calibration,
 * raises the rate and applies the settings. Rejects with a port-… problem, with "device-unknown" if nothing there speaks
 * the Ocean Binary Protocol, or with a device-… problem; the port is closed again then.
 */
export async function connectObp(options: ObpOptions): Promise<Spectrometer> {
  const timing = { ...obpTiming, ...options.timing };
  const firstBaud = options.lastBaud ?? baudsToTry[0];
  const transport = await options.open(options.path, firstBaud);
  const link = new ObpLink(transport, firstBaud, timing);
  try {
    const serialNumber = await link.find(firstBaud, options.signal);
    const instrument = new ObpSpectrometer(link, options.clock ?? systemClock, timing, options.model ?? sts);
    await instrument.begin(serialNumber, options);
    return instrument;
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** The line to one device: messages in, answers out, at the rate in force. */
class ObpLink {
  readonly transport: Transport;
  readonly engine: RequestEngine<ObpFrame>;
  readonly #parser = new ObpParser();
  baud: number;
  md5 = false;
  readonly #timing: ObpTiming;

  constructor(transport: Transport, baud: number, timing: ObpTiming) {
    this.transport = transport;
    this.baud = baud;
    this.#timing = timing;
    this.engine = new RequestEngine(transport, this.#parser, {
      byteMs: () => this.#byteMs,
      probe: () => this.#exchange(obp.serialNumber, undefined, {}),
    });
  }

  /** 8N1: ten bits for a byte. */
  get #byteMs(): number {
    return 10_000 / this.baud;
  }

  #exchange<Input, Output>(message: Message<Input, Output>, input: Input, { workMs = 0, payloadBytes = 0 }) {
    const transferMs = (2 * leastFrameBytes + payloadBytes) * this.#byteMs;
    return exchange(message, input, { md5: this.md5, deadlineMs: workMs + transferMs + this.#timing.marginMs });
  }

  /**
   * @param options.workMs time the device itself needs, as integration × scans.
   * @param options.payloadBytes length of the reply's payload.
   */
  ask<Input, Output>(
    message: Message<Input, Output>,
    input: Input,
    options: { signal?: AbortSignal | undefined; urgent?: boolean; workMs?: number; payloadBytes?: number } = {},
  ): Promise<Output> {
    return this.engine.request(this.#exchange(message, input, options), options);
  }

  /** As {@link ask}; undefined if the device does not know the message or does not have the information. */
  async askIfKnown<Input, Output>(
    message: Message<Input, Output>,
    input: Input,
    signal: AbortSignal | undefined,
  ): Promise<Output | undefined> {
    try {
      return await this.ask(message, input, { signal });
    } catch (error) {
      if (error instanceof ObpRefusal && notOffered.has(error.obpError)) return undefined;
      throw error;
    }
  }

  /**
   * Asks for checksums. The message is inferred from Ocean's list (§1.4): a device that refuses it, or says nothing, works
   * without. From one whose answers then carry a digest, none without is believed any more.
   */
  async protect(signal: AbortSignal | undefined): Promise<void> {
    const acknowledged = await this.askIfKnown(obp.setChecksumMd5, true, signal).catch(unlessUnanswered);
    this.md5 = acknowledged === true;
    if (!this.md5) return;
    await this.ask(obp.serialNumber, undefined, { signal });
    this.#parser.protectedOnly = this.#parser.lastWasProtected;
  }

  /** Asks for the serial number with the short deadline of a search. */
  #probe(signal: AbortSignal | undefined): Promise<string> {
    const deadlineMs = this.#timing.probeMs;
    return this.engine.request(exchange(obp.serialNumber, undefined, { md5: false, deadlineMs }), {
      signal,
      urgent: true,
    });
  }

  async #switchTo(baud: number, signal: AbortSignal | undefined): Promise<void> {
    if (baud !== this.baud) await this.transport.setBaud(baud);
    this.baud = baud;
    await this.engine.drain(signal);
  }

  /** Tries the rates until a serial number comes back. */
  async find(firstBaud: number, signal: AbortSignal | undefined): Promise<string> {
    const { kind } = this.transport;
    const bauds = kind === "usb" ? [firstBaud] : [...new Set([firstBaud, ...baudsToTry])];
    for (let round = 0; round < searchRounds; round++) {
      for (const baud of bauds) {
        await this.#switchTo(baud, signal);
        const serialNumber = await this.#probe(signal).catch(unlessUnanswered);
        if (serialNumber !== undefined) return serialNumber;
      }
    }
    throw new LithoscopeError(
      "device-unknown",
      `Nothing on ${this.transport.path} answers as an Ocean Optics spectrometer, so it cannot be read.`,
      "Check that the instrument has power and that this is its port.",
    );
  }

  /**
   * Raises the rate. Whether the ACK comes at the old or the new rate is not documented (§1.6), so it is not waited for:
   * the new rate is proved by asking for it, and three failures bring the old one back.
   */
  async raise(wanted: number, serialNumber: string, signal: AbortSignal | undefined): Promise<void> {
    const old = this.baud;
    if (wanted === old) return;
    await this.engine.tell(this.#exchange(obp.setBaud, wanted, {}).encode(0));
    await pause(this.#timing.baudSettleMs, signal);
    for (const baud of [wanted, old]) {
      await this.#switchTo(baud, signal);
      for (let probe = 0; probe < baudProbes; probe++) {
        if ((await this.#probe(signal).catch(unlessUnanswered)) === serialNumber) return;
      }
    }
    // It neither stayed nor followed: power was lost on the way, perhaps. Search from the start.
    const found = await this.find(baudsToTry[0], signal);
    if (found !== serialNumber) throw identityChanged(serialNumber, found);
  }
}

class ObpSpectrometer implements Spectrometer {
  identity: InstrumentIdentity = { serialNumber: "", model: "", driver: "", simulated: false };
  maximumCounts: number;
  integrationLimitsUs: { min: number; max: number };
  lightOn: boolean | undefined;
  readonly #link: ObpLink;
  readonly #clock: Clock;
  readonly #timing: ObpTiming;
  /** A change of settings or light waits until the reading under way is whole, so that a reading has one of each. */
  readonly #turns = new Turns();
  readonly #model: ObpModel;
  readonly setTrigger?: (trigger: Trigger, signal?: AbortSignal) => Promise<void>;
  #trigger: Trigger = { source: "request" };
  #pixels: number;
  #wavelengthCoefficients: number[] = [];
  #settings: ExposureSettings = { integrationUs: 0, scansToAverage: 0 };
  /** The next spectrum was begun before the last change. */
  #stale = true;
  #tellsTemperature = true;
  #lightChanges = 0;

  constructor(link: ObpLink, clock: Clock, timing: ObpTiming, model: ObpModel) {
    this.#model = model;
    this.#pixels = model.pixels;
    this.maximumCounts = model.maximumCounts;
    this.integrationLimitsUs = { min: model.minimumIntegrationUs, max: model.maximumIntegrationUs };
    const { pulseTrigger } = model;
    if (pulseTrigger !== undefined) {
      this.setTrigger = (trigger, signal) =>
        this.#turns.take(() => this.#applyTrigger(trigger, pulseTrigger, signal), signal);
    }
    this.#link = link;
    this.#clock = clock;
    this.#timing = timing;
  }

  get baud(): number {
    return this.#link.baud;
  }

  get counters() {
    return this.#link.engine.counters;
  }

  onClosed(listener: (reason: LithoscopeError) => void): void {
    this.#link.transport.onClosed(listener);
  }

  async begin(serialNumber: string, options: ObpOptions): Promise<void> {
    const { signal } = options;
    const link = this.#link;
    // Light first: a crashed program may have left it on (§0, 7).
    const lamp = await link.askIfKnown(obp.lampEnabled, undefined, signal);
    if (lamp !== undefined) await this.setLight(false, signal ? { signal } : {});
    await link.raise(options.wantedBaud ?? 115_200, serialNumber, signal);
    await link.protect(signal);

    const deviceString = await link.askIfKnown(obp.deviceString, undefined, signal);
    const firmware = await link.askIfKnown(obp.firmware, undefined, signal);
    const model = this.#model;
    // A model known by its ids has the pixels of its table: what it counts as pixels may leave out the dark ones.
    if (!options.model) this.#pixels = (await link.askIfKnown(obp.pixelCount, undefined, signal)) ?? model.pixels;
    this.identity = {
      serialNumber,
      model: deviceString ?? options.model?.name ?? `Ocean Optics spectrometer, ${this.#pixels} pixels`,
      ...(firmware === undefined ? {} : { firmware }),
      driver: link.transport.kind === "usb" ? "ocean-obp-usb/usb" : `ocean-obp/${link.transport.kind}`,
      // Simulators say so in their device string; no instrument does.
      simulated: /simulat/i.test(deviceString ?? ""),
    };
    this.maximumCounts = (await link.askIfKnown(obp.maximumCounts, undefined, signal)) ?? model.maximumCounts;
    this.integrationLimitsUs = {
      min: (await link.askIfKnown(obp.minimumIntegrationUs, undefined, signal)) ?? model.minimumIntegrationUs,
      max: (await link.askIfKnown(obp.maximumIntegrationUs, undefined, signal)) ?? model.maximumIntegrationUs,
    };
    // Left waiting for pulses by another program, it would never answer a request for a spectrum.
    await link.askIfKnown(obp.setTriggerMode, 0, signal);
    this.#wavelengthCoefficients = await this.#readWavelengthCoefficients(signal);
    await this.#configure(options.settings, signal);
  }

  async #readWavelengthCoefficients(signal: AbortSignal | undefined): Promise<number[]> {
    const count = await this.#link.ask(obp.wavelengthCoefficientCount, undefined, { signal });
    if (count < 2 || count > mostCoefficients) throw badCalibration(`${count} coefficients`);
    const coefficients: number[] = [];
    for (let i = 0; i < count; i++) coefficients.push(await this.#link.ask(obp.wavelengthCoefficient, i, { signal }));
    if (!coefficients.every(Number.isFinite)) throw badCalibration(coefficients.join(", "));
    return coefficients;
  }

  confirmIdentity(signal?: AbortSignal): Promise<void> {
    return this.#turns.take(async () => {
      const now = await this.#link.ask(obp.serialNumber, undefined, { signal });
      if (now !== this.identity.serialNumber) throw identityChanged(this.identity.serialNumber, now);
    }, signal);
  }

  configure(settings: ExposureSettings, signal?: AbortSignal): Promise<void> {
    return this.#turns.take(() => this.#configure(settings, signal), signal);
  }

  async #configure(settings: ExposureSettings, signal: AbortSignal | undefined): Promise<void> {
    const { integrationUs, scansToAverage } = settings;
    if (integrationUs !== this.#settings.integrationUs) {
      await this.#apply(obp.setIntegrationUs, obp.integrationUs, integrationUs, signal);
    }
    if (scansToAverage !== this.#settings.scansToAverage) {
      await this.#apply(obp.setScansToAverage, obp.scansToAverage, scansToAverage, signal);
    }
    this.#settings = { integrationUs, scansToAverage };
  }

  /** ACK is the acknowledgement; where the device can be asked as well, its answer must be the same. */
  async #apply(set: Message<number, true>, get: Message<void, number>, wanted: number, signal?: AbortSignal) {
    this.#stale = true;
    await this.#link.ask(set, wanted, { signal });
    const actual = await this.#link.askIfKnown(get, undefined, signal);
    if (actual !== undefined && actual !== wanted) {
      throw new LithoscopeError(
        "settings-not-acknowledged",
        `The instrument took ${actual} where ${wanted} was asked (${set.what}); no reading was made.`,
        "Choose a value within the instrument's limits and measure again.",
      );
    }
  }

  setLight(on: boolean, options: { signal?: AbortSignal; urgent?: boolean } = {}): Promise<void> {
    const work = () => this.#switchLight(on, options);
    return options.urgent ? work() : this.#turns.take(work, options.signal);
  }

  async #switchLight(on: boolean, options: { signal?: AbortSignal; urgent?: boolean }): Promise<void> {
    this.#lightChanges++;
    this.#stale = true;
    // Believed on from the moment it may be: a command whose answer is lost may have been obeyed.
    if (on) this.lightOn = true;
    try {
      await this.#link.ask(obp.setLampEnabled, on, options);
      const actual = await this.#link.ask(obp.lampEnabled, undefined, options);
      this.lightOn = actual;
      if (actual !== on) throw new Error(`the instrument says that it is ${actual ? "on" : "off"}`);
    } catch (error) {
      const told = error instanceof LithoscopeError && ["cancelled", "device-disconnected"].includes(error.code);
      throw told ? error : lightNotConfirmed(on, error);
    }
  }

  acquire(signal?: AbortSignal): Promise<Reading> {
    return this.#turns.take(() => this.#acquire(signal), signal);
  }

  async #acquire(signal: AbortSignal | undefined): Promise<Reading> {
    try {
      if (this.#stale && this.#trigger.source === "request") await this.#spectrum(signal);
      this.#stale = false;
      const settings = { ...this.#settings, lightOn: this.lightOn ?? false };
      const lightChanges = this.#lightChanges;
      const counts = await this.#spectrum(signal);
      mustVary(counts, this.maximumCounts);
      const detectorC = await this.#temperature(signal);
      if (lightChanges !== this.#lightChanges) throw cancelled(); // an urgent STOP fell into the exposure
      return {
        id: ulid(),
        at: this.#clock.now().toISOString(),
        monotonicMs: this.#clock.monotonicMs(),
        instrument: this.identity,
        settings,
        counts,
        maximumCounts: this.maximumCounts,
        wavelengthCoefficients: this.#wavelengthCoefficients,
        ...(detectorC === undefined ? {} : { detectorC }),
      };
    } catch (error) {
      this.#stale = true;
      await this.#makeSafe();
      throw error;
    }
  }

  async #spectrum(signal: AbortSignal | undefined): Promise<Counts> {
    const pixels = this.#pixels;
    const { integrationUs, scansToAverage } = this.#settings;
    const { spectrum, pixelBytes } = this.#model;
    // What was exposed before the last change would come first, spectrum by spectrum.
    if (spectrum === "buffered" && this.#stale) await this.#link.askIfKnown(obp.clearBuffer, undefined, signal);
    const decode = (data: Uint8Array) => pixelCounts(data, pixels, pixelBytes, this.maximumCounts);
    const pulseMs = this.#trigger.source === "pulse" ? this.#trigger.waitMs : 0;
    const workMs = (integrationUs * scansToAverage) / 1000 + pulseMs;
    const options = { signal, workMs, payloadBytes: pixelBytes * pixels };
    return this.#link.ask({ ...spectra[spectrum], decode }, undefined, options);
  }

  /** What was begun by a request is taken before: a pulse must not be spent on it. */
  async #applyTrigger(trigger: Trigger, pulseMode: number, signal: AbortSignal | undefined): Promise<void> {
    if (trigger.source === "pulse" && this.#stale) await this.#spectrum(signal);
    await this.#apply(obp.setTriggerMode, obp.triggerMode, trigger.source === "pulse" ? pulseMode : 0, signal);
    this.#trigger = trigger;
  }

  async #temperature(signal: AbortSignal | undefined): Promise<number | undefined> {
    if (!this.#tellsTemperature) return undefined;
    const degrees = await this.#link.askIfKnown(obp.temperatureC, detectorTemperature, signal);
    if (degrees !== undefined && Number.isFinite(degrees)) return degrees;
    this.#tellsTemperature = false;
    return undefined;
  }

  /**
   * Ends the acquisition and takes the light off, after a failure or a cancel. What went wrong here is not told: the owner
   * reads {@link lightOn} and asks again with {@link setLight}.
   */
  async #makeSafe(): Promise<void> {
    const work = async () => {
      // Else a long exposure would go on, and the next request wait for its end.
      await this.#link.engine.tell(
        exchange(obp.abortAcquisition, undefined, { md5: this.#link.md5, deadlineMs: 0 }).encode(0),
      );
      if (this.lightOn) await this.setLight(false, { urgent: true });
    };
    await within(this.#timing.lightOffMs, work(), cancelled).catch(() => {});
  }

  async close(): Promise<void> {
    const off = async () => this.setLight(false, { urgent: true });
    if (this.lightOn) await within(this.#timing.lightOffMs / 2, off(), cancelled).catch(() => {});
    await this.#link.transport.close();
  }
}

const spectra = { raw: obp.rawSpectrum, corrected: obp.correctedSpectrum, buffered: obp.bufferedSpectrum } as const;

type Counts = Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/**
 * Little-endian, one for each pixel. A longer payload has something in front of the pixels (§1.5). A count above the
 * converter's range proves damage; below it damage cannot be seen where the device has no checksums.
 */
function pixelCounts(data: Uint8Array, pixels: number, pixelBytes: 2 | 4, maximumCounts: number): Counts {
  const skip = data.length - pixelBytes * pixels;
  if (skip < 0) throw new RangeError(`${data.length} bytes for ${pixels} pixels`);
  const { buffer } = Uint8Array.from(data.subarray(skip));
  const counts = pixelBytes === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
  const wrong = counts.find((count) => count > maximumCounts);
  if (wrong !== undefined) throw new RangeError(`${wrong} counts from a converter of ${maximumCounts}`);
  return counts;
}

/** No answer, or one that makes no sense, is what a wrong rate looks like; everything else ends the search. */
function unlessUnanswered(error: unknown): undefined {
  const unanswered = ["device-timeout", "device-protocol", "device-refused"];
  if (error instanceof LithoscopeError && unanswered.includes(error.code)) return undefined;
  throw error;
}

function badCalibration(what: string): LithoscopeError {
  return new LithoscopeError(
    "device-protocol",
    `The instrument's wavelength calibration cannot be used (${what}); its readings would have no axis.`,
    "The instrument needs service. Use another one meanwhile.",
  );
}

function identityChanged(before: string, after: string): LithoscopeError {
  return new LithoscopeError(
    "device-disconnected",
    `Instrument ${after} answered where ${before} was.`,
    "Lithoscope connects again by itself; check which instrument is plugged in.",
  );
}

function lightNotConfirmed(on: boolean, cause: unknown): LithoscopeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LithoscopeError(
    "light-not-confirmed",
    `The instrument did not confirm that its light is ${on ? "on" : "off"}: ${why}`,
    "Treat the light as ON: do not look into the probe, cover it and switch the instrument off.",
    { cause },
  );
}
