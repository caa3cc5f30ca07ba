import { z } from "zod";
import { Technique } from "../../../contract/spectrum.ts";
import { encodeFrame, flag, type ObpFrame } from "../../ocean-obp/frame.ts";
import { obp, u8, u16, u32 } from "../../ocean-obp/messages.ts";
import { ObpParser } from "../../ocean-obp/parser.ts";
import { LineOptions, SimulatedLine } from "../line.ts";
import type { ByteStream } from "../port.ts";
import { staleTruthCounts, truthCounts } from "../truth.ts";
import { Bench, bench, storedCoefficients } from "./bench.ts";
import { type Placed, specimenOf } from "./specimens.ts";

/** What the simulated instrument is and does wrong. The alternatives are the open questions of reference/protocols.md §1.10. */
export const ObpSimulatorOptions = LineOptions.extend({
  /** Which optics stand before the board. */
  technique: Technique.default("raman"),
  /** What lies under the probe: a mineral by IMA name, or a standard; see specimens.ts. */
  mineral: z.string().default("Quartz"),
  seed: z.int().default(1),
  serialNumber: z.string().min(1).max(15).default("DEMO-0001"),
  /** Behind the same adapter another instrument takes its place after so many spectra. */
  changedAfter: z.int().positive().optional(),
  /** Rate at power-up, §1.6. */
  baud: z.int().positive().default(9600),
  /** Streams the last session's spectrum until the first request comes (§7.2, 9). */
  staleAtOpen: z.boolean().default(false),
  ackFlags: z.enum(["response+ack", "ack"]).default("response+ack"),
  echoesToken: z.boolean().default(true),
  checksums: z.boolean().default(true),
  /** "stays": answers and does not switch (§7.2, 13). */
  baudSwitch: z.enum(["ack-at-old", "ack-at-new", "no-ack", "stays"]).default("ack-at-old"),
  /** Whether it can switch its light. */
  lamp: z.boolean().default(true),
  /** Counts carry where they came from instead of a mineral's light; this is the number of the simulator in them. */
  truth: z.int().min(0).max(1023).optional(),
  /** Acknowledges settings and keeps its own. */
  ignoresSettings: z.boolean().default(false),
  /** A detector that is not read out, or blinded. */
  detector: z.enum(["good", "zero", "flat", "saturated"]).default("good"),
  /** A calibration memory that lost its contents. */
  coefficients: z.enum(["good", "nan"]).default("good"),
});
export type ObpSimulatorOptions = z.output<typeof ObpSimulatorOptions>;

/** By technique; the Raman one is the demo instrument. */
const deviceStrings: Record<Technique, string> = {
  raman: "Lithoscope demo spectrometer (simulated, 785 nm Raman)",
  vnir: "Lithoscope demo spectrometer (simulated, VNIR)",
  libs: "Lithoscope demo spectrometer (simulated, LIBS)",
};

/** 1.00 in the BCD-like notation of §1.4. */
const firmwareRevision = 0x0100;
/** A slow swing of the detector's temperature in °C, so that a live value can be seen to live. */
const temperature = { meanC: 24.5, swingC: 0.4, periodMs: 120_000 };
const nack = { unknownMessage: 2, wrongLength: 5, invalidData: 6, notReady: 7, wasReset: 9 } as const;

type Reply = { data: Uint8Array } | { error: number } | "ack" | "none";

/**
 * A spectrometer with a Raman laser on a byte stream, at the pace of its baud rate. It never speaks first (but for
 * `staleAtOpen`), and remembers its rate, light and settings when the host goes away.
 */
export class ObpSimulator {
  readonly #line: SimulatedLine;
  readonly #options: ObpSimulatorOptions;
  readonly #onLight: (on: boolean) => void;
  #bench: Bench;
  #placed: Placed;
  readonly #parser = new ObpParser();
  #md5 = false;
  #integrationUs: number | undefined;
  #scansToAverage = 1;
  #lightOn = false;
  #acquisitions = 0;
  /** Fires when the acquisitions asked for so far, begun or not, are to end. */
  #abort = new AbortController();
  #heard = false;
  #work: Promise<void> = Promise.resolve();

