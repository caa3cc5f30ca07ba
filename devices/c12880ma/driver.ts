import { LithoscopeError } from "../../contract/errors.ts";
import type { InstrumentIdentity } from "../../contract/reading.ts";
import { type Counts, DrivenSpectrometer, type Exposure, type SpectrometerPort } from "../driven.ts";
import { type EngineCounters, type Exchange, RequestEngine } from "../engine.ts";
import type { ExposureSettings, Spectrometer } from "../spectrometer.ts";
import { type Clock, systemClock } from "../time.ts";
import type { OpenTransport, Transport } from "../transport/transport.ts";
import { command, fromTestSheet, type Line, longestLineBytes, maximumCounts, parseLine } from "./lines.ts";
import { LineParser } from "./parser.ts";

/** Both sketches (reference/protocols.md §4.2). */
export const boardBaud = 115_200;

/** "streams": groupgets' sketch, one line after the other, no commands. "commanded": Versek's microspec. */
export type Sketch = "streams" | "commanded";

export interface BoardOptions {
  open: OpenTransport;
  path: string;
  sketch: Sketch;
  settings: ExposureSettings;
  /** What tells the plug apart: the sketches say no serial number. */
  adapter?: string | undefined;
  /** b₀ … b₅ of the sensor's test sheet: the boards do not carry it. */
  sheetCoefficients?: readonly number[] | undefined;
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  timing?: Partial<BoardTiming>;
}

export interface BoardTiming {
  /** For an answer beyond integration and transfer; for the next line of a sketch that streams. */
  marginMs: number;
  /** For the first line, while it is not known whether a board is there. */
  probeMs: number;
}
/** An Arduino that restarts when its port is opened is back after about 2 s. */
const boardTiming: BoardTiming = { marginMs: 1500, probeMs: 3000 };
const findTries = 2;

/**
 * The sketch that streams does not tell its integration time, and nobody can change it: a nominal one stands in its
 * readings. Dark and light always have the same, which is what corrections need.
 */
const nominalIntegrationUs = 10_000;
/** The commanded sketch's limits are not documented; these are far inside what its timers can count. */
const commandedLimitsUs = { min: 10, max: 10_000_000 };
const byteMs = 10_000 / boardBaud;

/** Connects. Rejects with a port-… problem, with "device-unknown" if no board is heard; the port is closed again then. */
export async function connectBoard(options: BoardOptions): Promise<Spectrometer> {
  const transport = await options.open(options.path, boardBaud);
  const clock = options.clock ?? systemClock;
  try {
    const port = new BoardPort(transport, options);
    await port.begin(options.signal);
    return await DrivenSpectrometer.begin(port, { settings: options.settings, clock, signal: options.signal });
  } catch (error) {
    await transport.close();
    throw error;
  }
}

class BoardPort implements SpectrometerPort {
  identity: InstrumentIdentity = { serialNumber: "", model: "", driver: "", simulated: false };
  readonly maximumCounts = maximumCounts;
  readonly integrationLimitsUs: { min: number; max: number };
  readonly integrationStepUs = 1;
  readonly wavelengthCoefficients: readonly number[] | undefined;
  readonly baud = boardBaud;
  readonly #transport: Transport;
  readonly #options: BoardOptions;
  readonly #timing: BoardTiming;
  readonly #engine: RequestEngine<Line>;
  /** The line of the last spectrum: noise makes no two alike, so that the same again is that one again. */
  #last: string | undefined;

