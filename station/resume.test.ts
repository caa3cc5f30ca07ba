import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ulid } from "ulid";
import { describe, expect, test } from "vitest";
import { Audience } from "./audience.ts";
import { type Disk, nodeDisk } from "./journal/disk.ts";
import { Journal } from "./journal/journal.ts";
import { verifyFolder } from "./journal/verify.ts";
import { Recorder } from "./recorder.ts";
import { openStation } from "./station.ts";
import { rruffFile } from "./testing/exampleFiles.ts";
import { freshFolder } from "./testing/folders.ts";
import { openPage } from "./testing/page.ts";

const quartz = Buffer.from(rruffFile("Quartz"));

async function start(dataFolder: string) {
  const station = await openStation({ host: "web", dataFolder, instruments: [] });
  const page = openPage(station);
  const stop = async () => {
    await station.close();
    page.leave();
  };
  return { page, stop, hello: () => page.request("hello", {}) };
}

describe("a station that is started again", () => {
  test("goes on in the same session: same lines, same spectra, next number", async () => {
    const dataFolder = freshFolder();
    const first = await start(dataFolder);
    const spotId = await first.page.newSpot();
    const { measurementId } = await first.page.request("openFile", { spotId, name: "quartz.txt", bytes: quartz });
    const { sessionId } = (await first.hello()).session;
    const spectrum = await first.page.request("spectrumOf", { sessionId, measurementId });
    const lines = await first.page.lines();
    const { instanceId } = await first.hello();
    await first.stop();

    const second = await start(dataFolder);
    const hello = await second.hello();
    expect(hello.session.sessionId).toBe(sessionId);
    expect(hello.instanceId).not.toBe(instanceId);
    const resumed = await second.page.lines();
    expect(resumed.slice(0, lines.length)).toEqual(lines);
    expect(resumed.slice(lines.length).map(({ event }) => event.kind)).toEqual(["head-signed"]);
    expect(await second.page.request("spectrumOf", { sessionId, measurementId })).toEqual(spectrum);
    const next = await second.page.request("openFile", { spotId, name: "again.txt", bytes: quartz });
    expect(next.seq).toBe(resumed.length + 1);
    const line = (await second.page.lines()).find(({ seq }) => seq === next.seq);
    expect(line?.event).toMatchObject({ evidence: [measurementId, next.measurementId] });
    expect(second.page.heard("problem")).toEqual([]);
    await second.stop();
  });

  test("after SIGKILL while it appends, holds every line that a page was told of", async () => {
    const dataFolder = freshFolder();
    const program = fileURLToPath(new URL("process.ts", import.meta.url));
    const config = JSON.stringify({ host: "web", dataFolder, instruments: [] });
    const child = spawn(process.execPath, [program, config], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const told: { seq: number; hash: string }[] = [];
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.on("message", (message: { type: string; text?: string }) => {
      if (message.type === "ready") {
        child.send({ type: "open", page: 1 });
        for (let id = 1; id <= 500; id++) {
          const text = JSON.stringify({ id, call: "createSample", input: { name: `rock ${id}` } });
          child.send({ type: "text", page: 1, text });
        }
      }
      const said = JSON.parse(message.text ?? "{}");
      if (said.event !== "journal") return;
      told.push(said.value.line);
      if (told.length === 25) child.kill("SIGKILL");
    });
    await exited;

    const next = await start(dataFolder);
    const present = new Set((await next.page.lines()).map(({ seq, hash }) => `${seq} ${hash}`));
    expect(told.length).toBeGreaterThanOrEqual(25);
    expect(told.filter(({ seq, hash }) => !present.has(`${seq} ${hash}`))).toEqual([]);
    await next.stop();
    const [report] = await verifyFolder(join(dataFolder, "journal"), { keyFolder: join(dataFolder, "keys") });
    expect(report?.state).toBe("intact");
  });

  test("has a spot to measure on, even if it died right after the session was made", async () => {
    const dataFolder = freshFolder();
    const sessionId = ulid();
    const journal = await Journal.open({
      root: join(dataFolder, "journal"),
      keyFolder: join(dataFolder, "keys"),
      disk: nodeDisk,
      clock: { now: () => new Date().toISOString(), monotonicMs: () => performance.now() },
    });
    await journal.create({ sessionId, title: "Cut short", station: { version: "0.1.0", host: "web" } });
    await journal.release();
    const { recorder } = await Recorder.open(dataFolder, "web", new Audience());
    expect(recorder.sessionId).toBe(sessionId);
    expect(recorder.view.samples.size).toBe(1);
    expect(recorder.view.spots.size).toBe(1);
    await recorder.close();
  });
});

test("a second station on the same data is refused and says why; the first is not disturbed", async () => {
  const dataFolder = freshFolder();
  const first = await start(dataFolder);
  await expect(openStation({ host: "web", dataFolder, instruments: [] })).rejects.toMatchObject({
    code: "journal-locked",
    sentence: expect.stringContaining(dataFolder),
  });
  await first.page.newSpot();
  const { session } = await first.hello();
  await first.stop();
  const again = await start(dataFolder);
  expect((await again.hello()).session.sessionId).toBe(session.sessionId);
  await again.stop();
});

test("an altered session is told of at every start, also when another one is resumed", async () => {
  const dataFolder = freshFolder();
  const first = await start(dataFolder);
  const { session } = await first.hello();
  await first.stop();
  const path = join(dataFolder, "journal", session.sessionId, "events.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replace("Sample 1", "Sample 2"));
  for (const _start of [1, 2]) {
    const later = await start(dataFolder);
    expect((await later.hello()).session.sessionId).not.toBe(session.sessionId);
    await later.page.until("problem", ({ code }) => code === "journal-altered");
    await later.stop();
  }
});

test("a full storage loses one entry, says so, and the next one is saved", async () => {
  const dataFolder = freshFolder();
  let isFull = false;
  const disk = filling(nodeDisk, () => isFull);
  const { recorder } = await Recorder.open(dataFolder, "web", new Audience(), disk);
  isFull = true;
  await expect(recorder.createSample("lost")).rejects.toMatchObject({ code: "storage-full" });
  isFull = false;
  await recorder.createSample("saved");
  expect([...recorder.view.samples.values()]).toEqual(["Sample 1", "saved"]);
  await recorder.close();
  const [report] = await verifyFolder(join(dataFolder, "journal"), { keyFolder: join(dataFolder, "keys") });
  expect(report).toMatchObject({ state: "intact" });
});

/** The disk, with a journal that cannot be written to for want of space while `isFull` says so. */
function filling(disk: Disk, isFull: () => boolean): Disk {
  return {
    ...disk,
    async open(path) {
      const file = await disk.open(path);
      return {
        ...file,
        async write(bytes) {
          if (isFull()) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
          await file.write(bytes);
        },
      };
    },
  };
}
