import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type SimulatorOptions, SimulatorReady } from "../simulators/run.ts";

/** A simulator in a process of its own, as the tests use it. */
export interface Simulated extends SimulatorReady {
  /** Pulls the cable: the process is killed. */
  kill(): Promise<void>;
}

const program = fileURLToPath(new URL("../simulators/program.ts", import.meta.url));

/** Starts one and resolves when its port can be opened. */
export async function simulate(options: SimulatorOptions = {}): Promise<Simulated> {
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ["pipe", "pipe", "inherit"] });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the simulator ended with ${code}`)));
  });
  return {
    ...SimulatorReady.parse(JSON.parse(line)),
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
