import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Placed } from "../simulators/ocean-obp/specimens.ts";
import { SimulatorEvent, type SimulatorOptions, SimulatorReady } from "../simulators/run.ts";

/** A simulator in another process than the test. */
export interface Hosted extends SimulatorReady {
  /** Resolves when the simulator's light is so; at once if it is. */
  light(on: boolean): Promise<void>;
  /** Takes its port away. */
  kill(): Promise<void>;
}

/** A simulator in a process of its own. */
export interface Simulated extends Hosted {
  /** Puts something else under its probe, or moves laser or detector; resolves when it lies there. */
  place(placed: Placed): Promise<void>;
  /** Stops the process in its tracks, so that nobody reads the line; or lets it go on. */
  freeze(frozen: boolean): void;
}

/** The light of a simulator, as it tells. */
class Light {
  #on = false;
  readonly #waiting = new Set<() => void>();

  tell(on: boolean): void {
    this.#on = on;
    for (const check of this.#waiting) check();
  }

  until(on: boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.#on !== on) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}

function start(program: string, ...args: string[]): ChildProcessByStdio<Writable, Readable, null> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
}

/** Starts one in a process of its own and resolves when its port can be opened. Killing it is pulling the cable. */
export async function simulate(options: SimulatorOptions = {}): Promise<Simulated> {
  const child = start("../simulators/program.ts", JSON.stringify(options));
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const light = new Light();
  /** Those who wait for what they placed, in order. */
  const placements: ((event: SimulatorEvent) => void)[] = [];
  const lines = createInterface({ input: child.stdout });
  const ready = await new Promise<SimulatorReady>((resolve, reject) => {
    lines.once("line", (line) => {
      resolve(SimulatorReady.parse(JSON.parse(line)));
      lines.on("line", (next) => {
        const event = SimulatorEvent.parse(JSON.parse(next));
        if ("light" in event) light.tell(event.light);
        else placements.shift()?.(event);
      });
    });
    child.once("exit", (code) => reject(new Error(`the simulator ended with ${code}`)));
  });
  return {
    ...ready,
    light: (on) => light.until(on),
    place: (placed) =>
      new Promise((resolve, reject) => {
        placements.push((event) => ("placed" in event ? resolve() : reject(new Error(JSON.stringify(event)))));
        child.stdin.write(`${JSON.stringify(placed)}\n`);
      }),
    freeze: (frozen) => void child.kill(frozen ? "SIGSTOP" : "SIGCONT"),
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

const Told = z.object({
  id: z.int(),
  ready: SimulatorReady.optional(),
  event: SimulatorEvent.optional(),
  ended: z.boolean().optional(),
});

interface Guest {
  light: Light;
  ready: PromiseWithResolvers<SimulatorReady>;
  ended: PromiseWithResolvers<void>;
}

/** A process that simulates many instruments, each on a port of its own; ends with the test run. */
export class SimulatorHost {
  readonly #guests = new Map<number, Guest>();
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #ids = 0;

  async simulate(options: SimulatorOptions): Promise<Hosted> {
    const child = this.#started();
    const id = ++this.#ids;
    const guest: Guest = { light: new Light(), ready: Promise.withResolvers(), ended: Promise.withResolvers() };
    this.#guests.set(id, guest);
    child.stdin.write(`${JSON.stringify({ id, start: options })}\n`);
    return {
      ...(await guest.ready.promise),
      light: (on) => guest.light.until(on),
      kill: async () => {
        if (this.#guests.has(id)) child.stdin.write(`${JSON.stringify({ id, stop: true })}\n`);
        await guest.ended.promise;
      },
    };
  }

  /** Ends the process and all that it simulates. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.stdin.end();
    await gone;
  }

  #started(): ChildProcessByStdio<Writable, Readable, null> {
    if (this.#child !== undefined) return this.#child;
    const child = start("simulatorHost.ts");
    this.#child = child;
    child.once("exit", (code) => {
      const error = new Error(`the host of the simulators ended with ${code}`);
      for (const { ready, ended } of this.#guests.values()) {
        ready.promise.catch(() => {});
        ready.reject(error);
        ended.resolve();
      }
      this.#guests.clear();
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { id, ready, event, ended } = Told.parse(JSON.parse(line));
      const guest = this.#guests.get(id);
      if (ready) guest?.ready.resolve(ready);
      if (event && "light" in event) guest?.light.tell(event.light);
      if (ended) {
        guest?.ended.resolve();
        this.#guests.delete(id);
      }
    });
    return child;
  }
}
