import { z } from "zod";
import { encodeFrame, type OemFrame } from "../../wasatch-oem/frame.ts";
import { oem, status, u8, u24, unsigned, writes } from "../../wasatch-oem/messages.ts";
import { OemParser } from "../../wasatch-oem/parser.ts";
import { SimulatedDetector } from "../detector.ts";
import { LineOptions, SimulatedLine } from "../line.ts";
import type { ByteStream } from "../port.ts";
import { staleTruthCounts, truthCounts } from "../truth.ts";

export const OemSimulatorOptions = LineOptions.extend({
  baud: z.int().positive().default(921_600),
  pixels: z.int().positive().default(1024),
  seed: z.int().default(1),
  /** Its readings carry their origin (truth.ts) under this number. */
  truth: z.int().nonnegative().optional(),
  staleAtOpen: z.boolean().default(false),
  ignoresSettings: z.boolean().default(false),
  detector: z.enum(["zero", "flat", "saturated"]).optional(),
  byteOrder: z.enum(["little", "big"]).default("little"),
});
export type OemSimulatorOptions = z.output<typeof OemSimulatorOptions>;

/** Seven characters, as the boards have (reference/protocols.md §3.4); no board's begins so. */
export const simulatedFpga = "SIM.1.0";
const firmware = Uint8Array.of(0, 1, 0, 1);
const maximumCounts = 65_535;

/**
 * A Wasatch OEM board with a laser. It answers in the order in which it was asked, an acquisition after its integration;
 * the laser obeys at once. What the sources leave open (docs/instruments.md) is chosen here, not known.
 */
export class OemSimulator {
  readonly #line: SimulatedLine;
  readonly #options: OemSimulatorOptions;
  readonly #onLight: (on: boolean) => void;
  readonly #parser = new OemParser();
  readonly #detector: SimulatedDetector;
  #integrationMs = 100;
  #lightOn = false;
  #acquisitions = 0;
  #heard = false;
  #work: Promise<void> = Promise.resolve();

  constructor(stream: ByteStream, options: OemSimulatorOptions, onLight: (on: boolean) => void) {
    this.#options = options;
    this.#onLight = onLight;
    this.#detector = new SimulatedDetector({ pixels: options.pixels, maximumCounts, seed: options.seed });
    this.#line = new SimulatedLine(stream, options, (bytes) => this.#hear(bytes));
    if (options.staleAtOpen) this.#work = this.#streamStale();
  }

  #hear(bytes: Uint8Array): void {
    for (const request of this.#parser.push(bytes)) {
      if ("pixels" in request) continue;
      this.#heard = true;
      if (request.command === (oem.laser | writes)) this.#switchLight(request.data[0] === 1);
      this.#work = this.#work.then(() => this.#serve(request));
    }
  }

  async #serve(request: OemFrame): Promise<void> {
    const fault = this.#line.fault(request.command);
    if (fault?.kind === "reset") {
      this.#integrationMs = 100;
      this.#switchLight(false);
      return;
    }
    const answer = (data: Uint8Array) => encodeFrame({ command: request.command, data });
    if (fault?.kind === "nack") return this.#line.reply(answer(u8(fault.error)), fault);
    if (request.command === oem.acquire) {
      const { lightOn, integrationMs } = { lightOn: this.#lightOn, integrationMs: this.#integrationMs };
      await this.#line.integrate(integrationMs * 1000);
      return this.#line.reply(this.#pixels(this.#counts(integrationMs, lightOn)), fault);
    }
    await this.#line.reply(answer(this.#answer(request)), fault);
  }

  #answer({ command, data }: OemFrame): Uint8Array {
    switch (command) {
      case oem.firmware:
        return firmware;
      case oem.fpga:
        return Buffer.from(simulatedFpga, "ascii");
      case oem.integrationMs:
        return u24(this.#integrationMs);
      case oem.integrationMs | writes:
        if (data.length !== 3) return u8(status.wrongLength);
        if (!this.#options.ignoresSettings) this.#integrationMs = unsigned(data, 3);
        return u8(status.ok);
      case oem.pixelCount:
        return Uint8Array.of(this.#options.pixels & 0xff, this.#options.pixels >> 8);
      case oem.laser:
        return u8(this.#lightOn ? 1 : 0);
      case oem.laser | writes:
        return u8(data.length === 1 ? status.ok : status.wrongLength);
      default:
        return u8(status.unknown);
    }
  }

  #switchLight(on: boolean): void {
    if (on !== this.#lightOn) this.#onLight(on);
    this.#lightOn = on;
  }

  #counts(integrationMs: number, lightOn: boolean): ArrayLike<number> & Iterable<number> {
    const { truth: session, detector, pixels } = this.#options;
    const acquisition = ++this.#acquisitions;
    if (detector === "zero") return new Uint16Array(pixels);
    if (detector === "flat") return new Uint16Array(pixels).fill(1500);
    if (detector === "saturated") return new Uint16Array(pixels).fill(maximumCounts);
    if (session === undefined) return this.#detector.expose(integrationMs, lightOn);
    const integrationUs = integrationMs * 1000;
    return truthCounts({ session, acquisition, integrationUs, scansToAverage: 1, lightOn }, pixels);
  }

  #pixels(counts: ArrayLike<number> & Iterable<number>): Uint8Array {
    const bytes = new Uint8Array(2 * counts.length);
    const view = new DataView(bytes.buffer);
    for (const [i, count] of [...counts].entries()) view.setUint16(2 * i, count, this.#options.byteOrder === "little");
    return bytes;
  }

  async #streamStale(): Promise<void> {
    const stale = this.#pixels(staleTruthCounts(this.#options.truth ?? 0, this.#options.pixels));
    while (!this.#heard) await this.#line.reply(stale, undefined);
  }
}
