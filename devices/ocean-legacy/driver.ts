import { LithoscopeError } from "../../contract/errors.ts";
import type { InstrumentIdentity } from "../../contract/reading.ts";
import { type Counts, DrivenSpectrometer, type Exposure, type LightPort, type SpectrometerPort } from "../driven.ts";
import { type EngineCounters, type Exchange, RequestEngine } from "../engine.ts";
import type { ExposureSettings, Spectrometer } from "../spectrometer.ts";
import { type Clock, pause, systemClock } from "../time.ts";
import type { OpenTransport, Transport } from "../transport/transport.ts";
import { bytesQuery, command, LetterRefusal, numberQuery, scanRequest } from "./exchange.ts";
import {
  baudCodes,
  integrationUs as integrationUsCommand,
  query,
  querySlot,
  scan,
  slot,
  slotBytes,
  toBinary,
  version,
  word,
} from "./letters.ts";
import { type LetterFrame, LetterParser } from "./parser.ts";
import { type Scan, scanBytes } from "./scan.ts";

/** Power-up first (§2.4), then the rates at which another program may have left it. */
export const baudsToTry = [9600, 115_200, 57_600, 38_400, 19_200] as const;

/** What differs between production and a test that has no time. */
export interface LegacyTiming {
  /** For an answer beyond integration and transfer; as the OBP driver's. */
  marginMs: number;
  /** For the version while the rate is looked for. */
  probeMs: number;
  /** Between the two halves of a change of rate: more than 50 ms (§2.4, SAD). */
  baudSettleMs: number;
}
const legacyTiming: LegacyTiming = { marginMs: 1500, probeMs: 500, baudSettleMs: 100 };

/** What is known of an instrument from elsewhere. What it tells itself goes before, but for the converter's range. */
export interface DescribedLegacy {
  serialNumber: string;
  /** From its certificate: λ(p) = Σ cᵢ·pⁱ in nm, p from 0. */
  wavelengthCoefficients: readonly number[];
  /** 4095 for the 12-bit models of §2.1; the protocol does not tell. */
  maximumCounts: number;
}

export interface LegacyOptions {
  open: OpenTransport;
  path: string;
  settings: ExposureSettings;
  /** Rate at which this instrument was found last. */
  lastBaud?: number | undefined;
  /** Rate for spectra; 115200 unless told otherwise. */
  wantedBaud?: number;
  described?: Partial<DescribedLegacy>;
  signal?: AbortSignal;
  timing?: Partial<LegacyTiming>;
  clock?: Clock;
}

/** Of the models with letters (§2.1, §2.4): converters have 16 bits unless an operator says otherwise. */
const usualMaximumCounts = 65_535;
/** Range of I, in ms (§2.4), and of i, in µs, for the USB2000+ (§2.1) as far as the scan's own word for ms reaches. */
const limitsMs = { min: 5000, max: 65_535_000 };
const limitsUs = { min: 1000, max: 65_535_000 };
/** Of the model with most (§2.1), until a scan has told. */
const mostPixels = 3840;
/** Frames on USB adapters pause up to 16 ms; an answer has ended after more than twice that. */
const quietMs = 40;
/** Longest command or short answer, for deadlines. */
const shortBytes = 24;
/** A scan is read until two agree on the number of pixels. */
const pixelScans = 4;
/** A value without a checksum is believed when it was read twice the same. */
const valueReads = 4;

/**
 * Connects to an older Ocean spectrometer with the letter protocol: finds the rate, identifies, switches the light off,
 * reads the wavelength calibration, raises the rate, applies the settings and learns the number of pixels. Rejects with a
 * port-… problem, with "device-unknown" if nothing there answers in letters, or with a device-… problem; the port is
 * closed again then. The letters have no command that ends a scan: after a cancel the light goes off when the instrument
 * listens again. Nothing here was checked on a real instrument; what the sources leave open is tried both ways.
 */
export async function connectLegacy(options: LegacyOptions): Promise<Spectrometer> {
  const timing = { ...legacyTiming, ...options.timing };
  const firstBaud = options.lastBaud ?? baudsToTry[0];
  const transport = await options.open(options.path, firstBaud);
  const link = new LegacyLink(transport, firstBaud, timing);
  try {
    await link.find(firstBaud, options.signal);
    const port = new LegacyPort(link, options.described ?? {});
    await port.begin(options);
    const { settings, clock = systemClock, signal } = options;
    return await DrivenSpectrometer.begin(port, { settings, clock, signal });
  } catch (error) {
    await transport.close();
    throw error;
  }
}

interface AskOptions {
  signal?: AbortSignal | undefined;
  urgent?: boolean;
}

