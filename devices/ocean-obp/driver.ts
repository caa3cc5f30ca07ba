import { ulid } from "ulid";
import { LithoscopeError } from "../../contract/errors.ts";
import type { InstrumentIdentity, Reading } from "../../contract/reading.ts";
import { RequestEngine } from "../engine.ts";
import type { ExposureSettings, Spectrometer } from "../spectrometer.ts";
import { type Clock, cancelled, pause, systemClock, within } from "../time.ts";
import type { OpenTransport, Transport } from "../transport/transport.ts";
import { exchange, notOffered, ObpRefusal } from "./exchange.ts";
import { leastFrameBytes, type ObpFrame } from "./frame.ts";
import { type Message, obp } from "./messages.ts";
import { ObpParser } from "./parser.ts";

/** Order in which a device's rate is looked for; power-up is 9600 (reference/protocols.md §1.6, BON). */
const baudsToTry = [9600, 57600, 115200, 19200, 38400] as const;

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
  signal?: AbortSignal;
  timing?: Partial<ObpTiming>;
  clock?: Clock;
}

/** The models that can be reached over a serial line have the STS' detector (§1.5); used only where a device does not tell. */
const sts = { pixels: 1024, maximumCounts: 16383, minimumIntegrationUs: 10, maximumIntegrationUs: 85_000_000 };

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
    const instrument = new ObpSpectrometer(link, options.clock ?? systemClock, timing);
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
  baud: number;
  md5 = false;
  readonly #timing: ObpTiming;

  constructor(transport: Transport, baud: number, timing: ObpTiming) {
    this.transport = transport;
    this.baud = baud;
    this.#timing = timing;
    this.engine = new RequestEngine(transport, new ObpParser(), {
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
    const bauds = [...new Set([firstBaud, ...baudsToTry])];
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
  maximumCounts = sts.maximumCounts;
  integrationLimitsUs = { min: sts.minimumIntegrationUs, max: sts.maximumIntegrationUs };
  lightOn: boolean | undefined;
  readonly #link: ObpLink;
  readonly #clock: Clock;
  readonly #timing: ObpTiming;
  #pixels = sts.pixels;
  #wavelengthCoefficients: number[] = [];
  #settings: ExposureSettings = { integrationUs: 0, scansToAverage: 0 };
  /** The next spectrum was begun before the last change. */
  #stale = true;
  #tellsTemperature = true;

  constructor(link: ObpLink, clock: Clock, timing: ObpTiming) {
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
    // The message is inferred from Ocean's list (§1.4): a device that refuses it, or says nothing, works without checksums.
    const checksums = await link.askIfKnown(obp.setChecksumMd5, true, signal).catch(unlessUnanswered);
    link.md5 = checksums === true;

    const deviceString = await link.askIfKnown(obp.deviceString, undefined, signal);
    const firmware = await link.askIfKnown(obp.firmware, undefined, signal);
    this.#pixels = (await link.askIfKnown(obp.pixelCount, undefined, signal)) ?? sts.pixels;
    this.identity = {
      serialNumber,
      model: deviceString ?? `Ocean Optics spectrometer, ${this.#pixels} pixels`,
      ...(firmware === undefined ? {} : { firmware }),
      driver: `ocean-obp/${link.transport.kind}`,
      // Simulators say so in their device string; no instrument does.
      simulated: /simulat/i.test(deviceString ?? ""),
    };
    this.maximumCounts = (await link.askIfKnown(obp.maximumCounts, undefined, signal)) ?? sts.maximumCounts;
    this.integrationLimitsUs = {
      min: (await link.askIfKnown(obp.minimumIntegrationUs, undefined, signal)) ?? sts.minimumIntegrationUs,
      max: (await link.askIfKnown(obp.maximumIntegrationUs, undefined, signal)) ?? sts.maximumIntegrationUs,
    };
    this.#wavelengthCoefficients = await this.#readWavelengthCoefficients(signal);
    await this.configure(options.settings, signal);
  }

  async #readWavelengthCoefficients(signal: AbortSignal | undefined): Promise<number[]> {
    const count = await this.#link.ask(obp.wavelengthCoefficientCount, undefined, { signal });
    if (count < 2 || count > mostCoefficients) throw badCalibration(`${count} coefficients`);
    const coefficients: number[] = [];
    for (let i = 0; i < count; i++) coefficients.push(await this.#link.ask(obp.wavelengthCoefficient, i, { signal }));
    if (!coefficients.every(Number.isFinite)) throw badCalibration(coefficients.join(", "));
    return coefficients;
  }

  async configure(settings: ExposureSettings, signal?: AbortSignal): Promise<void> {
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

  async setLight(on: boolean, options: { signal?: AbortSignal; urgent?: boolean } = {}): Promise<void> {
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

  async acquire(signal?: AbortSignal): Promise<Reading> {
    try {
      if (this.#stale) await this.#spectrum(signal);
      this.#stale = false;
      const counts = await this.#spectrum(signal);
      const detectorC = await this.#temperature(signal);
      return {
        id: ulid(),
        at: this.#clock.now().toISOString(),
        monotonicMs: this.#clock.monotonicMs(),
        instrument: this.identity,
        settings: { ...this.#settings, lightOn: this.lightOn ?? false },
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

  async #spectrum(signal: AbortSignal | undefined): Promise<Uint16Array<ArrayBuffer>> {
    const pixels = this.#pixels;
    const { integrationUs, scansToAverage } = this.#settings;
    const message = { ...obp.rawSpectrum, decode: (data: Uint8Array) => pixelCounts(data, pixels, this.maximumCounts) };
    const workMs = (integrationUs * scansToAverage) / 1000;
    return this.#link.ask(message, undefined, { signal, workMs, payloadBytes: 2 * pixels });
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
    if (!this.lightOn) return;
    const work = async () => {
      await this.#link.engine.tell(
        exchange(obp.abortAcquisition, undefined, { md5: this.#link.md5, deadlineMs: 0 }).encode(0),
      );
      await this.setLight(false, { urgent: true });
    };
    await within(this.#timing.lightOffMs, work(), cancelled).catch(() => {});
  }

  async close(): Promise<void> {
    const off = async () => this.setLight(false, { urgent: true });
    if (this.lightOn) await within(this.#timing.lightOffMs / 2, off(), cancelled).catch(() => {});
    await this.#link.transport.close();
  }
}

/**
 * u16 little-endian, one for each pixel. A longer payload has something in front of the pixels (§1.5). A count above the
 * converter's range proves damage; below it damage cannot be seen where the device has no checksums.
 */
function pixelCounts(data: Uint8Array, pixels: number, maximumCounts: number): Uint16Array<ArrayBuffer> {
  const skip = data.length - 2 * pixels;
  if (skip < 0) throw new RangeError(`${data.length} bytes for ${pixels} pixels`);
  const counts = new Uint16Array(Uint8Array.from(data.subarray(skip)).buffer);
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
