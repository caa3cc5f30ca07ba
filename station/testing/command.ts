import { type ChildProcessByStdio, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/lithoscope.js", import.meta.url));

/** Not there: what the person who runs the tests has installed must not decide them. */
const noData = join(tmpdir(), "lithoscope-tests-without-data");

/** Starts `lithoscope` as a person does. */
export function startCommand(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LITHOSCOPE_HOME: noData },
  });
}

/** Runs `lithoscope` to its end. */
export async function runCommand(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = startCommand(...args);
  const [out, err, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), exitOf(child)]);
  return { code, out, err };
}

export function exitOf(child: ReturnType<typeof startCommand>): Promise<number | null> {
  return new Promise((resolve) => child.once("close", resolve));
}

export async function textOf(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}

/** The first line of the output that is this; rejects when the output ends without it. */
export function lineWhere(stream: Readable, is: (line: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: stream })
      .on("line", (line) => is(line) && resolve(line))
      .on("close", () => reject(new Error("the output ended without the line")));
  });
}
