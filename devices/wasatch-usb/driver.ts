import { LithoscopeError } from "../../contract/errors.ts";
import type { InstrumentIdentity } from "../../contract/reading.ts";
import { type Counts, DrivenSpectrometer, type Exposure, type LightPort, type SpectrometerPort } from "../driven.ts";
import type { EngineCounters } from "../engine.ts";
import type { ExposureSettings, LaserState, Spectrometer, Trigger } from "../spectrometer.ts";
import { type Clock, systemClock } from "../time.ts";
import type { UsbLink, UsbSetup } from "../transport/usb.ts";
import { damagedOnBus, UsbSpectra } from "../transport/usb-spectra.ts";
import { eepromPages, pageBytes, parseEeprom, polynomial, type WasatchEeprom } from "./eeprom.ts";
import { bigEndian, integration, littleEndian, op, second, simple, tier2, wide } from "./requests.ts";

/** Product ids of reference/protocols.md §3.1. */
export const wasatch = { vendorId: 0x24aa, fx2Silicon: 0x1000, fx2Ingaas: 0x2000, arm: 0x4000 } as const;

export interface WasatchUsbOptions {
  open: (path: string) => Promise<UsbLink>;
  path: string;
  settings: ExposureSettings;
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  timing?: Partial<WasatchTiming>;
}

export interface WasatchTiming {
  /** Beyond twice the longer of the old and the new integration time; WPY allows 1 s (§3.2). */
  marginMs: number;
  /** An endpoint that was silent so long is empty (§1.7). */
  quietMs: number;
  /** How long after a spectrum something more would prove that it was not the one asked for. Our choice: 40 packets' time. */
  afterMs: number;
}
const wasatchTiming: WasatchTiming = { marginMs: 1000, quietMs: 100, afterMs: 5 };

const spectrumIn = 0x82;
/** 2048 pixels of an FX2 come as two halves (§3.2). */
const secondHalfIn = 0x86;
const halfBytes = 2048;
/** 16 bits for every detector of theirs (§3.2). */
const maximumCounts = 65_535;
/**
 * What Wasatch's own programs set where the EEPROM has none. The sources do not say what feeds it: we send the laser's
 * enable again, three times in that period, and look after each exposure whether the laser still fires.
 */
const watchdogS = 10;
const feedsInPeriod = 3;
/** Their high resolution mode of laser power: the share of a period of 1000 µs (§3.1). */
const modulationPeriodUs = 1000;
/** Detector temperature is polled at most at 10 Hz (§3.1). */
const temperatureEveryMs = 100;

/**
 * Connects: laser off, EEPROM, watchdog, settings. Rejects with a port-… problem, with "device-uncalibrated" if the EEPROM
 * is of no working spectrometer, or a device-… problem; the device is closed again then.
 */
export async function connectWasatchUsb(options: WasatchUsbOptions): Promise<Spectrometer> {
  const link = await options.open(options.path);
  const clock = options.clock ?? systemClock;
  try {
    const port = new WasatchUsbPort(link, { ...wasatchTiming, ...options.timing }, clock);
    await port.begin(options.signal);
    return await DrivenSpectrometer.begin(port, { settings: options.settings, clock, signal: options.signal });
  } catch (error) {
    await link.close();
    throw error;
  }
}

class WasatchUsbPort implements SpectrometerPort {
  identity: InstrumentIdentity = { serialNumber: "", model: "", driver: "", simulated: false };
  readonly maximumCounts = maximumCounts;
  integrationLimitsUs = { min: 0, max: 0 };
  readonly integrationStepUs = 1000;
  wavelengthCoefficients: number[] = [];
  /** The bus has no rate; high speed's, for estimates. */
  readonly baud = 480_000_000;
  light: LightPort | undefined;
  setTrigger?: (source: Trigger["source"], signal: AbortSignal | undefined) => Promise<void>;
  readonly #link: UsbLink;
  readonly #timing: WasatchTiming;
  readonly #clock: Clock;
  readonly #isArm: boolean;
  readonly #spectra: UsbSpectra;
  #eeprom: WasatchEeprom | undefined;
  #integrationMs = 0;
  #previousMs = 0;
  #temperature: { atMs: number; celsius: number | undefined } | undefined;

