import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDemo } from "./demo.ts";
import { verifyFolder } from "./journal/verify.ts";
import { openStation, type Station } from "./station.ts";
import { demoPortProblem } from "./testing/demoPort.ts";
import { freshFolder } from "./testing/folders.ts";
import { openPage, type Page } from "./testing/page.ts";

const missing = await demoPortProblem();

let station: Station;
let page: Page;
beforeAll(async () => {
  station = await openStation({ host: "web", dataFolder: freshFolder(), instruments: [] });
  page = openPage(station);
});
afterAll(async () => {
  await station.close();
  page.leave();
});

const statuses = () => page.request("instruments", {});
const kinds = async () => (await page.lines()).map(({ event }) => event.kind).filter((kind) => kind !== "head-signed");

/** A page that hears from here on, with the demo instrument ready; it may have been started by an earlier test. */
async function withDemo(): Promise<Page> {
  const fresh = openPage(station);
  if ((await statuses())[0]?.state === "ready") return fresh;
  await fresh.request("startDemo", {});
  await fresh.until("instruments", ([status]) => status?.state === "ready");
  return fresh;
}

/** Process ids of the simulators that this process started and that still run. */
function simulators(): number[] {
  const table = execFileSync("ps", ["-e", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return table
    .split("\n")
    .map((row) => row.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === process.pid && args.join(" ").includes("simulators/program.ts"))
    .map(([pid]) => Number(pid));
}

test("without an instrument MEASURE says so and records nothing", async () => {
  const spotId = await page.newSpot();
  await expect(page.request("measure", { spotId })).rejects.toMatchObject({ code: "no-instrument" });
  expect(await kinds()).not.toContain("measurement");
});

test("a mineral that the demo instrument cannot simulate is named in the sentence", async () => {
  await expect(page.request("startDemo", { mineral: "Kryptonite" })).rejects.toMatchObject({
    code: "usage",
    sentence: expect.stringContaining("Kryptonite"),
  });
  expect(await statuses()).toEqual([]);
});

describe.skipIf(missing !== undefined)(`the demo instrument${missing ? ` (skipped: ${missing})` : ""}`, () => {
  test("MEASURE pressed on two pages measures once; cancelled it records nothing", async () => {
    const demo = await withDemo();
    const other = openPage(station);
    const before = await kinds();
    const spotId = await demo.newSpot();
    const both = [demo, other].map((asking) => asking.request("measure", { spotId }).catch(({ code }) => code));
    expect(await Promise.race(both)).toBe("measurement-running");
    await demo.until("progress", ({ state }) => state === "exposing");
    await expect(other.request("measure", { spotId })).rejects.toMatchObject({ code: "measurement-running" });

    await other.request("cancelMeasurement", {});
    expect((await Promise.all(both)).sort()).toEqual(["cancelled", "measurement-running"]);
    expect(demo.heard("progress").at(-1)).toEqual({ state: "idle" });
    expect(demo.heard("progress").at(-2)).toMatchObject({ state: "stopping" });
    expect((await statuses())[0]).toMatchObject({ state: "ready", lightOn: false });
    expect((await kinds()).slice(before.length)).not.toContain("measurement");
    demo.leave();
    other.leave();
  });

  test("the next is measured: dark, exposures, answer, saved; the light is off before and after", async () => {
    const demo = await withDemo();
    expect((await statuses())[0]).toMatchObject({ state: "ready", lightOn: false, instrument: { simulated: true } });
    const measuring = demo.request("measure", { spotId: await demo.newSpot() });
    await demo.until("progress", ({ state }) => state === "exposing");
    await expect(demo.request("stopDemo", {})).rejects.toMatchObject({ code: "measurement-running" });
    await expect(demo.request("startDemo", {})).rejects.toMatchObject({ code: "measurement-running" });
    const { measurementId, seq } = await measuring;
    await demo.until("progress", ({ state }) => state === "idle");

    const states = demo.heard("progress").map(({ state }) => state);
    // Automatic exposure may begin again with another dark.
    const last = states.slice(states.lastIndexOf("dark"));
    expect([...new Set(last)]).toEqual(["dark", "exposing", "identifying", "saving", "idle"]);
    expect(demo.heard("live").length).toBeGreaterThanOrEqual(8);
    expect(demo.heard("instruments").some(([status]) => status?.lightOn)).toBe(true);
    expect((await statuses())[0]).toMatchObject({ state: "ready", lightOn: false });

    const saved = (await demo.lines())[seq - 1]?.event;
    if (saved?.kind !== "measurement" || saved.source.kind !== "instrument")
      throw new Error("it is not in the journal");
    expect(saved.identification.minerals[0]?.name).toBe("Quartz");
    expect(saved.source.readings).toHaveLength(8);
    expect([saved.source.dark, ...saved.source.readings].every((r) => r.instrument.simulated)).toBe(true);
    expect(saved.source.dark.settings.lightOn).toBe(false);
    const { sessionId } = (await demo.request("hello", {})).session;
    expect(await demo.request("spectrumOf", { sessionId, measurementId })).toEqual(demo.heard("live").at(-1));
    demo.leave();
  });

  test("cancelled after the last exposure, the reading is dropped as well", async () => {
    const demo = await withDemo();
    const before = await kinds();
    const spotId = await demo.newSpot();
    demo.on("progress", ({ state }) => {
      if (state === "identifying") void demo.request("cancelMeasurement", {});
    });
    const outcome = await demo.request("measure", { spotId }).then(
      () => "saved",
      (error) => error.code,
    );
    // Either is right, by who was first; what was told must be what happened.
    const told = demo.heard("progress").some(({ state }) => state === "stopping");
    expect(outcome).toBe(told ? "cancelled" : "saved");
    expect((await kinds()).filter((kind) => kind === "measurement").length).toBe(
      before.filter((kind) => kind === "measurement").length + (told ? 0 : 1),
    );
    demo.leave();
  });

  test("STOP takes the light off in the middle of a measurement and drops it", async () => {
    const demo = await withDemo();
    const measured = demo.request("measure", { spotId: await demo.newSpot() });
    measured.catch(() => {}); // looked at below
    await demo.until("instruments", ([status]) => status?.lightOn === true);
    const { at } = await demo.request("stopLight", {});
    expect(Date.parse(at)).toBeGreaterThan(Date.now() - 10_000);
    await expect(measured).rejects.toMatchObject({ code: "cancelled" });
    expect((await statuses())[0]).toMatchObject({ state: "ready", lightOn: false });
    demo.leave();
  });

  test("killed while measuring: a clear problem, one line that it is lost, and the station goes on", async () => {
    const demo = await withDemo();
    const before = await kinds();
    const measured = demo.request("measure", { spotId: await demo.newSpot() });
    measured.catch(() => {}); // looked at below
    await demo.until("progress", ({ state }) => state === "exposing");
    for (const pid of simulators()) process.kill(pid, "SIGKILL");
    await expect(measured).rejects.toMatchObject({
      code: expect.stringMatching(/^(device-disconnected|light-not-confirmed)$/),
    });
    await demo.until("instruments", ([status]) => status?.state === "lost");
    await expect(demo.request("measure", { spotId: await demo.newSpot() })).rejects.toMatchObject({
      code: "no-instrument",
    });
    const after = (await kinds()).slice(before.length);
    expect(after.filter((kind) => kind === "instrument-lost")).toHaveLength(1);
    expect(after).not.toContain("measurement");
    (await withDemo()).leave(); // another one gets ready
    demo.leave();
  });

  test("started by two pages at once there is one, and stopped there is none, nor its process", async () => {
    const other = openPage(station);
    await Promise.all([page.request("startDemo", {}), other.request("startDemo", { mineral: "Calcite" })]);
    expect(await statuses()).toHaveLength(1);
    await page.request("stopDemo", {});
    expect(await statuses()).toEqual([]);
    await expect.poll(simulators).toEqual([]);
    other.leave();
  });

  test("a station that is closed while it measures takes the light off, records nothing and leaves no process", async () => {
    const dataFolder = freshFolder();
    const own = await openStation({ host: "web", dataFolder, instruments: [] });
    const demo = openPage(own);
    await demo.request("startDemo", {});
    await demo.until("instruments", ([status]) => status?.state === "ready");
    const outcome = demo.request("measure", { spotId: await demo.newSpot() }).catch(({ code }) => code);
    await demo.until("instruments", ([status]) => status?.lightOn === true);
    await own.close();
    expect(await outcome).toBe("cancelled");
    expect(demo.heard("instruments").findLast(([status]) => status !== undefined)?.[0]).toMatchObject({
      lightOn: false,
    });
    await expect(demo.newSpot()).rejects.toMatchObject({ code: "station-gone" });
    await expect(demo.request("startDemo", {})).rejects.toMatchObject({ code: "station-gone" });
    demo.leave();
    await expect.poll(simulators).toEqual([]);
    const [report] = await verifyFolder(join(dataFolder, "journal"), { keyFolder: join(dataFolder, "keys") });
    expect(report).toMatchObject({ state: "intact" });
  });

  test("a reading that the model cannot name is kept on disk and said to be", async () => {
    // With this laser every shift is beyond the range that the model knows.
    const demo = await startDemo("Quartz");
    const profile = { technique: "raman", excitationNm: 500 } as const;
    const other = await openStation({
      host: "web",
      dataFolder: freshFolder(),
      instruments: [{ port: demo.port, profile }],
    });
    const seen = openPage(other);
    await seen.until("instruments", ([status]) => status?.state === "ready");
    await expect(seen.request("measure", { spotId: await seen.newSpot() })).rejects.toMatchObject({
      code: "no-overlap",
      sentence: expect.stringContaining("saved"),
    });
    const kept = (await seen.lines()).map(({ event }) => event).filter((event) => event.kind === "reading-unnamed");
    expect(kept.map(({ source, problem }) => [source.kind, problem.code])).toEqual([["instrument", "no-overlap"]]);
    await other.close();
    seen.leave();
    demo.stop();
  });
});
