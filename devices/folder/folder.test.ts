import { appendFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, type TestContext } from "vitest";
import type { DeviceStatus } from "../../contract/device.ts";
import type { Problem } from "../../contract/errors.ts";
import { FolderInstrument } from "./instrument.ts";

const timing = { lookMs: 20, settleMs: 150, emptyMs: 400 };

/** A folder into which a handheld exports, watched; `until` waits for a fact that files or problems make true. */
async function watched(
  test: TestContext,
  options: { before?: string[]; wasMeasured?: string[]; settleMs?: number } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-folder-"));
  for (const name of options.before ?? []) writeFileSync(join(folder, name), name);
  const files: string[] = [];
  const problems: Problem[] = [];
  const statuses: DeviceStatus[] = [];
  const waiting = new Set<() => void>();
  const told = () => {
    for (const check of waiting) check();
  };
  const instrument = new FolderInstrument({
    folder,
    profile: { technique: "libs" },
    timing: { ...timing, settleMs: options.settleMs ?? timing.settleMs },
    wasMeasured: (sha256) => options.wasMeasured?.includes(sha256) ?? false,
    onFile: async ({ name, bytes }) => {
      files.push(`${name}: ${Buffer.from(bytes).toString()}`);
      told();
      if (name === "bad.csv") throw new Error("not a spectrum");
    },
    onProblem: (problem) => {
      problems.push(problem);
      told();
    },
    onStatus: (status) => {
      statuses.push(status);
      told();
    },
  });
  test.onTestFinished(async () => {
    await instrument.close();
    rmSync(folder, { recursive: true, force: true });
  });
  instrument.start();
  const until = (is: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!is()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  await until(() => instrument.status.state === "ready");
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content);
  return { instrument, folder, files, problems, statuses, until, put };
}

it.concurrent("a file that comes is given once; what lay there at the start is not", async (test) => {
  const { files, until, put } = await watched(test, { before: ["old.csv"] });
  put("shot1.csv", "1");
  await until(() => files.length === 1);
  put("shot2.csv", "2");
  await until(() => files.length === 2);
  expect(files).toEqual(["shot1.csv: 1", "shot2.csv: 2"]);
});

it.concurrent("a file that grows is given when it is complete, whole", async (test) => {
  const { folder, files, until, put } = await watched(test, { settleMs: 2000 });
  put("shot.csv", "");
  for (const part of ["a", "b", "c", "d", "e", "f"]) {
    appendFileSync(join(folder, "shot.csv"), part);
    await new Promise((resolve) => setTimeout(resolve, 60)); // the pace of the writer, not a wait for us
  }
  await until(() => files.length === 1);
  expect(files).toEqual(["shot.csv: abcdef"]);
});

it.concurrent("a file under a name of programs that still write is not looked at before it has its own", async (test) => {
  const { folder, files, until, put } = await watched(test);
  put("shot.csv.part", "half");
  put(".shot.csv.swp", "half");
  put("marker.csv", "x");
  await until(() => files.length === 1);
  renameSync(join(folder, "shot.csv.part"), join(folder, "shot.csv"));
  await until(() => files.length === 2);
  expect(files).toEqual(["marker.csv: x", "shot.csv: half"]);
});

it.concurrent("the same values are not measured twice, under whatever name, and a person is told", async (test) => {
  const five = "ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d";
  const { files, problems, until, put } = await watched(test, { wasMeasured: [five] });
  put("a.csv", "5");
  await until(() => problems.length === 1);
  put("b.csv", "6");
  await until(() => files.length === 1);
  put("copy of b.csv", "6");
  await until(() => problems.length === 2);
  expect(files).toEqual(["b.csv: 6"]);
  expect(problems.map(({ code }) => code)).toEqual(["file-seen", "file-seen"]);
  expect(problems[1]?.sentence).toContain("copy of b.csv");
});

it.concurrent("a file that cannot be read, stays empty or changes afterwards is told by name and not tried again", async (test) => {
  const { folder, files, problems, until, put } = await watched(test);
  put("bad.csv", "?");
  await until(() => problems.length === 1);
  put("empty.csv", "");
  await until(() => problems.length === 2);
  put("good.csv", "1");
  await until(() => files.length === 2);
  appendFileSync(join(folder, "good.csv"), "2");
  await until(() => problems.length === 3);
  expect(problems.map(({ sentence }) => sentence)).toEqual([
    expect.stringContaining("not a spectrum"),
    expect.stringContaining("empty.csv is empty"),
    expect.stringContaining("good.csv changed"),
  ]);
  expect(files).toEqual(["bad.csv: ?", "good.csv: 1"]);
});

it.concurrent("a folder that goes away is lost, and ready when it is back; its old files stay old", async (test) => {
  const { instrument, folder, files, problems, statuses, until, put } = await watched(test, { before: ["old.csv"] });
  renameSync(folder, `${folder}-away`);
  await until(() => instrument.status.state === "lost");
  expect(instrument.status.problem?.code).toBe("folder-not-found");
  writeFileSync(join(`${folder}-away`, "of last week.csv"), "7");
  const lastWeek = new Date(Date.now() - 7 * 86_400_000);
  utimesSync(join(`${folder}-away`, "of last week.csv"), lastWeek, lastWeek);
  writeFileSync(join(`${folder}-away`, "taken meanwhile.csv"), "2");
  renameSync(`${folder}-away`, folder);
  await until(() => instrument.status.state === "ready");
  await until(() => files.length === 1);
  put("new.csv", "1");
  await until(() => files.length === 2);
  expect(files).toEqual(["taken meanwhile.csv: 2", "new.csv: 1"]);
  expect(problems).toEqual([]);
  expect(statuses.at(-1)?.instrument?.driver).toBe("folder/file");
});

it.concurrent("a measurement that waits gets the next file, and none after it was cancelled", async (test) => {
  const { instrument, files, until, put } = await watched(test);
  const next = instrument.next(new AbortController().signal);
  put("shot.csv", "1");
  expect(await next).toMatchObject({ kind: "file", name: "shot.csv", technique: "libs" });
  const stop = new AbortController();
  const cancelled = instrument.next(stop.signal);
  stop.abort();
  await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
  put("later.csv", "2");
  await until(() => files.length === 1);
  expect(files).toEqual(["later.csv: 2"]);
});
