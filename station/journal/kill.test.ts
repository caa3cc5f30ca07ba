import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { nodeDisk } from "./disk.ts";
import { Journal } from "./journal.ts";
import { id, steppingClock } from "./scenario.ts";
import { verifySession } from "./verify.ts";

const kills = process.env.ASSURE === "1" ? 2000 : 20;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "journal-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the appender until it has told of `count` lines, kills it, and returns all that it told of by then. */
async function appendAndKill(folders: string[], count: number): Promise<string[]> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("appender.ts", import.meta.url)), ...folders], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    told.push(line);
    if (told.length === count) child.kill("SIGKILL");
  }
  return told;
}

it(`SIGKILL, ${kills} times: every line that the process told of is there, and each next start goes on`, async () => {
  const root = join(folder, "journal");
  const keyFolder = join(folder, "keys");
  const told: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const count = 1 + Math.floor(Math.random() * 30);
    const lines = await appendAndKill(["--root", root, "--keyFolder", keyFolder], count);
    expect(lines.length, "the process ran until it was killed").toBeGreaterThanOrEqual(count);
    told.push(...lines);
  }
  const report = await verifySession(join(root, id(1)), { keyFolder });
  expect(report.state, report.sentence).toMatch(/^(intact|torn)$/);

  const journal = await Journal.open({ root, keyFolder, disk: nodeDisk, clock: steppingClock() });
  const { lines } = await journal.readLines(id(1), 0, Number.MAX_SAFE_INTEGER);
  const present = new Set(lines.map(({ seq, hash }) => `${seq} ${hash}`));
  expect(told.filter((line) => !present.has(line))).toEqual([]);
  await journal.release();
}, 3_600_000);