  constructor(transport: Transport, options: BoardOptions) {
    const { sketch, sheetCoefficients } = options;
    this.#options = options;
    this.#transport = transport;
    this.#timing = { ...boardTiming, ...options.timing };
    this.wavelengthCoefficients = sheetCoefficients && fromTestSheet(sheetCoefficients);
    const streams = sketch === "streams";
    this.integrationLimitsUs = streams ? { min: nominalIntegrationUs, max: nominalIntegrationUs } : commandedLimitsUs;
    // The engine asks by listening: the sketch that streams does not read what it is sent.
    const line = streams ? { ...transport, write: async () => {} } : transport;
    this.#engine = new RequestEngine(line, new LineParser({ fromMidLine: streams }), {
      byteMs: () => byteMs,
      probe: () =>
        streams ? this.#spectrum(this.#timing.marginMs, undefined) : this.#timingLine(this.#timing.marginMs),
    });
  }

  get counters(): EngineCounters {
    return this.#engine.counters;
  }

  async begin(signal: AbortSignal | undefined): Promise<void> {
    const { adapter, path, sketch } = this.#options;
    const streams = sketch === "streams";
    if (!streams) await this.#engine.drain(signal);
    await this.#find(streams, signal);
    this.identity = {
      // The sketches have none (docs/decisions/018): the adapter's stands for it, or else the place.
      serialNumber: adapter ?? path,
      model: "Hamamatsu C12880MA board (tells no serial number)",
      firmware: streams ? "groupgets sketch" : "microspec sketch",
      driver: `c12880ma-${sketch}/${this.#transport.kind}`,
      // Neither sketch says what it is; the model above is all that anybody can know.
      simulated: false,
    };
  }

  async #find(streams: boolean, signal: AbortSignal | undefined): Promise<void> {
    const { probeMs } = this.#timing;
    for (let tries = 0; tries < findTries; tries++) {
      const exchange = streams ? this.#spectrum(probeMs, undefined) : this.#timingLine(probeMs);
      try {
        await this.#engine.request<unknown>(exchange, { signal, urgent: true });
        return;
      } catch (error) {
        if (!(error instanceof LithoscopeError && ["device-timeout", "device-refused"].includes(error.code)))
          throw error;
      }
    }
    throw new LithoscopeError(
      "device-unknown",
      `Nothing on ${this.#transport.path} speaks as a C12880MA board, so it cannot be read.`,
      "Check that the board has power, runs one of the two sketches, and that this is its port.",
    );
  }

  /** The next line that is a spectrum, and not the last one again. */
  #spectrum(deadlineMs: number, ask: string | undefined): Exchange<Line, Counts> {
    const what = "read a spectrum";
    return {
      what,
      deadlineMs,
      encode: () => Buffer.from(ask ?? "", "ascii"),
      judge: (line) => {
        if (line.is === "error") return { is: "refused", error: refused(what, line.text) };
        if (line.is !== "spectrum") return { is: "foreign" };
        const { counts, text } = line;
        const varies = counts.some((count) => count !== counts[0]);
        if (varies && text === this.#last) return { is: "foreign" };
        this.#last = text;
        return { is: "answer", value: counts };
      },
    };
  }

  /** The answer's meaning is not documented; that it comes, and no error, says that the sketch is there and content. */
  #timingLine(deadlineMs: number): Exchange<Line, true> {
    const what = "read the timing";
    return {
      what,
      deadlineMs,
      encode: () => Buffer.from(command.timing, "ascii"),
      judge: (line) => {
        if (line.is === "error") return { is: "refused", error: refused(what, line.text) };
        return line.is === "timing" ? { is: "answer", value: true } : { is: "foreign" };
      },
    };
  }

  /** The command has no answer; an error would come before that of the next question. */
  async setIntegrationUs(us: number, signal: AbortSignal | undefined): Promise<number> {
    if (this.#options.sketch === "streams") return nominalIntegrationUs;
    const exchange = this.#timingLine(this.#timing.marginMs);
    const encode = (token: number) =>
      Buffer.concat([Buffer.from(command.integrate(us), "ascii"), exchange.encode(token)]);
    await this.#engine.request({ ...exchange, what: "set the integration time", encode }, { signal });
    return us;
  }

  expose({ integrationUs, signal }: Exposure): Promise<Counts> {
    const lineMs = longestLineBytes * byteMs;
    const ask = this.#options.sketch === "streams" ? undefined : command.read;
    // A sketch that streams is met in mid-line, and its next line is the first that counts.
    const deadlineMs = integrationUs / 1000 + (ask ? 1 : 2) * lineMs + this.#timing.marginMs;
    return this.#engine.request(this.#spectrum(deadlineMs, ask), { signal });
  }

  onClosed(listener: (reason: LithoscopeError) => void): void {
    this.#transport.onClosed(listener);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

function refused(what: string, text: string): LithoscopeError {
  return new LithoscopeError(
    "device-refused",
    `The board refused to ${what} (${text}); no reading was made.`,
    "Measure again. If it refuses again, unplug the board and plug it in again.",
  );
}

/** Whether the bytes hold a whole line of this kind, for whoever looks for a board. */
export function holdsLine(received: Uint8Array, kind: "spectrum" | "timing"): boolean {
  const lines = Buffer.from(received).toString("latin1").split(/\r?\n/).slice(0, -1);
  return lines.some((line) => parseLine(line).is === kind);
}
