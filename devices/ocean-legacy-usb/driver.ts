import { LithoscopeError } from "../../contract/errors.ts";
import type { InstrumentIdentity } from "../../contract/reading.ts";
import { type Counts, DrivenSpectrometer, type Exposure, type LightPort, type SpectrometerPort } from "../driven.ts";
import type { EngineCounters } from "../engine.ts";
import type { ExposureSettings, Spectrometer, Trigger } from "../spectrometer.ts";
import { type Clock, pause, systemClock } from "../time.ts";
import type { UsbLink } from "../transport/usb.ts";
import { damagedOnBus, UsbSpectra } from "../transport/usb-spectra.ts";
import { usbBaud } from "../transport/usb-stream.ts";
import { Turns } from "../turns.ts";
import {
  command,
  decodeStatus,
  initialise,
  type LegacyStatus,
  querySlot,
  requestSpectrum,
  setIntegration,
  setLamp,
  setTriggerMode,
  slot,
  slotData,
  slotNumber,
  slotReplyBytes,
  slotText,
  statusBytes,
  wavelengthCoefficientCount,
} from "./commands.ts";
import { type LegacyModel, legacyModels, spectrumBytes } from "./models.ts";
import { decodeSpectrum } from "./spectrum.ts";

export interface LegacyUsbOptions {
  open: (path: string) => Promise<UsbLink>;
  path: string;
  settings: ExposureSettings;
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  timing?: Partial<LegacyUsbTiming>;
}

export interface LegacyUsbTiming {
  /** Beyond the longer of the old and the new integration time; PSB allows 1 s. */
  marginMs: number;
  /** For a reply to a command. */
  replyMs: number;
  /** After the command to initialise (reference/protocols.md §2.2). */
  initialiseMs: number;
  /** An endpoint that was silent so long is empty (§1.7). */
  quietMs: number;
  /** As {@link UsbSpectra}'s; our choice. */
  afterMs: number;
}
const legacyUsbTiming: LegacyUsbTiming = { marginMs: 1000, replyMs: 1000, initialiseMs: 100, quietMs: 100, afterMs: 5 };

/** The 3840 pixel models send so much on a second endpoint at high speed (§2.3). */
const firstBytes = 2048;
const highSpeedPacketBytes = 512;
const edgeTrigger = 3;
/** A saturation below a fraction of the converter's range is a slot that holds something else. */
const leastSaturation = 0.25;
const replyTries = 2;

/**
 * Connects: lamp off, initialise, serial number and wavelength coefficients from the EEPROM, settings. Rejects with a
 * port-… problem, with "device-unknown" for a product that is no legacy model, with "device-uncalibrated" if the EEPROM
 * has no coefficients, or a device-… problem; the device is closed again then.
 */
export async function connectLegacyUsb(options: LegacyUsbOptions): Promise<Spectrometer> {
  const link = await options.open(options.path);
  const clock = options.clock ?? systemClock;
  try {
    const model = legacyModels.get(link.productId);
    if (model === undefined) throw unknownModel(options.path);
    const port = new LegacyUsbPort(link, model, { ...legacyUsbTiming, ...options.timing });
    await port.begin(options.signal);
    return await DrivenSpectrometer.begin(port, { settings: options.settings, clock, signal: options.signal });
  } catch (error) {
    await link.close();
    throw error;
  }
}

class LegacyUsbPort implements SpectrometerPort {
  identity: InstrumentIdentity = { serialNumber: "", model: "", driver: "", simulated: false };
  maximumCounts: number;
  readonly integrationLimitsUs: { min: number; max: number };
  readonly integrationStepUs: number;
  wavelengthCoefficients: number[] = [];
  readonly baud = usbBaud;
  readonly light: LightPort | undefined;
  readonly setTrigger?: (source: Trigger["source"], signal: AbortSignal | undefined) => Promise<void>;
  readonly temperatureC?: (signal: AbortSignal | undefined) => Promise<number | undefined>;
  readonly #link: UsbLink;
  readonly #model: LegacyModel;
  readonly #timing: LegacyUsbTiming;
  readonly #spectra: UsbSpectra;
  /** A command and its reply are one: the replies of all commands come on one endpoint. */
  readonly #turns = new Turns();
  #integrationMs = 0;
  #previousMs = 0;

