import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Problem } from "../contract/errors.ts";
import type { StationConfig } from "../station/config.ts";
import { FromStation } from "../station/messages.ts";
import { restartAfter } from "../station/restart.ts";

/** An instrument that does not answer takes the station 3 s, the journal's signature less than one. */
const endLimitMs = 10_000;

export interface PageLink {
  /** Text from the station. */
  onText(text: string): void;
  /** The station died or cut the page off; the page may open a new link. */
  onClosed(): void;
}

export interface SupervisorEvents {
  onReady(pid: number): void;
  /** The station ended without being asked; it will be started again after `delayMs`. */
  onDied(reason: string, delayMs: number): void;
  /** The station could not start for a reason that a restart will not cure. */
  onFailed(problem: Problem): void;
}

/** Keeps one station process alive and joins pages to it. */
export class Supervisor {
  readonly #config: StationConfig;
  readonly #events: SupervisorEvents;
  readonly #pages = new Map<number, PageLink>();
  #child: ChildProcess | undefined;
  #ready = false;
  #closing = false;
  #failed = false;
  #deaths = 0;
  #startedMs = 0;
  #lastPage = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(config: StationConfig, events: SupervisorEvents) {
    this.#config = config;
    this.#events = events;
  }

  start(): void {
    this.#startedMs = performance.now();
    const child = fork(
      fileURLToPath(new URL("../station/process.ts", import.meta.url)),
      [JSON.stringify(this.#config)],
      {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      },
    );
    this.#child = child;
    child.on("message", (raw) => {
      if (child === this.#child) this.#onMessage(FromStation.parse(raw));
    });
    child.on("exit", (code, signal) => this.#onExit(signal ?? `code ${code}`));
    child.on("error", (error) => {
      // A process that never was has no exit. Any other error is of a message to one that just died: the exit follows.
      if (child.pid === undefined) this.#onExit(error.message);
    });
  }

  /** Joins a page; undefined while the station is not ready. */
  open(link: PageLink): { send(text: string): void; close(): void } | undefined {
    const child = this.#child;
    if (!this.#ready || child === undefined) return undefined;
    const page = ++this.#lastPage;
    this.#pages.set(page, link);
    child.send({ type: "open", page });
    return {
      send: (text) => {
        if (this.#pages.has(page) && child.connected) child.send({ type: "text", page, text });
      },
      close: () => {
        if (this.#pages.delete(page) && child.connected) child.send({ type: "close", page });
      },
    };
  }

  /** Asks the station to end (it switches the light off first) and waits for it; kills one that does not. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    // Not a signal: on Windows that is a kill, with the light left on.
    if (child.connected) child.disconnect();
    const late = setTimeout(() => child.kill("SIGKILL"), endLimitMs);
    await ended;
    clearTimeout(late);
  }

  #onMessage(message: FromStation): void {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        this.#events.onReady(this.#child?.pid ?? 0);
        break;
      case "failed":
        this.#failed = true;
        this.#events.onFailed(message.problem);
        break;
      case "text":
        this.#pages.get(message.page)?.onText(message.text);
        break;
      case "close":
        this.#closePage(message.page);
        break;
    }
  }

  #onExit(reason: string): void {
    this.#ready = false;
    this.#child = undefined;
    for (const page of [...this.#pages.keys()]) this.#closePage(page);
    if (this.#closing || this.#failed) return;
    const { deaths, delayMs } = restartAfter(performance.now() - this.#startedMs, this.#deaths);
    this.#deaths = deaths;
    this.#events.onDied(reason, delayMs);
    this.#restart = setTimeout(() => this.start(), delayMs);
  }

  #closePage(page: number): void {
    const link = this.#pages.get(page);
    this.#pages.delete(page);
    link?.onClosed();
  }
}