  constructor(link: UsbLink, timing: WasatchTiming, clock: Clock) {
    this.#link = link;
    this.#timing = timing;
    this.#clock = clock;
    this.#isArm = link.productId === wasatch.arm;
    const { quietMs, afterMs } = timing;
    this.#spectra = new UsbSpectra(link, {
      endpoints: this.#isArm ? [spectrumIn] : [spectrumIn, secondHalfIn],
      quietMs,
      afterMs,
    });
  }

  get counters(): EngineCounters {
    return { droppedBytes: this.#link.discardedBytes, ...this.#spectra.counted };
  }

  async begin(signal: AbortSignal | undefined): Promise<void> {
    // Light first, before it is known whether there is one: a crashed program may have left it on (§0, 7).
    await this.#set(simple(op.setLaserEnabled, 0)).catch(unlessRefused);
    await this.#spectra.drain(signal);
    const pages: Uint8Array[] = [];
    for (let page = 0; page < eepromPages; page++)
      pages.push(await this.#get(second(tier2.eepromPage, page), pageBytes));
    const eeprom = readable(pages);
    this.#eeprom = eeprom;
    const firmware = await this.#ifKnown(simple(op.firmware), 4);
    const fpga = await this.#ifKnown(simple(op.fpga), 7);
    const revisions = [
      firmware && [...firmware].reverse().join("."),
      fpga && String.fromCharCode(...fpga).replace(/[^\x20-\x7e]/g, ""),
    ].filter(Boolean);
    this.identity = {
      serialNumber: eeprom.serialNumber,
      model: eeprom.model || "Wasatch Photonics spectrometer",
      ...(revisions.length === 0 ? {} : { firmware: revisions.join(" / ") }),
      driver: "wasatch-usb/usb",
      // Simulators say so in their model; no instrument does.
      simulated: /simulat/i.test(eeprom.model),
    };
    this.wavelengthCoefficients = eeprom.wavelengthCoefficients;
    this.integrationLimitsUs = { min: eeprom.minimumIntegrationMs * 1000, max: eeprom.maximumIntegrationMs * 1000 };
    if (eeprom.hasLaser) this.light = await this.#laser(eeprom);
    if (this.#isArm) return;
    // Left waiting for pulses by another program, it would never answer a request for a spectrum.
    await this.#set(simple(op.setTriggerSource, 0)).catch(unlessRefused);
    this.setTrigger = (source) => this.#applyTrigger(source);
  }

  async #laser(eeprom: WasatchEeprom): Promise<LightPort> {
    const seconds = await this.#watchdog(eeprom.watchdogS > 0 ? Math.min(eeprom.watchdogS, watchdogS) : watchdogS);
    const isOn = async () => (await this.#get(simple(op.laserEnabled), 1))[0] !== 0;
    // What the watchdog or a protection took off must not be put on again by the feeding.
    let wentOff = false;
    const feed = {
      everyMs: ((seconds ?? 0) * 1000) / feedsInPeriod,
      now: async () => {
        wentOff ||= !(await isOn());
        if (!wentOff) await this.#set(simple(op.setLaserEnabled, 1));
      },
    };
    let powerPercent = 100;
    const read = async (): Promise<LaserState> => {
      const mayFire = await this.#ifKnown(simple(op.mayFire), 1);
      const firing = (await this.#ifKnown(second(tier2.firing), 1))?.[0] !== 0 && (await isOn());
      return {
        ...(mayFire && { interlockClosed: mayFire[0] !== 0 }),
        firing: firing && !wentOff,
        powerPercent,
        ...(seconds !== undefined && { watchdogS: seconds }),
      };
    };
    return {
      switch: async (on) => {
        await this.#set(simple(op.setLaserEnabled, on ? 1 : 0));
        wentOff = false;
        return isOn();
      },
      laser: {
        read,
        setPowerPercent: async (percent) => {
          powerPercent = await this.#setPower(percent);
          return powerPercent;
        },
        ...(seconds === undefined ? {} : { feed }),
      },
    };
  }

  /** The seconds that the instrument took; undefined if it has no watchdog. */
  async #watchdog(seconds: number): Promise<number | undefined> {
    try {
      await this.#set(second(tier2.setWatchdogS, seconds));
      const actual = bigEndian(await this.#get(second(tier2.watchdogS), 2));
      return actual > 0 && actual <= seconds ? actual : undefined;
    } catch (error) {
      return unlessRefused(error);
    }
  }

  /** As a share of a period; all of it is no modulation (§3.1). */
  async #setPower(percent: number): Promise<number> {
    if (!(percent > 0 && percent <= 100)) throw powerOutOfRange(percent);
    const modulated = percent < 100;
    if (modulated) {
      await this.#setWide(op.setModulationPeriodUs, modulationPeriodUs);
      await this.#setWide(op.setPulseWidthUs, Math.round((percent / 100) * modulationPeriodUs));
    }
    await this.#set(simple(op.setModulation, modulated ? 1 : 0));
    const on = (await this.#get(simple(op.modulation), 1))[0] !== 0;
    if (!on) return 100;
    const period = littleEndian(await this.#get(simple(op.modulationPeriodUs), 5));
    const width = littleEndian(await this.#get(simple(op.pulseWidthUs), 5));
    return period > 0 ? (100 * width) / period : 100;
  }

  async setIntegrationUs(us: number): Promise<number> {
    const ms = us / 1000;
    await this.#set(integration(ms));
    // WPY waits for twice the longer of both (§3.2): the exposure under way still has the old one.
    this.#previousMs = this.#integrationMs;
    this.#integrationMs = ms;
    return 1000 * littleEndian(await this.#get(simple(op.integrationMs), 3));
  }

  async #applyTrigger(source: Trigger["source"]): Promise<void> {
    const external = source === "pulse" ? 1 : 0;
    await this.#set(simple(op.setTriggerSource, external));
    const actual = (await this.#get(simple(op.triggerSource), 1))[0];
    if (actual !== external) throw triggerRefused();
  }

  async expose({ trigger, signal }: Exposure): Promise<Counts> {
    const waitMs = trigger.source === "pulse" ? trigger.waitMs : 0;
    const counts = await this.#spectra.take({
      request: async () => {
        if (trigger.source === "request") await this.#set(simple(op.acquire));
      },
      read: (timeoutMs, until) => this.#spectrum(timeoutMs, until),
      decode: (bytes) => pixels(bytes, this.#pixelCount),
      timeoutMs: 2 * Math.max(this.#integrationMs, this.#previousMs) + this.#timing.marginMs + waitMs,
      signal,
    });
    this.#previousMs = this.#integrationMs;
    return counts;
  }

  get #pixelCount(): number {
    return this.#eeprom?.activePixels ?? 0;
  }

  async #spectrum(timeoutMs: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const length = 2 * this.#pixelCount;
    if (this.#isArm || length <= halfBytes) return this.#link.bulkIn(spectrumIn, length, { timeoutMs, signal });
    const low = await this.#link.bulkIn(spectrumIn, halfBytes, { timeoutMs, signal });
    const high = await this.#link.bulkIn(secondHalfIn, length - halfBytes, {
      timeoutMs: this.#timing.marginMs,
      signal,
    });
    if (low.length !== halfBytes) throw new RangeError(`a first half of ${low.length} bytes`);
    return Uint8Array.from([...low, ...high]);
  }

  async temperatureC(): Promise<number | undefined> {
    const coefficients = this.#eeprom?.adcToCelsius;
    if (coefficients === undefined) return undefined;
    const nowMs = this.#clock.monotonicMs();
    if (this.#temperature && nowMs - this.#temperature.atMs < temperatureEveryMs) return this.#temperature.celsius;
    const raw = await this.#ifKnown(simple(op.detectorTemperature), 2);
    const celsius = raw && polynomial(coefficients, bigEndian(raw));
    const sensible = celsius !== undefined && celsius > -100 && celsius < 100 ? celsius : undefined;
    this.#temperature = { atMs: nowMs, celsius: sensible };
    return sensible;
  }

  onClosed(listener: (reason: LithoscopeError) => void): void {
    this.#link.onClosed(listener);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #get(setup: UsbSetup, lengthBytes: number): Promise<Uint8Array> {
    const bytes = await this.#link.controlIn(setup, lengthBytes);
    if (bytes.length !== lengthBytes) throw damagedOnBus(`${bytes.length} bytes where ${lengthBytes} were asked`);
    return bytes;
  }

  async #ifKnown(setup: UsbSetup, lengthBytes: number): Promise<Uint8Array | undefined> {
    return this.#get(setup, lengthBytes).catch(unlessRefused);
  }

  /** The ARM wants a data stage of eight zeros on every setter, the FX2 none (§3.1). */
  #set(setup: UsbSetup): Promise<void> {
    return this.#link.controlOut(setup, new Uint8Array(this.#isArm ? 8 : 0));
  }

  #setWide(request: number, us: number): Promise<void> {
    const { setup, data } = wide(request, us);
    return this.#link.controlOut(setup, data);
  }
}

/** u16 little-endian; all pixels alike, unless full, is what a detector that was not read out sends (§3.2). */
function pixels(bytes: Uint8Array, count: number): Counts {
  if (bytes.length !== 2 * count) throw new RangeError(`${bytes.length} bytes for ${count} pixels`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const counts = Uint16Array.from({ length: count }, (_, pixel) => view.getUint16(2 * pixel, true));
  const [first = 0] = counts;
  if (first < maximumCounts && counts.every((value) => value === first)) throw new RangeError("all pixels are alike");
  return counts;
}

function readable(pages: readonly Uint8Array[]): WasatchEeprom {
  try {
    return parseEeprom(pages);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new LithoscopeError(
      "device-uncalibrated",
      `The instrument's memory cannot be used (${cause.message}); its readings would have no axis.`,
      "The instrument needs service. Use another one meanwhile.",
      { cause },
    );
  }
}

function unlessRefused(error: unknown): undefined {
  if (error instanceof LithoscopeError && error.code === "device-refused") return undefined;
  throw error;
}

function powerOutOfRange(percent: number): LithoscopeError {
  return new LithoscopeError(
    "device-refused",
    `A laser power of ${percent} % does not exist; nothing was changed.`,
    "Choose more than 0 and at most 100 %; to have no light, switch the laser off.",
  );
}

function triggerRefused(): LithoscopeError {
  return new LithoscopeError(
    "settings-not-acknowledged",
    "The instrument did not take the trigger source; no reading was made.",
    "Measure without the trigger input.",
  );
}
