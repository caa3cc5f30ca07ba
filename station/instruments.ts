import type { DeviceStatus } from "../contract/device.ts";
import { LithoscopeError, toProblem } from "../contract/errors.ts";
import type { InstrumentProfile } from "../contract/reading.ts";
import { Instrument } from "../devices/instrument.ts";
import type { Audience } from "./audience.ts";
import { type Demo, startDemo } from "./demo.ts";
import type { AppendableEvent } from "./journal/session.ts";
import type { Recorder } from "./recorder.ts";

/** The demo instrument is a Raman spectrometer with the usual field laser. */
const demoProfile: InstrumentProfile = { technique: "raman", excitationNm: 785 };

/** The instruments of the station. Coming and going is told to the pages and written into the journal. */
export class Instruments {
  readonly #audience: Audience;
  readonly #recorder: Recorder;
  readonly #all = new Map<string, Instrument>();
  #demo: { demo: Demo; instrument: Instrument } | undefined;

  constructor(audience: Audience, recorder: Recorder) {
    this.#audience = audience;
    this.#recorder = recorder;
  }

  /** Takes charge of a port: connects, and connects again whenever the instrument comes back. */
  add(port: string, profile: InstrumentProfile): Instrument {
    let before: DeviceStatus | undefined;
    const instrument = new Instrument({
      port,
      profile,
      onStatus: (status) => {
        this.#note(before, status);
        before = status;
        this.#tell();
      },
    });
    this.#all.set(port, instrument);
    instrument.start();
    return instrument;
  }

  statuses(): DeviceStatus[] {
    return [...this.#all.values()].map((instrument) => instrument.status);
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

  /** Starts the demo instrument; one that runs is replaced. */
  async startDemo(mineral: string): Promise<void> {
    await this.stopDemo();
    const demo = await startDemo(mineral);
    this.#demo = { demo, instrument: this.add(demo.port, demoProfile) };
    this.#tell();
  }

  async stopDemo(): Promise<void> {
    if (this.#demo === undefined) return;
    const { demo, instrument } = this.#demo;
    this.#demo = undefined;
    this.#all.delete(demo.port);
    await instrument.close();
    demo.stop();
    this.#tell();
  }

  async close(): Promise<void> {
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
