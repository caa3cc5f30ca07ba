import { z } from "zod";
import { encodeFrame, flag, type ObpFrame } from "../../ocean-obp/frame.ts";
import { obp, u8, u16, u32 } from "../../ocean-obp/messages.ts";
import { ObpParser } from "../../ocean-obp/parser.ts";
import { pause } from "../../time.ts";
import type { ByteStream } from "../port.ts";
import { bench, RamanBench } from "./bench.ts";
import { Fault, type FaultAction, faultySteps, type Step } from "./faults.ts";
import type { Band } from "./minerals.ts";

/** What the simulated instrument is and does wrong. The alternatives are the open questions of reference/protocols.md §1.10. */
export const ObpSimulatorOptions = z.object({
  /** What lies under the probe; IMA name. */
  mineral: z.string().default("Quartz"),
  seed: z.int().default(1),
  serialNumber: z.string().min(1).max(15).default("DEMO-0001"),
  /** Rate at power-up, §1.6. */
  baud: z.int().positive().default(9600),
  faults: z.array(Fault).default([]),
  /** Streams the last session's spectrum until the first request comes (§7.2, 9). */
  staleAtOpen: z.boolean().default(false),
  ackFlags: z.enum(["response+ack", "ack"]).default("response+ack"),
  echoesToken: z.boolean().default(true),
  checksums: z.boolean().default(true),
  /** "stays": answers and does not switch (§7.2, 13). */
  baudSwitch: z.enum(["ack-at-old", "ack-at-new", "no-ack", "stays"]).default("ack-at-old"),
  /** Whether it can switch its light. */
  lamp: z.boolean().default(true),
});
export type ObpSimulatorOptions = z.output<typeof ObpSimulatorOptions>;

export const deviceString = "Lithoscope demo spectrometer (simulated, 785 nm Raman)";

/** 1.00 in the BCD-like notation of §1.4. */
const firmwareRevision = 0x0100;
/** A slow swing of the detector's temperature in °C, so that a live value can be seen to live. */
const temperature = { meanC: 24.5, swingC: 0.4, periodMs: 120_000 };
/** Pieces in which paced bytes leave: the shortest that a timer keeps. */
const sliceMs = 5;
/** The host's rate is looked up again after this silence; shorter than the quiet line a driver waits for (§0, 4). */
const rateValidMs = 40;
const nack = { unknownMessage: 2, wrongLength: 5, invalidData: 6, notReady: 7 } as const;

type Reply = { data: Uint8Array } | { error: number } | "ack" | "none";

/**
 * A spectrometer with a Raman laser on a byte stream, at the pace of its baud rate: ten bits for a byte in both
 * directions, the integration time in between. It never speaks first (but for `staleAtOpen`), remembers its rate, light
 * and settings when the host goes away, and hears only noise while the host's rate differs from its own.
 */
export class ObpSimulator {
  readonly #stream: ByteStream;
  readonly #options: ObpSimulatorOptions;
  readonly #bench: RamanBench;
  readonly #parser = new ObpParser();
  readonly #seen = new Map<Fault, number>();
  #baud: number;
  #md5 = false;
  #integrationUs: number | undefined;
  #scansToAverage = 1;
  #lightOn = false;
  /** Fires when the acquisitions asked for so far, begun or not, are to end. */
  #abort = new AbortController();
  #withheld: Step[] = [];
  #heard = false;
  #inbound: Promise<void> = Promise.resolve();
  #work: Promise<void> = Promise.resolve();
  #hostRate: { baud: number | undefined; atMs: number } | undefined;

  constructor(stream: ByteStream, options: ObpSimulatorOptions, bands: readonly Band[]) {
    this.#stream = stream;
    this.#options = options;
    this.#bench = new RamanBench(bands, options.seed);
    this.#baud = options.baud;
    stream.onData((bytes) => {
      this.#inbound = this.#inbound.then(() => this.#receive(bytes));
    });
    if (options.staleAtOpen) this.#work = this.#streamStale();
  }

