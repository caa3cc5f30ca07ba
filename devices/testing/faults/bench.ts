import { expect } from "vitest";
import { LithoscopeError } from "../../../contract/errors.ts";
import type { SimulatorOptions } from "../../simulators/run.ts";
import { pause } from "../../time.ts";
import { type Hosted, type Simulated, SimulatorHost, simulate } from "../simulated.ts";
import type { Connection, ConnectOptions, Plug, ProtocolUnderTest, Taken } from "./protocol.ts";

/** A connection each of whose readings is looked at: of this simulator, newer than the last, whole, with its settings. */
export interface Checked extends Connection {
  /** Acquisition number of the last reading. */
  readonly last: number;
  /** "reading" if a right one came, else the code of the problem. A wrong reading fails the case. */
  outcome(signal?: AbortSignal): Promise<string>;
}

let sessions = 0;

/** Where no deadline is to pass: a process that hesitates on a loaded machine is not the fault that is played. */
const patientMs = 8000;

/** Where simulators live that no case kills or stops. */
export const host = new SimulatorHost();

/** Simulators and connections of one case; {@link clear} ends what it began. */
export class Bench {
  readonly protocol: ProtocolUnderTest;
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(protocol: ProtocolUnderTest) {
    this.protocol = protocol;
  }

  /** A simulator beside others in one process; its readings carry its own number. */
  async plug(options: Partial<Plug> = {}): Promise<Hosted & { truth: number }> {
    return this.#plugged(options, (all) => host.simulate(all));
  }

  /** A simulator in a process of its own, to be killed, stopped, or to die of a fault. */
  async plugAlone(options: Partial<Plug> = {}): Promise<Simulated & { truth: number }> {
    return this.#plugged(options, simulate);
  }

  async #plugged<Kind extends Hosted>(
    options: Partial<Plug>,
    begin: (all: SimulatorOptions) => Promise<Kind>,
  ): Promise<Kind & { truth: number }> {
    const truth = (sessions++ % 511) * 2; // the odd ones are of sessions that ended before
    const plug = { truth, serialNumber: "UNIT-1", minds: false, ...options };
    const simulated = await begin(this.protocol.simulator(plug));
    this.onEnd(() => simulated.kill());
    return Object.assign(simulated, { truth });
  }

  /** For cases in which a deadline passes. */
  get brisk(): ConnectOptions {
    return { marginMs: this.protocol.marginMs };
  }

  async connect({ path, truth }: { path: string; truth: number }, options: ConnectOptions = {}): Promise<Checked> {
    const connection = await this.protocol.connect(path, { marginMs: patientMs, ...options });
    this.onEnd(() => connection.close());
    return checked(connection, truth);
  }

  /**
   * Connects where a connection has just ended. Another test may be starting a process, which holds a copy of our lock
   * until it has become what it shall be: a port that is busy is tried again, as the application does.
   */
  async reconnect(simulated: { path: string; truth: number }, options: ConnectOptions = {}): Promise<Checked> {
    for (;;) {
      try {
        return await this.connect(simulated, options);
      } catch (error) {
        if (!(error instanceof LithoscopeError && error.code === "port-busy")) throw error;
        await pause(50);
      }
    }
  }

  async connected(options: Partial<Plug> = {}, connect: ConnectOptions = {}) {
    const simulated = await this.plug(options);
    return { simulated, connection: await this.connect(simulated, connect) };
  }

  async connectedAlone(options: Partial<Plug> = {}, connect: ConnectOptions = {}) {
    const simulated = await this.plugAlone(options);
    return { simulated, connection: await this.connect(simulated, connect) };
  }

  onEnd(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  async clear(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }
}

function checked(connection: Connection, truth: number): Checked {
  let last = 0;
  const read = async (signal?: AbortSignal): Promise<Taken> => {
    const taken = await connection.read(signal);
    const origin = taken.truth;
    expect(origin, "the reading's contents are what the simulator counted").toBeDefined();
    if (origin === undefined) return taken;
    expect(origin.session, "the reading is of this simulator and session").toBe(truth);
    expect(origin.acquisition, "the reading is newer than the one before").toBeGreaterThan(last);
    last = origin.acquisition;
    if (taken.settings) {
      const { integrationUs, scansToAverage, lightOn } = origin;
      expect(taken.settings, "the reading was taken with the settings that it carries").toEqual({
        integrationUs,
        scansToAverage,
        lightOn,
      });
    }
    return taken;
  };
  return {
    serialNumber: connection.serialNumber,
    get counters() {
      return connection.counters;
    },
    get last() {
      return last;
    },
    read,
    outcome: (signal) => outcomeOf(read(signal)),
    configure: (integrationUs) => connection.configure(integrationUs),
    setLight: (on) => connection.setLight(on),
    onClosed: (listener) => connection.onClosed(listener),
    close: () => connection.close(),
  };
}

/** "reading" if the work succeeds, or the code of the problem; what is no problem of ours is thrown on. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "reading";
  } catch (error) {
    if (error instanceof LithoscopeError) return error.code;
    throw error;
  }
}
