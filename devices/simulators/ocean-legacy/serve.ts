import { z } from "zod";
import { ack, baudCodes, nak, slot, slotBytes, unsigned } from "../../ocean-legacy/letters.ts";
import { encodeScan, etx } from "../../ocean-legacy/scan.ts";
import type { FaultAction } from "../faults.ts";
import { LineOptions, SimulatedLine } from "../line.ts";
import { Bench, type Sensor } from "../ocean-obp/bench.ts";
import type { Band } from "../ocean-obp/minerals.ts";
import type { ByteStream } from "../port.ts";
import { staleTruthCounts, truthCounts } from "../truth.ts";

/** What the simulated instrument is and does wrong. The alternatives are the open questions of reference/protocols.md §2.4. */
export const LegacySimulatorOptions = LineOptions.extend({
  /** What lies under the probe; IMA name. */
  mineral: z.string().default("Quartz"),
  seed: z.int().default(1),
  serialNumber: z.string().min(1).max(15).default("DEMO-0003"),
  baud: z.int().positive().default(9600),
  staleAtOpen: z.boolean().default(false),
  /** "stays": answers K and does not switch. */
  baudSwitch: z.enum(["follows", "stays"]).default("follows"),
  /** Whether a scan is acknowledged before it comes. */
  acksScan: z.boolean().default(false),
  /** Whether the firmware has the integration time in µs. */
  microseconds: z.boolean().default(true),
  /** The mode in which another program left it. */
  mode: z.enum(["binary", "ascii"]).default("binary"),
  /** The spelling of the way back to binary that it understands. */
  toBinary: z.enum(["bB", "Bb"]).default("bB"),
  /** Whether it tells its calibration memory. */
  slots: z.boolean().default(true),
  lamp: z.boolean().default(true),
  truth: z.int().min(0).max(1023).optional(),
  ignoresSettings: z.boolean().default(false),
  detector: z.enum(["good", "zero", "flat", "saturated"]).default("good"),
  coefficients: z.enum(["good", "nan"]).default("good"),
});
export type LegacySimulatorOptions = z.output<typeof LegacySimulatorOptions>;

/** The detector of a USB2000+ (§2.1) behind the optics of the other simulated spectrometer: twice the pixels on its axis. */
const sensor: Sensor = {
  pixels: 2048,
  maximumCounts: 65_535,
  excitationNm: 785,
  wavelengthCoefficients: [790, 0.071, -2.5e-6, -1.25e-10],
  resolutionCm1: 7,
};
/** Firmware 3.01.0 in the notation of §2.4. */
const firmware = 3010;
const defaults = { integrationUs: 100_000, scans: 1 };
/** K at the new rate has to come within this, else the old one is taken back. Our choice; SAD gives no time. */
const switchLimitMs = 2000;

/** Bytes of parameters after each letter in binary mode. */
const parameterBytes: Record<string, number> = { A: 2, B: 2, G: 2, I: 2, i: 4, J: 2, K: 2, P: 2, S: 0, v: 0, "?": 1 };

/**
 * An older spectrometer on a byte stream, in letters, at the pace of its rate. It never speaks first (but for
 * `staleAtOpen`) and remembers its settings when the host goes away.
 */