/** The line to one device, at the rate in force. */
class LegacyLink {
  readonly transport: Transport;
  readonly engine: RequestEngine<LetterFrame>;
  readonly parser = new LetterParser();
  baud: number;
  /** As the instrument said when it was found; the answer to every probe. */
  version: number | undefined;
  readonly #timing: LegacyTiming;

  constructor(transport: Transport, baud: number, timing: LegacyTiming) {
    this.transport = transport;
    this.baud = baud;
    this.#timing = timing;
    this.engine = new RequestEngine(transport, this.parser, {
      byteMs: () => 10_000 / this.baud,
      probe: () => this.#versionQuery(this.deadlineMs()),
      suspectMs: quietMs,
    });
  }

  /** @param options.workMs time the device itself needs. */
  deadlineMs({ workMs = 0, bytes = 0 } = {}): number {
    return workMs + ((shortBytes + bytes) * 10_000) / this.baud + quietMs + this.#timing.marginMs;
  }

  /** A probe is a fence: an old answer of the same length must not pass for it, so the version has to be the known one. */
  #versionQuery(deadlineMs: number): Exchange<LetterFrame, number> {
    const exchange = numberQuery(this.parser, "read the firmware version", version, 2, deadlineMs);
    return {
      ...exchange,
      judge: (frame, token) => {
        const verdict = exchange.judge(frame, token);
        const isOther = verdict.is === "answer" && this.version !== undefined && verdict.value !== this.version;
        return isOther ? exchange.judge({ is: "noise" }, token) : verdict;
      },
    };
  }

  command(what: string, bytes: Uint8Array, options: AskOptions = {}) {
    return this.engine.request(command(this.parser, what, bytes, this.deadlineMs()), options);
  }

  number(what: string, bytes: Uint8Array, length: 2 | 4, options: AskOptions = {}): Promise<number> {
    return this.engine.request(numberQuery(this.parser, what, bytes, length, this.deadlineMs()), options);
  }

  /** The text in a slot of the calibration memory; undefined if the instrument does not tell. Read until two are the same. */
  async slotText(index: number, signal: AbortSignal | undefined): Promise<string | undefined> {
    const read = async () => {
      const what = "read the calibration memory";
      const exchange = bytesQuery(
        this.parser,
        what,
        querySlot(index),
        slotBytes,
        this.deadlineMs({ bytes: slotBytes }),
      );
      const text = String.fromCharCode(...(await this.engine.request(exchange, { signal })));
      return text.replace(/\0.*$/s, "").trim();
    };
    const seen: string[] = [];
    try {
      while (seen.length < valueReads) {
        const text = await read();
        if (seen.includes(text)) return text;
        seen.push(text);
      }
    } catch (error) {
      return unlessUnanswered(error);
    }
    throw badCalibration("it is another each time it is read");
  }

  #probe(signal: AbortSignal | undefined): Promise<number | undefined> {
    return this.engine
      .request(this.#versionQuery(this.#timing.probeMs), { signal, urgent: true })
      .catch(unlessUnanswered);
  }

  async #switchTo(baud: number, signal: AbortSignal | undefined): Promise<void> {
    if (baud !== this.baud) await this.transport.setBaud(baud);
    this.baud = baud;
    await this.engine.drain(signal);
  }

  /**
   * Tries the rates until a version comes back: first as the instrument is, then told to leave the mode for people, in
   * both spellings, as what is a command in one is the beginning of another in the other.
   */
  async find(firstBaud: number, signal: AbortSignal | undefined): Promise<void> {
    const bauds = [...new Set([firstBaud, ...baudsToTry])];
    for (const spelling of [undefined, ...toBinary]) {
      for (const baud of bauds) {
        await this.#switchTo(baud, signal);
        if (spelling) {
          await this.engine.tell(spelling);
          await this.engine.drain(signal);
        }
        this.version = await this.#probe(signal);
        if (this.version !== undefined) return;
      }
    }
    throw new LithoscopeError(
      "device-unknown",
      `Nothing on ${this.transport.path} answers as an older Ocean Optics spectrometer, so it cannot be read.`,
      "Check that the instrument has power and that this is its port.",
    );
  }

  /**
   * Raises the rate by the handshake of §2.4: K at the old rate, a wait, K at the new one. An instrument that does not
   * follow is used at the old rate.
   */
  async raise(wanted: number, signal: AbortSignal | undefined): Promise<void> {
    const old = this.baud;
    const code = baudCodes.get(wanted);
    if (wanted === old || code === undefined) return;
    const say = () =>
      this.command("change the rate", word("K", code), { signal, urgent: true }).catch(unlessUnanswered);
    await say();
    await pause(this.#timing.baudSettleMs, signal);
    await this.#switchTo(wanted, signal);
    await say();
    if ((await this.#probe(signal)) !== undefined) return;
    await this.#switchTo(old, signal);
    if ((await this.#probe(signal)) !== undefined) return;
    // It neither stayed nor followed: power was lost on the way, perhaps.
    await this.find(baudsToTry[0], signal);
  }
}

/** The instrument as {@link DrivenSpectrometer} drives it. */
class LegacyPort implements SpectrometerPort {
  identity: InstrumentIdentity = { serialNumber: "", model: "", driver: "", simulated: false };
  wavelengthCoefficients: readonly number[] | undefined;
  light: LightPort | undefined;
  readonly #link: LegacyLink;
  readonly #described: Partial<DescribedLegacy>;
  /** Whether the firmware has the command for µs. */
  #knowsUs = false;
  #pixels: number | undefined;
  #integrationUs = 0;
  #scans = 1;
  #lightOn = false;

  constructor(link: LegacyLink, described: Partial<DescribedLegacy>) {
    this.#link = link;
    this.#described = described;
  }

  /** The instrument adds its scans, it does not average them. */
  get maximumCounts(): number {
    return this.#scans * (this.#described.maximumCounts ?? usualMaximumCounts);
  }

  get integrationLimitsUs() {
    return this.#knowsUs ? limitsUs : limitsMs;
  }

  get integrationStepUs(): number {
    return this.#knowsUs ? 1 : 1000;
  }

  get baud(): number {
    return this.#link.baud;
  }

  get counters(): EngineCounters {
    return this.#link.engine.counters;
  }

  onClosed(listener: (reason: LithoscopeError) => void): void {
    this.#link.transport.onClosed(listener);
  }

  close(): Promise<void> {
    return this.#link.transport.close();
  }

  async begin({ wantedBaud = 115_200, signal }: LegacyOptions): Promise<void> {
    const link = this.#link;
    // Light first: a crashed program may have left it on (§0, 7).
    const lamp = await this.#lamp({ signal }).catch(unlessUnanswered);
    if (lamp !== undefined) {
      this.light = { switch: (on, options) => this.#switchLight(on, options) };
      await this.#switchLight(false, { signal });
    }
    await link.raise(wantedBaud, signal);
    // As the parser expects its answers, whatever was set before: every pixel, as it is.
    await link.command("send pixels as they are", word("G", 0), { signal }).catch(unlessRefused);
    await link.command("send every pixel", word("P", 0), { signal }).catch(unlessRefused);

    const serialNumber = (await link.slotText(slot.serialNumber, signal)) || this.#described.serialNumber;
    const configuration = await link.slotText(slot.configuration, signal);
    this.wavelengthCoefficients = await this.#readWavelengthCoefficients(signal);
    const us = await link.number("read the integration time", query("i"), 4, { signal }).catch(unlessUnanswered);
    this.#knowsUs = us !== undefined;
    this.#integrationUs = await this.#integrationInForce(signal);
    this.#scans = await this.setScansToAverage(1, signal);
    this.#pixels = await this.#countPixels(signal);
    this.identity = {
      serialNumber: serialNumber || `unnumbered on ${link.transport.path}`,
      model: `Ocean Optics spectrometer, ${this.#pixels} pixels`,
      firmware: String(link.version),
      driver: `ocean-legacy/${link.transport.kind}`,
      // Simulators say so in their configuration text; no instrument does.
      simulated: /simulat/i.test(configuration ?? ""),
    };
  }

  /** As the instrument tells, else as they were entered; undefined if neither. */
  async #readWavelengthCoefficients(signal: AbortSignal | undefined): Promise<readonly number[] | undefined> {
    const { wavelengthCoefficients: entered } = this.#described;
    const coefficients: number[] = [];
    for (const index of slot.wavelengthCoefficients) {
      const text = await this.#link.slotText(index, signal);
      if (text === undefined) return entered;
      // Number("") is 0, which an empty slot is not.
      coefficients.push(text === "" ? Number.NaN : Number(text));
    }
    if (coefficients.every(Number.isFinite)) return coefficients;
    if (entered === undefined) throw badCalibration(coefficients.join(", "));
    return entered;
  }

  /** Two scans that agree: a byte lost in the only one would be believed for ever. */
  async #countPixels(signal: AbortSignal | undefined): Promise<number> {
    const seen: number[] = [];
    while (seen.length < pixelScans) {
      const { length } = (await this.#scan(signal)).counts;
      if (seen.includes(length)) return length;
      seen.push(length);
    }
    throw badCalibration(`spectra of ${seen.join(", ")} pixels`);
  }

  async setIntegrationUs(us: number, signal: AbortSignal | undefined): Promise<number> {
    const bytes = this.#knowsUs ? integrationUsCommand(us) : word("I", us / 1000);
    await this.#link.command("set the integration time", bytes, { signal });
    const actual = await this.#readTwice(us, () => this.#integrationInForce(signal));
    this.#integrationUs = actual;
    return actual;
  }

  async setScansToAverage(scans: number, signal: AbortSignal | undefined): Promise<number> {
    await this.#link.command("set the scans to add", word("A", scans), { signal });
    const read = () => this.#link.number("read the scans to add", query("A"), 2, { signal });
    this.#scans = await this.#readTwice(scans, read);
    return this.#scans;
  }

  /** What was wished for if it comes once in two answers: without a checksum one of them may be damaged. */
  async #readTwice(wanted: number, read: () => Promise<number>): Promise<number> {
    const first = await read();
    return first === wanted ? first : await read();
  }

  async #integrationInForce(signal: AbortSignal | undefined): Promise<number> {
    const what = "read the integration time";
    return this.#knowsUs
      ? this.#link.number(what, query("i"), 4, { signal })
      : 1000 * (await this.#link.number(what, query("I"), 2, { signal }));
  }

  async #lamp(options: AskOptions): Promise<boolean> {
    return (await this.#link.number("read the state of the light", query("J"), 2, options)) !== 0;
  }

  async #switchLight(on: boolean, options: AskOptions): Promise<boolean> {
    await this.#link.command("switch the light", word("J", on ? 1 : 0), options);
    this.#lightOn = await this.#lamp(options);
    return this.#lightOn;
  }

  async expose({ signal }: Exposure): Promise<Counts> {
    await this.#fence(signal);
    const { counts } = await this.#scan(signal);
    const maximumCounts = this.maximumCounts;
    const wrong = counts.find((count) => count > maximumCounts);
    if (wrong !== undefined) throw badCounts(wrong, maximumCounts);
    return counts;
  }

  /**
   * Asks what is in force before each scan. The answer is a fence: what the instrument still owed, a scan asked for and
   * given up or one sent twice, comes before it and is dropped. And an instrument that restarted unseen shows itself here.
   */
  async #fence(signal: AbortSignal | undefined): Promise<void> {
    if ((await this.#readTwice(this.#integrationUs, () => this.#integrationInForce(signal))) !== this.#integrationUs) {
      throw wasReset();
    }
    if (!this.#lightOn) return;
    if (!((await this.#lamp({ signal })) || (await this.#lamp({ signal })))) throw wasReset();
  }

  async #scan(signal: AbortSignal | undefined): Promise<Scan> {
    const asked = { scansToAdd: this.#scans, integrationMs: Math.floor(this.#integrationUs / 1000) };
    const deadlineMs = this.#link.deadlineMs({
      workMs: (this.#integrationUs * this.#scans) / 1000,
      bytes: scanBytes(asked, this.#pixels ?? mostPixels),
    });
    const { parser, engine } = this.#link;
    const expected = { is: "scan", asked, pixels: this.#pixels } as const;
    return engine.request(scanRequest(parser, scan, expected, deadlineMs), { signal });
  }
}

/** No answer, or one that makes no sense, is what a wrong rate or an unknown letter looks like. */
function unlessUnanswered(error: unknown): undefined {
  const unanswered = ["device-timeout", "device-protocol", "device-refused"];
  if (error instanceof LithoscopeError && unanswered.includes(error.code)) return undefined;
  throw error;
}

/** A model that does not have the letter says NAK, and sends its pixels in the only way it knows. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof LetterRefusal) return undefined;
  throw error;
}

function wasReset(): LithoscopeError {
  return new LithoscopeError(
    "device-disconnected",
    "The instrument restarted by itself: its settings are not those that it acknowledged. A reading under way is lost.",
    "Check its power supply. Lithoscope connects again by itself.",
  );
}

function badCounts(count: number, maximumCounts: number): LithoscopeError {
  return new LithoscopeError(
    "device-protocol",
    `The instrument sent ${count} counts where its converter ends at ${maximumCounts}; the spectrum was not kept.`,
    "Check the cable and measure again. If it stays so, the instrument's description is wrong.",
  );
}

function badCalibration(what: string): LithoscopeError {
  return new LithoscopeError(
    "device-protocol",
    `The instrument's wavelength calibration cannot be used (${what}); its readings would have no axis.`,
    "Enter the coefficients from its certificate, or use another instrument.",
  );
}
