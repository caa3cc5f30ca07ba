import { LithoscopeError } from "../../contract/errors.ts";
import type { InstrumentIdentity } from "../../contract/reading.ts";
import { type Counts, DrivenSpectrometer, type Exposure, type LightPort, type SpectrometerPort } from "../driven.ts";
import { type EngineCounters, type Exchange, RequestEngine } from "../engine.ts";
import type { ExposureSettings, Spectrometer } from "../spectrometer.ts";
import { type Clock, systemClock } from "../time.ts";
import type { OpenTransport, Transport } from "../transport/transport.ts";
import { leastFrameBytes } from "./frame.ts";
import { acquire, oem, read, u8, u24, unsigned, write } from "./messages.ts";
import { OemParser, type OemReply } from "./parser.ts";

/** The boards know one rate (reference/protocols.md §3.4). */
export const oemBaud = 921_600;

export interface OemOptions {
  open: OpenTransport;
  path: string;
  settings: ExposureSettings;
  /** What tells the plug apart: the boards say no serial number. */
  adapter?: string | undefined;
  /** From the board's calibration sheet, λ(p) = Σ cᵢ·pⁱ in nm: the boards do not tell it on this line. */
  wavelengthCoefficients?: readonly number[] | undefined;
  /** Of the pixels. The sources leave it open; USB models send the low byte first (§3.4). */
  byteOrder?: "little" | "big";
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  timing?: Partial<OemTiming>;
}

export interface OemTiming {
  /** For a reply beyond integration and transfer; the half second is for a board that pauses 1 s (§7.2, 10). */
  marginMs: number;
  /** For the first answer, while it is not known whether a board is there. */
  probeMs: number;
}
const oemTiming: OemTiming = { marginMs: 1500, probeMs: 500 };

/** A board that just got power needs a moment. */
const findTries = 3;
/** A spectrum without frame is asked for again when what came around it proves it wrong. */
const readTries = 3;
/** 24 bits of ms. */
const longestIntegrationMs = 0xffffff;
const maximumCounts = 65_535;
/** The largest detector of theirs in the sources has 2048 (§3.2); the double bounds a damaged number. */
const mostPixels = 4096;

/**
 * Connects: identifies, laser off, settings. Rejects with a port-… problem, with "device-unknown" if no board answers, or
 * a device-… problem; the port is closed again then.
 */
export async function connectWasatchOem(options: OemOptions): Promise<Spectrometer> {
  const transport = await options.open(options.path, oemBaud);
  const clock = options.clock ?? systemClock;
  try {
    const port = new OemPort(transport, options);
    await port.begin(options.signal);
    return await DrivenSpectrometer.begin(port, { settings: options.settings, clock, signal: options.signal });
  } catch (error) {
    await transport.close();
    throw error;
  }
}

class OemPort implements SpectrometerPort {
  identity: InstrumentIdentity = { serialNumber: "", model: "", driver: "", simulated: false };
  readonly maximumCounts = maximumCounts;
  readonly integrationLimitsUs = { min: 1000, max: longestIntegrationMs * 1000 };
  readonly integrationStepUs = 1000;
  readonly wavelengthCoefficients: readonly number[] | undefined;
  readonly baud = oemBaud;
  readonly light: LightPort;
  readonly #transport: Transport;
  readonly #options: OemOptions;
  readonly #timing: OemTiming;
  readonly #parser = new OemParser();
  readonly #engine: RequestEngine<OemReply>;
  #pixels = 0;
  #integrationMs = 0;
  #retries = 0;

