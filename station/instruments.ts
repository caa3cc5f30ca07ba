import type { DeviceStatus } from "../contract/device.ts";
import { LithoscopeError, toProblem } from "../contract/errors.ts";
import type { InstrumentProfile } from "../contract/reading.ts";
import { Instrument } from "../devices/instrument.ts";
import { bandsOf } from "../devices/simulators/ocean-obp/minerals.ts";
import type { Audience } from "./audience.ts";
import { type Demo, startDemo } from "./demo.ts";
import type { AppendableEvent } from "./journal/session.ts";
import { exposuresWanted, measurementRunning } from "./measure.ts";
import { Queue } from "./queue.ts";
import { type Recorder, stationEnding } from "./recorder.ts";

/** The demo instrument is a Raman spectrometer with the usual field laser. */
const demoProfile: InstrumentProfile = { technique: "raman", excitationNm: 785 };

/** The instruments of the station. Coming and going is told to the pages and written into the journal. */
export class Instruments {
  readonly #audience: Audience;
  readonly #recorder: Recorder;
  readonly #all = new Map<string, Instrument>();
  /** The demo instrument is started and stopped by one request at a time. */
  readonly #demoChanges = new Queue();
  #closed = false;
  #demo: { demo: Demo; instrument: Instrument } | undefined;

  constructor(audience: Audience, recorder: Recorder) {
    this.#audience = audience;
    this.#recorder = recorder;
  }

  /**
   * Takes charge of a port: connects, and connects again whenever the instrument comes back, until the port itself has
   * ended.
   */
  add(port: string, profile: InstrumentProfile, portEnded?: Promise<void>): Instrument {
    let before: DeviceStatus | undefined;
    let gone = false;
    const giveUp = () => {
      if (!gone || instrument.status.state !== "lost") return;
      instrument.close().catch((error) => this.#audience.tell("problem", toProblem(error)));
    };
    void portEnded?.then(() => {
      gone = true;
      giveUp();
    });
    const instrument = new Instrument({
      port,
      profile,
      onStatus: (status) => {
        this.#note(before, status);
        before = status;
        this.#tell();
        giveUp();
      },
    });
    this.#all.set(port, instrument);
    instrument.start();
    return instrument;
  }

  statuses(): DeviceStatus[] {
    return [...this.#all.values()].map((instrument) => {
      const measurementMs = instrument.expectedMs(exposuresWanted);
      return { ...instrument.status, ...(measurementMs && { measurementMs }) };
    });
  }

  /** The instrument that MEASURE uses. Throws no-instrument. */
  ready(): Instrument {
    const ready = [...this.#all.values()].find((instrument) => instrument.status.state === "ready");
    if (ready !== undefined) return ready;
    throw new LithoscopeError(
      "no-instrument",
      "No instrument is ready, so nothing was measured.",
      "Connect an instrument and wait until it says ready, or open a spectrum file.",
    );
  }

  /** Light off on every instrument. Throws light-not-confirmed if one with a light did not confirm it. */
  async stopLight(): Promise<void> {
    const lit = [...this.#all.values()].filter((instrument) => instrument.status.lightOn !== undefined);
    await Promise.all(lit.map((instrument) => instrument.stopLight()));
  }

  /**
   * Starts the demo instrument; one that runs is replaced. Throws usage (no such mineral), measurement-running,
   * port-failed, station-gone.
   */
  startDemo(mineral: string): Promise<void> {
    return this.#demoChanges.run(async () => {
      if (this.#closed) throw stationEnding();
      bandsOf(mineral); // throws while the one that runs still does
      await this.#stopDemo();
      const demo = await startDemo(mineral);
      this.#demo = { demo, instrument: this.add(demo.port, demoProfile, demo.ended) };
      this.#tell();
    });
  }

  /** Throws measurement-running. */
  stopDemo(): Promise<void> {
    return this.#demoChanges.run(() => this.#stopDemo());
  }

  async #stopDemo(): Promise<void> {
    if (this.#demo === undefined) return;
    const { demo, instrument } = this.#demo;
    if (instrument.status.state === "measuring") throw measurementRunning();
    this.#demo = undefined;
    this.#all.delete(demo.port);
    try {
      await instrument.close();
    } finally {
      demo.stop();
      this.#tell();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.stopDemo();
    await Promise.all([...this.#all.values()].map((instrument) => instrument.close()));
  }

  #tell(): void {
    this.#audience.tell("instruments", this.statuses());
  }

  /** Writes coming and going into the journal; a journal that fails is told to the pages, not to the instrument. */
  #note(before: DeviceStatus | undefined, now: DeviceStatus): void {
    const { instrument, profile, problem } = now;
    if (instrument === undefined || now.state === before?.state) return;
    const cameFrom = before?.state;
    const came = now.state === "ready" && cameFrom === "connecting";
    const went = now.state === "lost" && (cameFrom === "ready" || cameFrom === "measuring");
    const event: AppendableEvent | undefined = came
      ? { kind: "instrument-connected", instrument, profile }
      : went && problem !== undefined
        ? { kind: "instrument-lost", instrument, problem }
        : undefined;
    if (event === undefined) return;
    this.#recorder.append(event).catch((error) => this.#audience.tell("problem", toProblem(error)));
  }
}