  get #byteMs(): number {
    return 10_000 / this.#baud;
  }

  async #receive(bytes: Uint8Array): Promise<void> {
    const hostBaud = await this.#hostBaud();
    if (hostBaud !== undefined && hostBaud !== this.#baud) return;
    await pause(bytes.length * this.#byteMs);
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

  async #hostBaud(): Promise<number | undefined> {
    const nowMs = performance.now();
    const known = this.#hostRate;
    const baud = known && nowMs - known.atMs < rateValidMs ? known.baud : await this.#stream.hostBaud();
    this.#hostRate = { baud, atMs: performance.now() };
    return baud;
  }

  async #serve(request: ObpFrame, aborted: AbortSignal): Promise<void> {
    const action = this.#nextFault(request.type);
    const reply: Reply = action?.kind === "nack" ? { error: action.error } : await this.#answer(request, aborted);
    const silentSet = reply === "ack" && !(request.flags & flag.wantsAck);
    const mode = this.#options.baudSwitch;
    const isBaudSwitch = request.type === obp.setBaud.type && reply === "ack";
    if (isBaudSwitch && mode === "ack-at-new") this.#switchRate(request.data);
    if (reply !== "none" && !silentSet && !(isBaudSwitch && mode === "no-ack")) {
      const steps = faultySteps(this.#frame(request, reply), action, this.#foreign(action));
      const ready = this.#withheld;
      this.#withheld = [];
      if (action?.kind === "late") this.#withheld = steps;
      await this.#send(action?.kind === "late" ? ready : [...ready, ...steps]);
    }
    if (isBaudSwitch && (mode === "ack-at-old" || mode === "no-ack")) this.#switchRate(request.data);
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

  #foreign(action: FaultAction | undefined): Uint8Array {
    const type = action?.kind === "foreign" ? action.type : 0;
    return encodeFrame({ flags: flag.response, error: 0, type, regarding: 0, md5: false, data: u32(0) });
  }

  async #answer({ type, data }: ObpFrame, aborted: AbortSignal): Promise<Reply> {
    switch (type) {
      case obp.serialNumber.type:
        return { data: Buffer.from(this.#options.serialNumber, "ascii") };
      case obp.deviceString.type:
        return { data: Buffer.from(deviceString, "ascii") };
      case obp.firmware.type:
        return { data: u16(firmwareRevision) };
      case obp.baud.type:
        return { data: u32(this.#baud) };
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
        this.#scansToAverage = Math.max(1, number(data));
        return "ack";
      case obp.lampEnabled.type:
        return this.#options.lamp ? { data: u8(this.#lightOn ? 1 : 0) } : { error: nack.unknownMessage };
      case obp.setLampEnabled.type:
        if (!this.#options.lamp) return { error: nack.unknownMessage };
        this.#lightOn = data[0] === 1;
        return "ack";
      case obp.wavelengthCoefficientCount.type:
        return { data: u8(bench.wavelengthCoefficients.length) };
      case obp.wavelengthCoefficient.type: {
        const coefficient = bench.wavelengthCoefficients[data[0] ?? 255];
        return coefficient === undefined ? { error: nack.invalidData } : { data: f32(coefficient) };
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
    this.#integrationUs = us;
    return "ack";
  }

  /** No spectrum before an integration time was set (§1.6, DEMO); an aborted acquisition gives no reply. */
  async #spectrum(aborted: AbortSignal): Promise<Reply> {
    if (this.#integrationUs === undefined) return { error: nack.notReady };
    const lightOn = this.#lightOn;
    try {
      await pause((this.#integrationUs * this.#scansToAverage) / 1000, aborted);
    } catch {
      return "none"; // the pause rejects only when the acquisition was aborted
    }
    const counts = this.#bench.expose(this.#integrationUs, this.#scansToAverage, lightOn);
    return { data: new Uint8Array(counts.buffer) };
  }

  #switchRate(data: Uint8Array): void {
    this.#baud = number(data);
    this.#hostRate = undefined;
  }

  #nextFault(type: number): FaultAction | undefined {
    let action: FaultAction | undefined;
    for (const fault of this.#options.faults) {
      if (fault.type !== undefined && fault.type !== type) continue;
      const count = (this.#seen.get(fault) ?? 0) + 1;
      this.#seen.set(fault, count);
      if (count >= fault.from && count < fault.from + fault.count) action ??= fault.action;
    }
    return action;
  }

  async #streamStale(): Promise<void> {
    const counts = this.#bench.expose(100_000, 1, false);
    const data = new Uint8Array(counts.buffer);
    const { type } = obp.rawSpectrum;
    const stale = encodeFrame({ flags: flag.response, error: 0, type, regarding: 0, md5: false, data });
    while (!this.#heard) await this.#send([{ send: stale }]);
  }

  async #send(steps: Step[]): Promise<void> {
    for (const step of steps) {
      if ("die" in step) return this.#stream.die();
      if ("pauseMs" in step) await pause(step.pauseMs);
      else await this.#paced(step.send);
    }
  }

  async #paced(bytes: Uint8Array): Promise<void> {
    const sliceBytes = Math.max(1, Math.floor(sliceMs / this.#byteMs));
    const startMs = performance.now();
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      const slice = bytes.subarray(at, at + sliceBytes);
      await pause(Math.max(0, startMs + (at + slice.length) * this.#byteMs - performance.now()));
      this.#stream.write(slice);
    }
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