  constructor(link: UsbLink, model: LegacyModel, timing: LegacyUsbTiming) {
    this.#link = link;
    this.#model = model;
    this.#timing = timing;
    this.maximumCounts = model.maximumCounts;
    this.integrationLimitsUs = { min: model.integration.minUs, max: model.integration.maxUs };
    this.integrationStepUs = model.integration.unit === "ms" ? 1000 : 1;
    const { spectrumIn, firstIn } = model.endpoints;
    const { quietMs, afterMs } = timing;
    this.#spectra = new UsbSpectra(link, {
      endpoints: firstIn === undefined ? [spectrumIn] : [firstIn, spectrumIn],
      quietMs,
      afterMs,
    });
    // What cannot be read back is not claimed: the older models' lamp and trigger are left off.
    if (!model.hasStatus) return;
    this.light = {
      switch: async (on) => {
        await this.#send(setLamp(on));
        return (await this.#status()).lampOn;
      },
    };
    this.setTrigger = async (source) => {
      const mode = source === "pulse" ? edgeTrigger : 0;
      await this.#send(setTriggerMode(mode));
      const actual = (await this.#status()).triggerMode;
      if (actual !== mode) throw triggerRefused();
    };
    if (model.hasCooler) this.temperatureC = () => this.#temperature();
  }

  get counters(): EngineCounters {
    return { droppedBytes: this.#link.discardedBytes, ...this.#spectra.counted };
  }

  async begin(signal: AbortSignal | undefined): Promise<void> {
    const { name, endpoints, saturation, maximumCounts } = this.#model;
    // Light first: a crashed program may have left it on (§0, 7); a pulse may never come.
    await this.#send(setLamp(false));
    await this.#send(initialise());
    await pause(this.#timing.initialiseMs, signal);
    await this.#send(setLamp(false));
    await this.#send(setTriggerMode(0));
    await this.#link.drain(endpoints.replyIn, this.#timing.quietMs, signal);
    await this.#spectra.drain(signal);

    const serialNumber = await this.#slot(slot.serialNumber, slotText);
    this.identity = {
      serialNumber,
      model: name,
      driver: "ocean-legacy-usb/usb",
      // The protocol carries no model name: simulators say so in their serial number; no instrument does.
      simulated: /^SIM/.test(serialNumber),
    };
    for (let i = 0; i < wavelengthCoefficientCount; i++) {
      this.wavelengthCoefficients.push(await this.#slot(slot.firstWavelength + i, slotNumber).catch(notCalibrated));
    }
    if (saturation === undefined) return;
    const counts = await this.#slot(slot.saturation, (data) => saturationOf(data, saturation));
    if (counts >= leastSaturation * maximumCounts && counts <= maximumCounts) this.maximumCounts = counts;
  }

  async setIntegrationUs(us: number): Promise<number> {
    const { integration, hasStatus } = this.#model;
    await this.#send(setIntegration(us, this.#model));
    this.#previousMs = this.#integrationMs;
    this.#integrationMs = us / 1000;
    // The bus has confirmed that the command arrived; the older models have no way to ask for more.
    if (!hasStatus) return us;
    const { integrationUs } = await this.#status();
    // The status is documented in µs; whether the ms models keep to that is not, and no time is both.
    return integration.unit === "ms" && integrationUs === us / 1000 ? us : integrationUs;
  }

  async expose({ trigger, signal }: Exposure): Promise<Counts> {
    const waitMs = trigger.source === "pulse" ? trigger.waitMs : 0;
    const counts = await this.#spectra.take({
      request: () => this.#send(requestSpectrum()),
      read: (timeoutMs, until) => this.#spectrum(timeoutMs, until),
      decode: (bytes) => decodeSpectrum(bytes, this.#model),
      timeoutMs: Math.max(this.#integrationMs, this.#previousMs) + this.#timing.marginMs + waitMs,
      signal,
    });
    this.#previousMs = this.#integrationMs;
    return counts;
  }

  async #spectrum(timeoutMs: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { endpoints, pixels } = this.#model;
    const length = spectrumBytes(this.#model);
    const divided = pixels === 3840 && this.#link.packetBytes === highSpeedPacketBytes;
    if (!divided || endpoints.firstIn === undefined) {
      return this.#link.bulkIn(endpoints.spectrumIn, length, { timeoutMs, signal });
    }
    const first = await this.#link.bulkIn(endpoints.firstIn, firstBytes, { timeoutMs, signal });
    const rest = await this.#link.bulkIn(endpoints.spectrumIn, length - firstBytes, {
      timeoutMs: this.#timing.marginMs,
      signal,
    });
    if (first.length !== firstBytes) throw new RangeError(`a first part of ${first.length} bytes`);
    return Uint8Array.from([...first, ...rest]);
  }

  async #temperature(): Promise<number | undefined> {
    const bytes = await this.#ask(Uint8Array.of(command.temperature), 2);
    if (bytes.length !== 2) return undefined;
    const celsius = new DataView(bytes.buffer, bytes.byteOffset, 2).getInt16(0, true) / 10;
    return celsius > -100 && celsius < 100 ? celsius : undefined;
  }

  async #status(): Promise<LegacyStatus> {
    return this.#parsed(Uint8Array.of(command.status), statusBytes, decodeStatus);
  }

  #slot<Value>(number: number, meaning: (data: Uint8Array) => Value): Promise<Value> {
    return this.#parsed(querySlot(number), slotReplyBytes, (reply) => meaning(slotData(reply, number)));
  }

  /** A reply that makes no sense may be the late one to an earlier question: the endpoint is emptied and asked again. */
  async #parsed<Value>(question: Uint8Array, length: number, meaning: (reply: Uint8Array) => Value): Promise<Value> {
    for (let tries = 1; ; tries++) {
      const reply = await this.#ask(question, length);
      try {
        return meaning(reply);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        if (tries === replyTries) throw damagedOnBus(error.message);
        this.#spectra.counted.retries++;
        await this.#link.drain(this.#model.endpoints.replyIn, this.#timing.quietMs);
      }
    }
  }

  #ask(question: Uint8Array, length: number): Promise<Uint8Array> {
    return this.#turns.take(async () => {
      await this.#send(question);
      return this.#link.bulkIn(this.#model.endpoints.replyIn, length, { timeoutMs: this.#timing.replyMs });
    });
  }

  #send(bytes: Uint8Array): Promise<void> {
    return this.#link.bulkOut(this.#model.endpoints.out, bytes);
  }

  onClosed(listener: (reason: LithoscopeError) => void): void {
    this.#link.onClosed(listener);
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}

/** Slot 17 holds the number at a place of the whole reply that depends on the model; the data begin at its third byte. */
function saturationOf(data: Uint8Array, { at, bytes }: { at: number; bytes: 2 | 4 }): number {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return bytes === 2 ? view.getUint16(at - 2, true) : view.getUint32(at - 2, true);
}

function notCalibrated(error: unknown): never {
  if (!(error instanceof LithoscopeError && error.code === "device-protocol")) throw error;
  throw new LithoscopeError(
    "device-uncalibrated",
    "The instrument's memory holds no wavelength calibration; its readings would have no axis.",
    "The instrument needs service. Use another one meanwhile.",
    { cause: error },
  );
}

function unknownModel(path: string): LithoscopeError {
  return new LithoscopeError(
    "device-unknown",
    `The USB instrument ${path} is no model that this driver knows, so it cannot be read.`,
    "Use its serial line, or another instrument.",
  );
}

function triggerRefused(): LithoscopeError {
  return new LithoscopeError(
    "settings-not-acknowledged",
    "The instrument did not take the trigger mode; no reading was made.",
    "Measure without the trigger input.",
  );
}