export class LegacySimulator {
  readonly #line: SimulatedLine;
  readonly #options: LegacySimulatorOptions;
  readonly #onLight: (on: boolean) => void;
  readonly #bench: Bench;
  #mode: "binary" | "ascii";
  #pending: number[] = [];
  #integrationUs = defaults.integrationUs;
  #scans = defaults.scans;
  #lightOn = false;
  #acquisitions = 0;
  #heard = false;
  /** The rate to go back to if the handshake is not finished. */
  #oldBaud: number | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(
    stream: ByteStream,
    options: LegacySimulatorOptions,
    bands: readonly Band[],
    onLight: (on: boolean) => void = () => {},
  ) {
    this.#options = options;
    this.#onLight = onLight;
    this.#bench = new Bench("raman", { bands }, options.seed, {}, sensor);
    this.#mode = options.mode;
    this.#line = new SimulatedLine(stream, options, (bytes) => this.#receive(bytes));
    if (options.staleAtOpen) this.#work = this.#streamStale();
  }

  #receive(bytes: Uint8Array): void {
    this.#heard = true;
    for (const byte of bytes) {
      this.#pending.push(byte);
      const request = this.#mode === "ascii" ? this.#ascii() : this.#binary();
      if (request === undefined) continue;
      this.#pending = [];
      this.#work = this.#work.then(() => this.#serve(request.letter, request.parameter));
    }
  }

  /** In the mode for people letters come back, and only the way out of it is of interest here. */
  #ascii(): { letter: string; parameter: Uint8Array } | undefined {
    const typed = Uint8Array.from(this.#pending);
    this.#work = this.#work.then(() => this.#line.reply(typed.slice(-1), undefined));
    if (!String.fromCharCode(...typed).endsWith(this.#options.toBinary)) return undefined;
    this.#mode = "binary";
    return { letter: "binary", parameter: new Uint8Array(0) };
  }

  /** A whole command, or undefined while it is not. */
  #binary(): { letter: string; parameter: Uint8Array } | undefined {
    const [first = 0, second = 0] = this.#pending;
    const text = String.fromCharCode(first);
    const pair = text + String.fromCharCode(second);
    // The first letter of the mode's name alone is the beginning of the mode's name; B may be the boxcar's.
    if (this.#pending.length >= 2 && pair === this.#options.toBinary) {
      return { letter: "binary", parameter: new Uint8Array(0) };
    }
    if (text === "b" && this.#pending.length < 2) return undefined;
    const length = pair === "?x" ? 3 : parameterBytes[text];
    if (length !== undefined && this.#pending.length < 1 + length) return undefined;
    const isQuery = text === "?";
    const parameter = Uint8Array.from(this.#pending.slice(isQuery ? 2 : 1));
    if (isQuery) return { letter: pair, parameter };
    return { letter: length === undefined ? "unknown" : text, parameter };
  }

  async #serve(letter: string, parameter: Uint8Array): Promise<void> {
    const fault = this.#line.fault(letter);
    if (fault?.kind === "reset") return this.#restart();
    const reply = fault?.kind === "nack" ? negative(fault) : await this.#answer(letter, parameter);
    await this.#line.reply(reply, fault);
    if (letter === "K" && reply[0] === ack) this.#switchRate(unsigned(parameter));
  }

  #restart(): void {
    this.#integrationUs = defaults.integrationUs;
    this.#scans = defaults.scans;
    this.#switchLight(false);
    this.#mode = "binary";
    this.#pending = [];
    this.#oldBaud = undefined;
    this.#line.baud = this.#options.baud;
  }

  #switchLight(on: boolean): void {
    if (on !== this.#lightOn) this.#onLight(on);
    this.#lightOn = on;
  }

  /** First K: the new rate on trial. Second K, which only a host at that rate can say: for good. */
  #switchRate(code: number): void {
    const baud = [...baudCodes].find(([, each]) => each === code)?.[0];
    if (baud === undefined || this.#options.baudSwitch === "stays") return;
    if (this.#oldBaud !== undefined) {
      this.#oldBaud = undefined;
      return;
    }
    if (baud === this.#line.baud) return;
    this.#oldBaud = this.#line.baud;
    this.#line.baud = baud;
    setTimeout(() => {
      if (this.#oldBaud !== undefined) this.#line.baud = this.#oldBaud;
      this.#oldBaud = undefined;
    }, switchLimitMs).unref();
  }

  async #answer(letter: string, parameter: Uint8Array): Promise<Uint8Array> {
    const value = unsigned(parameter);
    const { ignoresSettings, microseconds, lamp, slots } = this.#options;
    const done = Uint8Array.of(ack);
    const refused = Uint8Array.of(nak);
    const answer = (bytes: Uint8Array) => Uint8Array.of(ack, ...bytes);
    switch (letter) {
      case "binary":
      case "B":
      case "K":
        return done;
      case "G":
      case "P":
        return value === 0 ? done : refused;
      case "v":
        return answer(word(firmware));
      case "I":
      case "i": {
        const us = letter === "I" ? value * 1000 : value;
        if ((letter === "i" && !microseconds) || us < (microseconds ? 1000 : 5000) || us > 65_535_000) return refused;
        if (!ignoresSettings) this.#integrationUs = us;
        return done;
      }
      case "?I":
        return answer(word(Math.floor(this.#integrationUs / 1000)));
      case "?i":
        return microseconds ? answer(dword(this.#integrationUs)) : refused;
      case "A":
        if (value < 1 || value > 5000) return refused;
        if (!ignoresSettings) this.#scans = value;
        return done;
      case "?A":
        return answer(word(this.#scans));
      case "J":
        if (!lamp) return refused;
        this.#switchLight(value !== 0);
        return done;
      case "?J":
        return lamp ? answer(word(this.#lightOn ? 1 : 0)) : refused;
      case "?x":
        return slots ? answer(Buffer.from(this.#slot(value).padEnd(slotBytes, "\0"), "ascii")) : refused;
      case "S":
        return this.#scan();
      default:
        return refused;
    }
  }

  #slot(index: number): string {
    if (index === slot.serialNumber) return this.#options.serialNumber;
    if (index === slot.configuration) return "simulated";
    const order = slot.wavelengthCoefficients.indexOf(index);
    if (order < 0) return "";
    return this.#options.coefficients === "nan"
      ? "\xff\xff"
      : (sensor.wavelengthCoefficients[order] ?? 0).toExponential(7);
  }

  async #scan(): Promise<Uint8Array> {
    const { detector, acksScan } = this.#options;
    const lightOn = this.#lightOn;
    await this.#line.integrate(this.#integrationUs * this.#scans);
    const counts = this.#counts(lightOn);
    if (detector === "zero") counts.fill(0);
    if (detector === "flat") counts.fill(1500);
    if (detector === "saturated") counts.fill(sensor.maximumCounts * this.#scans);
    const integrationMs = Math.floor(this.#integrationUs / 1000);
    const scan = encodeScan({ scansAdded: this.#scans, integrationMs, counts });
    return acksScan ? Uint8Array.of(ack, ...scan) : scan;
  }

  #counts(lightOn: boolean): Uint32Array<ArrayBuffer> {
    const { truth: session } = this.#options;
    const [integrationUs, scansToAverage] = [this.#integrationUs, this.#scans];
    const acquisition = ++this.#acquisitions;
    if (session !== undefined) {
      const truth = { session, acquisition, integrationUs, scansToAverage, lightOn };
      return Uint32Array.from(truthCounts(truth, sensor.pixels));
    }
    const mean = this.#bench.expose(integrationUs, scansToAverage, lightOn);
    return Uint32Array.from(mean, (count) => count * scansToAverage);
  }

  async #streamStale(): Promise<void> {
    const counts = staleTruthCounts(this.#options.truth ?? 0, sensor.pixels);
    const stale = encodeScan({ scansAdded: 1, integrationMs: 1, counts });
    while (!this.#heard) await this.#line.reply(stale, undefined);
  }
}

/** ETX where the fault says 3, else NAK. */
function negative({ error }: Extract<FaultAction, { kind: "nack" }>): Uint8Array {
  return Uint8Array.of(error === etx ? etx : nak);
}

function word(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function dword(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
}
