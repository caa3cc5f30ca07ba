import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { LithoscopeError } from "../contract/errors.ts";
import type { Placed } from "../devices/simulators/ocean-obp/specimens.ts";
import { SimulatorEvent } from "../devices/simulators/run.ts";

/** The simulator's program: in its room as source, or beside the bundle of the desktop shell. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../devices/simulators/program.ts" : "./simulator.js", import.meta.url),
);

/** A start takes well under a second; a slow tablet gets this. */
const startLimitMs = 10_000;

const Ready = z.object({ path: z.string(), serialNumber: z.string() });

/** The simulated spectrometer in a process of its own, on a pseudo-terminal. */
export interface Demo {
  readonly port: string;
  /** Resolves when its process has ended, for whatever reason. Its port may then become another program's. */
  readonly ended: Promise<void>;
  /** Puts something else under its probe; resolves when it lies there. Throws port-failed if it does not answer. */
  place(placed: Placed): Promise<void>;
  stop(): void;
}

/** Starts the simulator with a mineral under its probe. It ends by itself when the station dies, whatever way. */
export async function startDemo(mineral: string): Promise<Demo> {
  const options = { mineral, seed: Math.floor(Math.random() * 2 ** 31) };
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
    // In the desktop shell the executable is Electron; this makes it plain Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const answers = createInterface({ input: child.stdout });
  const port = await readyPort(child, answers).catch((error) => {
    child.kill("SIGKILL");
    throw error;
  });
  return { port, ended, place: (placed) => place(child, answers, placed), stop: () => child.kill("SIGTERM") };
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

function failed(reason: string): LithoscopeError {
  return new LithoscopeError(
    "port-failed",
    `The demo instrument did not start: ${reason}.`,
    "Measure with a real instrument, or open a spectrum file.",
  );
}

/** What is placed lies there as soon as the simulator says so; its other events pass by. */
function place(child: Child, answers: Interface, placed: Placed): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(() => reject(failed("it did not answer in time")), startLimitMs);
  const listen = (line: string) => {
    const event = SimulatorEvent.safeParse(safeJson(line));
    if (!event.success || "light" in event.data) return;
    if ("placed" in event.data) resolve();
    else reject(failed(event.data.notPlaced));
  };
  answers.on("line", listen);
  child.stdin.write(`${JSON.stringify(placed)}\n`);
  return promise.finally(() => {
    clearTimeout(late);
    answers.off("line", listen);
  });
}

function readyPort(child: Child, answers: Interface): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const late = setTimeout(() => reject(failed("it did not answer in time")), startLimitMs);
  child.once("error", (error) => reject(failed(error.message)));
  child.once("exit", (code, signal) => reject(failed(`it ended with ${signal ?? code}`)));
  answers.once("line", (line) => {
    const ready = Ready.safeParse(safeJson(line));
    if (ready.success) resolve(ready.data.path);
    else reject(failed("its answer was not understood"));
  });
  return promise.finally(() => clearTimeout(late));
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
