import type { LithoscopeError } from "../../../contract/errors.ts";
import type { AcknowledgedSettings } from "../../../contract/reading.ts";
import type { EngineCounters } from "../../engine.ts";
import type { FaultInput, ReplyName } from "../../simulators/faults.ts";
import type { LineOptions } from "../../simulators/line.ts";
import type { SimulatorOptions } from "../../simulators/run.ts";
import { type Truth, truthOf } from "../../simulators/truth.ts";
import type { Spectrometer } from "../../spectrometer.ts";
import type { Clock } from "../../time.ts";

/** What a case wants of the simulated instrument. A protocol passes it on under the names of its own simulator. */
export interface Plug extends Partial<Pick<LineOptions, "baud" | "bootMs" | "speed" | "minds" | "chaos">> {
  /** Number of the simulator in its readings (devices/simulators/truth.ts). */
  truth: number;
  /** "UNIT-1" if not given; a device without serial numbers ignores it. */
  serialNumber: string;
  faults?: FaultInput[];
  /** Sends the readings of another session until it is first asked something. */
  staleAtOpen?: boolean;
  /** Says that it changed its rate, and stays. */
  baudSwitch?: "stays";
  /** Acknowledges settings and keeps its own. */
  ignoresSettings?: boolean;
  detector?: "zero" | "flat" | "saturated";
  /** Its calibration memory gives NaN. */
  coefficients?: "nan";
}

export interface ConnectOptions {
  /** 1 ms if not given, so that cases do not wait for light. */
  integrationUs?: number;
  scansToAverage?: number;
  /** The driver's margin beyond integration and transfer. */
  marginMs?: number;
  /** The rate to be used for readings; the protocol's fastest if not given. */
  wantedBaud?: number;
  /** The rate at which to look first. */
  lastBaud?: number;
  signal?: AbortSignal;
  clock?: Clock;
}

/** One reading, as the cases look at it. */
export interface Taken {
  /** What the reading itself says of its origin; undefined if its contents are wrong anywhere. */
  truth: Truth | undefined;
  /** As the driver says; undefined where the protocol has no settings. */
  settings: AcknowledgedSettings | undefined;
  at: string;
  monotonicMs: number;
}

/** A connected driver, as the cases use it. For a `Spectrometer`, {@link spectrometerConnection} makes one. */
export interface Connection {
  /** Undefined for a device that tells none. */
  readonly serialNumber: string | undefined;
  readonly counters: EngineCounters;
  read(signal?: AbortSignal): Promise<Taken>;
  /** Where the protocol has settings. */
  configure(integrationUs: number): Promise<void>;
  /** Where it has a light. */
  setLight(on: boolean): Promise<void>;
  onClosed(listener: (reason: LithoscopeError) => void): void;
  close(): Promise<void>;
}

/**
 * What the fault cases (cases.ts) need to know of a serial protocol. A protocol is plugged in by one more element of the
 * list in protocols.ts. What a protocol cannot suffer it leaves out, and the table says so.
 */
export interface ProtocolUnderTest {
  /** Heading of its column in docs/instruments.md. */
  readonly name: string;
  /** "asked": a reading is the answer to a request. "streams": the device sends them by itself. */
  readonly readings: "asked" | "streams";
  /** Options of its simulator program (devices/simulators/run.ts), which must write the truth into its readings. */
  simulator(plug: Plug): SimulatorOptions;
  /** Connects the driver, with short waits. */
  connect(path: string, options: ConnectOptions): Promise<Connection>;

  readonly reading: {
    /** Its name in the simulator's fault menu. */
    reply: ReplyName;
    /**
     * Which reading that the simulator sends is the first that the driver gives after connecting: 2 if one is dropped
     * because the settings were just made. For a device that streams: one that comes after connecting.
     */
    firstKept: number;
    /** Length of the reply on the line. */
    bytes: number;
    /** Replies that a reading with bytes in front of it costs: 2 where it has no frame, so that the driver asks again. */
    repliesIfGarbled?: number;
  };
  /** The driver's margin that its cases use, in ms: short, but more than a loaded machine hesitates. */
  readonly marginMs: number;
  /** The driver's deadline for a reading, in ms from the request to the last byte; absent for one that streams. */
  deadlineMs?(options: { integrationUs: number; marginMs: number }): number;