  constructor(transport: Transport, options: OemOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#timing = { ...oemTiming, ...options.timing };
    this.wavelengthCoefficients = options.wavelengthCoefficients;
    this.#engine = new RequestEngine(transport, this.#parser, {
      byteMs: () => byteMs,
      probe: () => this.#integration(),
    });
    this.light = {
      switch: async (on, { signal, urgent }) => {
        const what = "switch the laser";
        await this.#engine.request(write(what, oem.laser, u8(on ? 1 : 0), this.#timing.marginMs), { signal, urgent });
        return this.#engine.request(this.#laserOn(), { signal, urgent });
      },
      laser: { read: async (signal) => ({ firing: await this.#engine.request(this.#laserOn(), { signal }) }) },
    };
  }

  get counters(): EngineCounters {
    const counted = this.#engine.counters;
    return { ...counted, retries: counted.retries + this.#retries };
  }

  #integration(): Exchange<OemReply, number> {
    return read("read the integration time", oem.integrationMs, (data) => unsigned(data, 3), this.#timing.marginMs);
  }

  #laserOn(): Exchange<OemReply, boolean> {
    const decode = (data: Uint8Array) => unsigned(data, 1) !== 0;
    return read("read the laser's state", oem.laser, decode, this.#timing.marginMs);
  }

  async begin(signal: AbortSignal | undefined): Promise<void> {
    const { adapter, path } = this.#options;
    await this.#engine.drain(signal);
    const firmware = await this.#find(signal);
    const fpga = await this.#engine.request(read("read the FPGA's revision", oem.fpga, text, this.#timing.marginMs), {
      signal,
    });
    // Light first, before anything else is asked: a crashed program may have left it on (§0, 7).
    await this.light.switch(false, { signal, urgent: false });
    const pixels = await this.#engine.request(
      read("read the number of pixels", oem.pixelCount, (data) => unsigned(data, 2, 3, 4), this.#timing.marginMs),
      { signal },
    );
    if (pixels < 1 || pixels > mostPixels) throw implausible(pixels);
    this.#pixels = pixels;
    this.identity = {
      // The protocol has none (docs/decisions/018): the adapter's stands for it, or else the place.
      serialNumber: adapter ?? path,
      model: `Wasatch OEM board, ${pixels} pixels (tells no serial number)`,
      firmware: `${firmware} / ${fpga}`,
      driver: `wasatch-oem/${this.#transport.kind}`,
      simulated: fpga.startsWith("SIM"),
    };
  }

  async #find(signal: AbortSignal | undefined): Promise<string> {
    const decode = (data: Uint8Array) => {
      if (data.length !== 4) throw new RangeError(`a revision of ${data.length} bytes`);
      return [...data].reverse().join(".");
    };
    for (let tries = 0; tries < findTries; tries++) {
      const exchange = read("read the firmware's revision", oem.firmware, decode, this.#timing.probeMs);
      try {
        return await this.#engine.request(exchange, { signal, urgent: true });
      } catch (error) {
        const unanswered = ["device-timeout", "device-protocol", "device-refused"];
        if (!(error instanceof LithoscopeError && unanswered.includes(error.code))) throw error;
      }
      await this.#engine.drain(signal);
    }
    throw new LithoscopeError(
      "device-unknown",
      `Nothing on ${this.#transport.path} answers as a Wasatch OEM board, so it cannot be read.`,
      "Check that the instrument has power and that this is its port.",
    );
  }

  async setIntegrationUs(us: number, signal: AbortSignal | undefined): Promise<number> {
    const ms = us / 1000;
    const set = write("set the integration time", oem.integrationMs, u24(ms), this.#timing.marginMs);
    await this.#engine.request(set, { signal });
    const actual = await this.#engine.request(this.#integration(), { signal });
    this.#integrationMs = actual;
    return actual * 1000;
  }

  /**
   * The pixels come bare. A question right behind them is their fence: its answer must follow with no byte between, else
   * bytes were lost, doubled or foreign; and it must name the settings that we gave, else the board restarted.
   */
  async expose({ signal }: Exposure): Promise<Counts> {
    const bytes = 2 * this.#pixels;
    const deadlineMs = this.#integrationMs + (leastFrameBytes + bytes) * byteMs + this.#timing.marginMs;
    for (let tries = 1; ; tries++) {
      let before = this.counters;
      const expectPixels = () => {
        this.#parser.expectPixels(bytes);
        before = this.counters;
      };
      const data = await this.#engine.request(acquire(expectPixels, deadlineMs), { signal });
      const integrationMs = await this.#engine.request(this.#integration(), { signal });
      if (integrationMs !== this.#integrationMs) throw restarted();
      const { droppedBytes, damagedFrames, lateFrames } = this.counters;
      const foreign = droppedBytes + lateFrames - before.droppedBytes - before.lateFrames;
      if (foreign === 0 && damagedFrames === before.damagedFrames) return pixels(data, this.#options.byteOrder);
      if (tries === readTries) throw misaligned();
      this.#retries++;
    }
  }

  onClosed(listener: (reason: LithoscopeError) => void): void {
    this.#transport.onClosed(listener);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** 8N1: ten bits for a byte. */
const byteMs = 10_000 / oemBaud;

function pixels(bytes: Uint8Array, order: "little" | "big" = "little"): Counts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, order === "little"));
}

function text(data: Uint8Array): string {
  const value = String.fromCharCode(...data).replace(/[\0 ]+$/, "");
  if (value.length < 3 || !/^[\x20-\x7e]+$/.test(value)) throw new RangeError("not a revision");
  return value;
}

function implausible(pixels: number): LithoscopeError {
  return new LithoscopeError(
    "device-protocol",
    `The board says that it has ${pixels} pixels; its readings cannot be used.`,
    "Switch the instrument off and on. If it stays so, it needs service.",
  );
}

function restarted(): LithoscopeError {
  return new LithoscopeError(
    "device-disconnected",
    "The instrument lost its settings: it restarted by itself. A reading under way is lost.",
    "Check its power supply. Lithoscope connects again by itself.",
  );
}

function misaligned(): LithoscopeError {
  return new LithoscopeError(
    "device-protocol",
    "The instrument's spectrum came with bytes too many or too few three times; it was not used.",
    "Check the cable, and keep it away from motors and power lines. Then measure again.",
  );
}
