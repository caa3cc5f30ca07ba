import { basename } from "node:path";
import type { DeviceStatus } from "../../contract/device.ts";
import type { Problem } from "../../contract/errors.ts";
import type { InstrumentProfile } from "../../contract/reading.ts";
import { type GivenFile, type Giver, GiverStatus } from "../source.ts";
import { type Clock, cancelled, systemClock } from "../time.ts";
import { type FolderTiming, FolderWatch } from "./watch.ts";

export interface FolderInstrumentOptions {
  folder: string;
  profile: InstrumentProfile;
  onStatus(status: DeviceStatus): void;
  /** A file for which nobody waits; rejects if nothing became of it. */
  onFile(file: GivenFile): Promise<void>;
  onProblem(problem: Problem): void;
  wasMeasured(sha256: string): boolean;
  clock?: Clock;
  timing?: Partial<FolderTiming>;
}

/**
 * A handheld that only exports files: each file that comes into its folder is a measurement, of the spot that waits for
 * one, or as {@link FolderInstrumentOptions.onFile} decides.
 */
export class FolderInstrument implements Giver {
  readonly source = "folder";
  readonly #watch: FolderWatch;
  readonly #status: GiverStatus;
  #waiting: ((file: GivenFile) => void) | undefined;

  constructor(options: FolderInstrumentOptions) {
    const { folder, profile, clock = systemClock } = options;
    const instrument = {
      serialNumber: `folder:${folder}`,
      model: `Files in ${basename(folder)}`,
      driver: "folder/file",
      simulated: false,
    };
    const id = instrument.serialNumber;
    this.#status = new GiverStatus(
      { id, port: folder, profile, source: "folder", instrument },
      clock,
      options.onStatus,
    );
    this.#watch = new FolderWatch({
      folder,
      clock,
      ...(options.timing && { timing: options.timing }),
      onProblem: options.onProblem,
      wasMeasured: options.wasMeasured,
      onPresent: (present, problem) => this.#present(present, problem),
      onFile: async ({ name, bytes }) => {
        const { technique } = this.profile;
        const file: GivenFile = { kind: "file", name, bytes, technique, instrument };
        const waiting = this.#waiting;
        this.#waiting = undefined;
        if (waiting) waiting(file);
        else await options.onFile(file);
      },
    });
  }

  get status(): DeviceStatus {
    return this.#status.now;
  }

  get profile(): InstrumentProfile {
    return this.#status.now.profile;
  }

  set profile(profile: InstrumentProfile) {
    this.#status.publish({ profile });
  }

  start(): void {
    this.#status.publish();
    this.#watch.start();
  }

  retry(): void {
    this.#watch.look();
  }

  next(signal: AbortSignal): Promise<GivenFile> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(cancelled());
      const abort = () => {
        this.#waiting = undefined;
        reject(cancelled());
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting = (file) => {
        signal.removeEventListener("abort", abort);
        resolve(file);
      };
    });
  }

  close(): Promise<void> {
    return this.#watch.close();
  }

  #present(present: boolean, problem: Problem | undefined): void {
    const { state } = this.#status.now;
    if (present) {
      if (state === "lost") this.#status.step("retry");
      this.#status.step("connected");
    } else this.#status.step(state === "connecting" ? "unreachable" : "vanished", problem);
  }
}