  get #serialNumber(): string {
    const { serialNumber, changedAfter = Number.POSITIVE_INFINITY } = this.#options;
    return this.#acquisitions < changedAfter ? serialNumber : `${serialNumber.slice(0, 11)}-new`;
  }

  constructor(stream: ByteStream, options: ObpSimulatorOptions, onLight: (on: boolean) => void = () => {}) {
    this.#options = options;
    this.#onLight = onLight;
    this.#placed = { specimen: options.mineral };
    this.#bench = this.#benchOf(this.#placed);
    this.#line = new SimulatedLine(stream, options, (bytes) => this.#receive(bytes));
    if (options.staleAtOpen) this.#work = this.#streamStale();
  }

  /**
   * Puts something else under the probe, or moves laser or detector, while the instrument runs; the next exposure shows it.
   * Throws "usage" for what it does not have, and stays as it is.
   */
  place(change: Placed): void {
    const placed = { ...this.#placed, ...change };
    this.#bench = this.#benchOf(placed);
    this.#placed = placed;
  }

  #benchOf({ specimen = this.#options.mineral, ...errors }: Placed): Bench {
    const { technique, seed } = this.#options;
    return new Bench(technique, specimenOf(specimen, technique), seed, errors);
  }

  #receive(bytes: Uint8Array): void {
    for (const frame of this.#parser.push(bytes)) {
      this.#heard = true;
      if (frame.type === obp.abortAcquisition.type) {
        this.#abort.abort();
        this.#abort = new AbortController();
      }
      const { signal } = this.#abort;
      this.#work = this.#work.then(() => this.#serve(frame, signal));
    }
  }

  async #serve(request: ObpFrame, aborted: AbortSignal): Promise<void> {
    const fault = this.#line.fault(request.type);
    if (fault?.kind === "reset") this.#restart();
    const negative = fault?.kind === "nack" ? fault.error : fault?.kind === "reset" ? nack.wasReset : undefined;
    const reply: Reply = negative === undefined ? await this.#answer(request, aborted) : { error: negative };
    const silentSet = reply === "ack" && !(request.flags & flag.wantsAck);
    const mode = this.#options.baudSwitch;
    const isBaudSwitch = request.type === obp.setBaud.type && reply === "ack";
    if (isBaudSwitch && mode === "ack-at-new") this.#line.baud = number(request.data);
    if (reply !== "none" && !silentSet && !(isBaudSwitch && mode === "no-ack")) {
      await this.#line.reply(this.#frame(request, reply), fault);
    }
    if (isBaudSwitch && (mode === "ack-at-old" || mode === "no-ack")) this.#line.baud = number(request.data);
  }

  /** Power-up: everything but its memory is as it was made. */
  #restart(): void {
    this.#md5 = false;
    this.#integrationUs = undefined;
    this.#scansToAverage = 1;
    this.#switchLight(false);
    this.#line.baud = this.#options.baud;
  }

  #switchLight(on: boolean): void {
    if (on !== this.#lightOn) this.#onLight(on);
    this.#lightOn = on;
  }

  #frame(request: ObpFrame, reply: Exclude<Reply, "none">): Uint8Array {
    const refused = typeof reply === "object" && "error" in reply;
    const response = this.#options.ackFlags === "ack" && (refused || reply === "ack") ? 0 : flag.response;
    return encodeFrame({
      flags: response | (refused ? flag.nack : 0) | (reply === "ack" ? flag.ack : 0),
      error: refused ? reply.error : 0,
      type: request.type,
      regarding: this.#options.echoesToken ? request.regarding : 0,
      md5: this.#md5,
      data: typeof reply === "object" && "data" in reply ? reply.data : new Uint8Array(0),
    });
  }

  async #answer({ type, data }: ObpFrame, aborted: AbortSignal): Promise<Reply> {
    switch (type) {
      case obp.serialNumber.type:
        return { data: Buffer.from(this.#serialNumber, "ascii") };
      case obp.deviceString.type:
        return { data: Buffer.from(deviceStrings[this.#options.technique], "ascii") };
      case obp.firmware.type:
        return { data: u16(firmwareRevision) };
      case obp.baud.type:
        return { data: u32(this.#line.baud) };
      case obp.setBaud.type:
        return data.length === 4 ? "ack" : { error: nack.wrongLength };
      case obp.setChecksumMd5.type:
        if (!this.#options.checksums) return { error: nack.unknownMessage };
        this.#md5 = data[0] === 1;
        return "ack";
      case obp.abortAcquisition.type:
        return "ack";
      case obp.pixelCount.type:
        return { data: u32(bench.pixels) };
      case obp.maximumCounts.type:
        return { data: u16(bench.maximumCounts) };
      case obp.integrationUs.type:
        return { data: u32(this.#integrationUs ?? 0) };
      case obp.minimumIntegrationUs.type:
        return { data: u32(bench.minimumIntegrationUs) };
      case obp.maximumIntegrationUs.type:
        return { data: u32(bench.maximumIntegrationUs) };
      case obp.setIntegrationUs.type:
        return this.#setIntegration(data);
      case obp.scansToAverage.type:
        return { data: u16(this.#scansToAverage) };
      case obp.setScansToAverage.type:
        if (data.length !== 2) return { error: nack.wrongLength };
        if (this.#options.ignoresSettings) return "ack";
        this.#scansToAverage = Math.max(1, number(data));
        return "ack";
      case obp.lampEnabled.type:
        return this.#options.lamp ? { data: u8(this.#lightOn ? 1 : 0) } : { error: nack.unknownMessage };
      case obp.setLampEnabled.type:
        if (!this.#options.lamp) return { error: nack.unknownMessage };
        this.#switchLight(data[0] === 1);
        return "ack";
      case obp.wavelengthCoefficientCount.type:
        return { data: u8(storedCoefficients(this.#options.technique).length) };
      case obp.wavelengthCoefficient.type: {
        const coefficient = storedCoefficients(this.#options.technique)[data[0] ?? 255];
        if (coefficient === undefined) return { error: nack.invalidData };
        return { data: f32(this.#options.coefficients === "nan" ? Number.NaN : coefficient) };
      }
      case obp.temperatureC.type:
        return data[0] === 0 ? { data: f32(temperatureC(performance.now())) } : { error: nack.invalidData };
      case obp.rawSpectrum.type:
        return this.#spectrum(aborted);
      default:
        return { error: nack.unknownMessage };
    }
  }

  #setIntegration(data: Uint8Array): Reply {
    if (data.length !== 4) return { error: nack.wrongLength };
    const us = number(data);
    if (us < bench.minimumIntegrationUs || us > bench.maximumIntegrationUs) return { error: nack.invalidData };
    if (!this.#options.ignoresSettings) this.#integrationUs = us;
    return "ack";
  }

  /** No spectrum before an integration time was set (§1.6, DEMO); an aborted acquisition gives no reply. */
  async #spectrum(aborted: AbortSignal): Promise<Reply> {
    if (this.#integrationUs === undefined) return { error: nack.notReady };
    const lightOn = this.#lightOn;
    try {
      await this.#line.integrate(this.#integrationUs * this.#scansToAverage, aborted);
    } catch {
      return "none"; // the pause rejects only when the acquisition was aborted
    }
    return { data: this.#counts(this.#integrationUs, lightOn) };
  }

  #counts(integrationUs: number, lightOn: boolean): Uint8Array {
    const { truth: session, detector } = this.#options;
    const scansToAverage = this.#scansToAverage;
    const acquisition = ++this.#acquisitions;
    const counts =
      session === undefined
        ? this.#bench.expose(integrationUs, scansToAverage, lightOn)
        : truthCounts({ session, acquisition, integrationUs, scansToAverage, lightOn }, bench.pixels);
    if (detector === "zero") counts.fill(0);
    if (detector === "flat") counts.fill(1500);
    if (detector === "saturated") counts.fill(bench.maximumCounts);
    return new Uint8Array(counts.buffer);
  }

  async #streamStale(): Promise<void> {
    const data = new Uint8Array(this.#staleCounts().buffer);
    const { type } = obp.rawSpectrum;
    const stale = encodeFrame({ flags: flag.response, error: 0, type, regarding: 0, md5: false, data });
    while (!this.#heard) await this.#line.reply(stale, undefined);
  }

  #staleCounts(): Uint16Array<ArrayBuffer> {
    const { truth } = this.#options;
    return truth === undefined
      ? Uint16Array.from(this.#bench.expose(100_000, 1, false))
      : staleTruthCounts(truth, bench.pixels);
  }
}

function temperatureC(ms: number): number {
  return temperature.meanC + temperature.swingC * Math.sin((2 * Math.PI * ms) / temperature.periodMs);
}

function f32(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer);
}

function number(data: Uint8Array): number {
  return data.reduceRight((sum, byte) => sum * 256 + byte, 0);
}
