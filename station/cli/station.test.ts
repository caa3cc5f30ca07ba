import { fork } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { exitOf, lineWhere, startCommand, textOf } from "../testing/command.ts";
import { freshFolder } from "../testing/folders.ts";

const isBuilt = existsSync(join(import.meta.dirname, "../../out/renderer/index.html"));
const skipped = isBuilt ? "" : " (skipped: the page is not built, npm run build)";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function started(...args: string[]) {
  const host = startCommand("station", "--json", "--data", freshFolder(), ...args);
  const err = textOf(host.stderr);
  const { pid } = JSON.parse(await lineWhere(host.stdout, (line) => JSON.parse(line).event === "ready"));
  return { host, pid, err };
}

test.skipIf(!isBuilt).each(["SIGINT", "SIGTERM"] as const)(
  `lithoscope station ends in order after %s, its station with it${skipped}`,
  async (signal) => {
    const { host, pid, err } = await started();
    expect(isAlive(pid)).toBe(true);
    host.kill(signal);
    expect(await exitOf(host)).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(await err).toBe("");
  },
);

test.skipIf(!isBuilt)(`lithoscope station that is killed leaves no station behind${skipped}`, async () => {
  const { host, pid } = await started("--serial", "/dev/no-such-port"); // an instrument that it goes on looking for
  host.kill("SIGKILL");
  await exitOf(host);
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

test("a station whose host goes while it starts ends as well", async () => {
  const program = fileURLToPath(new URL("../process.ts", import.meta.url));
  const instruments = [{ port: "/dev/no-such-port", profile: { technique: "vnir" } }];
  const child = fork(program, [JSON.stringify({ host: "web", dataFolder: freshFolder(), instruments })]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve) => child.once("spawn", resolve));
  child.disconnect();
  expect(await ended).toBe(0);
});

test.skipIf(!isBuilt)(
  `lithoscope station with a data folder that is a file says why and ends with 1${skipped}`,
  async () => {
    const file = join(freshFolder(), "file");
    writeFileSync(file, "");
    const host = startCommand("station", "--data", file);
    const [err, code] = await Promise.all([textOf(host.stderr), exitOf(host), textOf(host.stdout)]);
    expect(code).toBe(1);
    expect(err).toContain("[journal-not-written]");
    expect(err).not.toMatch(/^\s+at /m);
  },
);
