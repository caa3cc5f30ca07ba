import { MessageChannelMain, type UtilityProcess, utilityProcess, type WebContents } from "electron";
import type { Problem } from "../contract/errors.ts";
import type { StationConfig } from "../station/config.ts";
import { FromStation } from "../station/messages.ts";
import { restartAfter } from "../station/restart.ts";
import type { ToStation } from "./messages.ts";

/** How long the station may take to switch the light off and end; then it is ended. */
const endLimitMs = 3_000;

export interface StationHostEvents {
  /** The station ended without being asked; it will be started again after `delayMs`. */
  onDied(reason: string, delayMs: number): void;
  /** The station could not start for a reason that a restart will not cure. */
  onFailed(problem: Problem): void;
}

/**
 * Keeps one station process alive and the page joined to it. The page gets a new port whenever it was loaded, the
 * station started, or the connection between the two ended.
 */
export class StationHost {
  readonly #program: string;
  readonly #config: StationConfig;
  readonly #events: StationHostEvents;
  #child: UtilityProcess | undefined;
  #ready = false;
  #failed = false;
  #closed: Promise<void> | undefined;
  #deaths = 0;
  #startedMs = 0;
  #restart: NodeJS.Timeout | undefined;
  /** Defined while a page is loaded that can take a port. */
  #page: WebContents | undefined;
  #lastPort = 0;

  /** @param program absolute path of the built station.ts. */
  constructor(program: string, config: StationConfig, events: StationHostEvents) {
    this.#program = program;
    this.#config = config;
    this.#events = events;
  }

  /** Starts the station. Electron must be ready. */
  start(): void {
    this.#startedMs = performance.now();
    const child = utilityProcess.fork(this.#program, [JSON.stringify(this.#config)], {
      serviceName: "Lithoscope station",
    });
    this.#child = child;
    child.on("message", (raw) => this.#onMessage(FromStation.parse(raw)));
    child.on("exit", (code) => this.#onExit(code));
  }

  /** Joins what these contents load to the station, from now on. */
  serve(contents: WebContents): void {
    const gone = (): void => {
      this.#page = undefined;
    };
    // Not "did-start-navigation": a navigation that the policy refuses starts too, and the page stays.
    contents.on("did-navigate", gone);
    contents.on("render-process-gone", gone);
    contents.on("destroyed", gone);
    contents.on("did-finish-load", () => {
      this.#page = contents;
      this.#join();
    });
  }

  /** Asks the station to end (it switches the light off first) and waits for it, but not for ever. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined) return;
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    tell(child, { type: "end" });
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      limit = setTimeout(() => {
        child.kill();
        resolve();
      }, endLimitMs);
    });
    await Promise.race([exited, late]);
    clearTimeout(limit);
  }

  #join(): void {
    const child = this.#child;
    if (!this.#ready || child === undefined || this.#page === undefined) return;
    const { port1, port2 } = new MessageChannelMain();
    this.#lastPort += 1;
    tell(child, { type: "page", page: this.#lastPort }, [port1]);
    this.#page.postMessage("station-port", undefined, [port2]);
  }

  #onMessage(message: FromStation): void {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        this.#join();
        break;
      case "failed":
        this.#failed = true;
        this.#child?.kill(); // it has nothing to do and would not end by itself
        this.#events.onFailed(message.problem);
        break;
      case "close":
        // The page let go of its port, or was cut off, while it stayed open: it waits for the next one.
        if (message.page === this.#lastPort) this.#join();
        break;
      case "text":
        break; // the web host's way of talking; here the page has a port of its own
    }
  }

  #onExit(code: number): void {
    this.#ready = false;
    this.#child = undefined;
    if (this.#closed !== undefined || this.#failed) return;
    const { deaths, delayMs } = restartAfter(performance.now() - this.#startedMs, this.#deaths);
    this.#deaths = deaths;
    this.#events.onDied(`code ${code}`, delayMs);
    this.#restart = setTimeout(() => this.start(), delayMs);
  }
}

function tell(station: UtilityProcess, message: ToStation, transfer: Electron.MessagePortMain[] = []): void {
  station.postMessage(message, transfer);
}
