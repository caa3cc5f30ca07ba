import { z } from "zod";
import { command, maximumCounts, pixelCount } from "../../c12880ma/lines.ts";
import { SimulatedDetector } from "../detector.ts";
import { LineOptions, SimulatedLine } from "../line.ts";
import type { ByteStream } from "../port.ts";
import { staleTruthCounts, truthCounts } from "../truth.ts";

export const BoardSimulatorOptions = LineOptions.extend({
  baud: z.int().positive().default(115_200),
  sketch: z.enum(["streams", "commanded"]).default("commanded"),
  seed: z.int().default(1),
  /** Its readings carry their origin (truth.ts) under this number. */
  truth: z.int().nonnegative().optional(),
  staleAtOpen: z.boolean().default(false),
  detector: z.enum(["zero", "flat", "saturated"]).optional(),
});
export type BoardSimulatorOptions = z.output<typeof BoardSimulatorOptions>;

/** Names of its replies in the fault menu. */
export const boardReply = { spectrum: "spectrum", timing: "timing" } as const;

const powerUpUs = 10_000;
const longestUs = 10_000_000;

/** A C12880MA board with one of the two sketches of reference/protocols.md §4.2. It has no light and remembers nothing. */
export class BoardSimulator {
  readonly #line: SimulatedLine;
  readonly #options: BoardSimulatorOptions;
  readonly #detector: SimulatedDetector;
  #integrationUs = powerUpUs;
  #acquisitions = 0;
  #held = "";
  #heard = false;
  #work: Promise<void> = Promise.resolve();

  constructor(stream: ByteStream, options: BoardSimulatorOptions) {
    this.#options = options;
    this.#detector = new SimulatedDetector({ pixels: pixelCount, maximumCounts, seed: options.seed });
    const commanded = options.sketch === "commanded";
    this.#line = new SimulatedLine(stream, options, (bytes) => {
      if (commanded) this.#hear(bytes);
    });
    if (!commanded) void this.#streamForEver();
    else if (options.staleAtOpen) this.#work = this.#streamStale();
  }

  #hear(bytes: Uint8Array): void {
    const parts = (this.#held + Buffer.from(bytes).toString("latin1")).split("\n");
    this.#held = parts.pop() ?? "";
    for (const line of parts) {
      this.#heard = true;
      this.#work = this.#work.then(() => this.#serve(line.trim()));
    }
  }

  async #serve(line: string): Promise<void> {
    const [word, argument] = line.split(" ");
    if (word === command.read.trim()) return this.#spectrum(false);
    if (word === command.timing.trim()) {
      const fault = this.#line.fault(boardReply.timing);
      return this.#line.reply(text(Array.from({ length: 10 }, (_, i) => 1000 + i).join(",")), fault);
    }
    const us = Number(argument) * 1e6;
    if (word !== "SPEC.INTEG" || !(us > 0 && us <= longestUs)) {
      return this.#line.reply(text(`### Error: cannot ${line}###`), undefined);
    }
    this.#integrationUs = Math.round(us);
  }

  async #spectrum(lastComma: boolean): Promise<void> {
    const fault = this.#line.fault(boardReply.spectrum);
    if (fault?.kind === "reset") {
      this.#integrationUs = powerUpUs;
      return;
    }
    await this.#line.integrate(this.#integrationUs);
    if (fault?.kind === "nack") return this.#line.reply(text(`### Error: number ${fault.error}###`), fault);
    await this.#line.reply(text([...this.#counts()].join(",") + (lastComma ? "," : "")), fault);
  }

  #counts(): Iterable<number> {
    const { truth: session, detector } = this.#options;
    const acquisition = ++this.#acquisitions;
    if (detector === "zero") return new Uint16Array(pixelCount);
    if (detector === "flat") return new Uint16Array(pixelCount).fill(500);
    if (detector === "saturated") return new Uint16Array(pixelCount).fill(maximumCounts);
    if (session === undefined) return this.#detector.expose(this.#integrationUs / 1000, false);
    const settings = { integrationUs: this.#integrationUs, scansToAverage: 1, lightOn: false };
    return truthCounts({ session, acquisition, ...settings }, pixelCount);
  }

  async #streamForEver(): Promise<void> {
    for (;;) await this.#spectrum(true);
  }

  async #streamStale(): Promise<void> {
    const stale = text([...staleTruthCounts(this.#options.truth ?? 0, pixelCount)].join(","));
    while (!this.#heard) await this.#line.reply(stale, undefined);
  }
}

function text(line: string): Uint8Array {
  return Buffer.from(`${line}\n`, "ascii");
}