  /** Integration times in µs that the instrument accepts: two short ones, and its longest up to 60 s. */
  readonly integrationUs?: { readonly short: readonly [number, number]; readonly long: number };
  /** Whether the instrument averages scans itself. */
  readonly averages: boolean;
  readonly hasLight: boolean;
  readonly hasSerialNumber: boolean;
  /** Whether it tells its wavelength coefficients, so that they can be damaged. */
  readonly tellsCoefficients: boolean;

  /** False for a device whose readings are no spectra. */
  readonly hasDetector?: false;

  /** Hex of bytes that look like the beginning of a reply and are none. */
  readonly falseStarts: readonly string[];
  /** Hex of beginnings of replies that claim an absurd length, or of readings with an absurd number of values. */
  readonly absurd: readonly string[];
  /** Hex of whole valid replies that do not answer the request for a reading. */
  readonly foreign: readonly string[];
  /** Damage of a reading that the driver must see. */
  readonly damages: readonly { what: string; action: FaultInput["action"] }[];
  /** Said under the table: which damage cannot be seen, as there is no checksum. */
  readonly unseen?: string;
  /** Why a lost or doubled byte cannot be seen, where it cannot. */
  readonly unseenLoss?: string;
  readonly negative?: {
    /** Numbers of negative answers that are final. */
    final: readonly number[];
    /** A number after which the driver asks again. */
    again?: number;
    /** Hex of an answer that says: the final one follows later. */
    deferred?: string;
  };
  /** Rates other than the one of power-up. */
  readonly bauds?: {
    others: readonly number[];
    slowest: number;
    /** The reply to the command that changes the rate; absent where the host follows the device. */
    switchReply?: ReplyName;
  };
  /** What a crash of the application with the light on ends in; run for case 15 where the device has a watchdog. */
  watchdog?(path: string): Promise<void>;
}

/** A spectrometer for the cases. */
export function spectrometerConnection(spectrometer: Spectrometer, scansToAverage = 1): Connection {
  return {
    serialNumber: spectrometer.identity.serialNumber,
    get counters() {
      return spectrometer.counters;
    },
    async read(signal) {
      const { counts, settings, at, monotonicMs } = await spectrometer.acquire(signal);
      return { truth: truthOf(counts), settings, at, monotonicMs };
    },
    configure: (integrationUs) => spectrometer.configure({ integrationUs, scansToAverage }),
    setLight: (on) => spectrometer.setLight(on),
    onClosed: (listener) => spectrometer.onClosed(listener),
    close: () => spectrometer.close(),
  };
}

/** A device that streams repeats its faults, each so many readings: how long connecting takes is not known. */
const streamPeriod = 16;

/** Readings within which every fault of {@link onReading} has passed. */
export function faultyReadings({ readings }: ProtocolUnderTest, faults: number): number {
  return readings === "asked" ? faults : faults + streamPeriod + 2;
}

/** A fault on the n-th reading after connecting, counted from 0. */
export function onReading(
  { reading, readings }: ProtocolUnderTest,
  n: number,
  action: FaultInput["action"],
  count = 1,
): FaultInput {
  const from = reading.firstKept + n;
  // The end comes once, and after connecting.
  if (readings === "asked" || action.kind === "die") return { type: reading.reply, from, count, action };
  return { type: reading.reply, from: 1 + n, count, action, every: streamPeriod };
}

/** As {@link onReading}, for faults that each cost {@link ProtocolUnderTest.reading}'s repliesIfGarbled. */
export function onGarbledReading(protocol: ProtocolUnderTest, n: number, action: FaultInput["action"]): FaultInput {
  return onReading(protocol, n * (protocol.reading.repliesIfGarbled ?? 1), action);
}
