import { mkdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceStatus } from "../contract/device.ts";
import { fromProblem, LithoscopeError, toProblem } from "../contract/errors.ts";
import type { SimulatorOptions } from "../devices/simulators/run.ts";
import { type Simulated, simulate } from "../devices/testing/simulated.ts";
import { openStation, type Station } from "./station.ts";
import { demoPortProblem } from "./testing/demoPort.ts";
import { rruffFile, vnirFile } from "./testing/exampleFiles.ts";
import { freshFolder } from "./testing/folders.ts";
import { openPage, type Page } from "./testing/page.ts";

const why = await demoPortProblem();
const raman = { technique: "raman", excitationNm: 785 } as const;
const code = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );

// One station and its crew, from the first plug to the end: each test begins where the one before left off.
describe.skipIf(why !== undefined)("instruments of a station", { timeout: 60_000 }, () => {
  const dataFolder = freshFolder();
  const sockets = freshFolder();
  const exports = join(freshFolder(), "exports");
  const plugged = new Map<string, Simulated>();
  let station: Station;
  let page: Page;

  const socket = (name: string) => join(sockets, name);
  const plugIn = async (name: string, options: SimulatorOptions) => {
    plugged.set(name, await simulate({ ...options, link: socket(name) }));
  };
  const unplug = async (name: string) => {
    await plugged.get(name)?.kill();
    unlinkSync(socket(name));
    plugged.delete(name);
  };
  const open = async () => {
    station = await openStation({ host: "web", dataFolder, instruments: [], portFolders: [sockets] });
    page = openPage(station);
  };
  const close = async () => {
    await station.close();
    page.leave();
  };
  const until = (id: string, is: (status: DeviceStatus) => boolean) =>
    page.until("instruments", (all) => all.some((status) => status.id === id && is(status)));
  /** As a person does: presses again when the instrument, on a machine with too much to do, did not answer in time. */
  const measure = async (spotId: string) => {
    for (let again = 0; ; again++) {
      const failure = await page.request("measure", { spotId }).then(() => undefined, toProblem);
      if (failure === undefined) return;
      if (failure.code !== "device-timeout" || again === 3) throw fromProblem(failure);
    }
  };
  const now = async (id: string) => (await page.request("instruments", {})).find((status) => status.id === id);
  const measurements = async () =>
    (await page.lines()).flatMap(({ event }) => (event.kind === "measurement" ? [event] : []));
  const lastMeasurement = async () => (await measurements()).at(-1);

  beforeAll(async () => {
    mkdirSync(exports);
    await open();
  });
  afterAll(async () => {
    await close();
    await Promise.all([...plugged.values()].map((simulated) => simulated.kill()));
  });

  it("an instrument that is plugged in is seen, not spoken to, and says who it is when asked", async () => {
    await plugIn("a", { serialNumber: "S1", baud: 115_200 });
    await page.until("found", ({ ports }) => ports.some(({ path }) => path === socket("a")));
    const before = await page.request("findInstruments", { ask: false });
    expect(before.ports.find(({ path }) => path === socket("a"))?.state).toBe("unasked");
    const { ports, known } = await page.request("findInstruments", { ask: true });
    expect(ports.find(({ path }) => path === socket("a"))).toMatchObject({
      state: "recognised",
      instrument: { driver: "ocean-obp", serialNumber: "S1", kind: "spectrometer" },
    });
    expect(known).toEqual([]);
  });

  it("it is connected when a person says what it measures, and by no other way", async () => {
    const connection = { kind: "port", path: socket("a") } as const;
    expect(await code(page.request("connectInstrument", connection))).toBe("technique-unknown");
    const nowhere = { kind: "port", path: socket("x"), driver: "ocean-obp", profile: raman } as const;
    expect(await code(page.request("connectInstrument", nowhere))).toBe("port-not-found");
    expect(await page.request("connectInstrument", { ...connection, profile: raman, name: "Crew A" })).toEqual({
      id: "S1",
    });
    expect(await now("S1")).toMatchObject({ state: "ready", name: "Crew A", chosen: true, port: socket("a") });
    expect(
      (await page.request("findInstruments", { ask: true })).ports.find(({ path }) => path === socket("a"))?.state,
    ).toBe("used");
  });

  it("unplugged in mid-measurement it is lost, and comes back at another socket, and the journal tells", async () => {
    const spotId = await page.newSpot();
    const measured = code(page.request("measure", { spotId }));
    await page.until("live", () => true);
    await unplug("a");
    expect(await measured).toBe("device-disconnected");
    await until("S1", ({ state }) => state === "lost");
    await plugIn("b", { serialNumber: "S1", bootMs: 200 });
    await until("S1", ({ state, port }) => state === "ready" && port === socket("b"));
    await measure(spotId);
    expect((await lastMeasurement())?.identification.minerals[0]?.name).toBe("Quartz");
    const story = (await page.lines())
      .map(({ event }) => event.kind)
      .filter((kind) => /^instrument|measurement/.test(kind));
    expect(story).toEqual(["instrument-connected", "instrument-lost", "instrument-connected", "measurement"]);
  });

  it("a station that starts again connects it by itself, with its name and purpose", async () => {
    await close();
    await open();
    await until("S1", ({ state }) => state === "ready");
    expect(await now("S1")).toMatchObject({ name: "Crew A", profile: raman, chosen: true });
  });

  it("another instrument in its place is not taken for it; a second one with its number is refused", async () => {
    await unplug("b");
    await until("S1", ({ state }) => state === "lost");
    await plugIn("b", { serialNumber: "S2", baud: 115_200 });
    await until("S1", ({ state, problem }) => state === "lost" && problem?.code === "device-unknown");
    expect((await now("S1"))?.problem?.sentence).toContain("S2");
    await plugIn("c", { serialNumber: "S1" });
    await until("S1", ({ state, port }) => state === "ready" && port === socket("c"));
    await unplug("b");
    await plugIn("b", { serialNumber: "S1", baud: 115_200 });
    const twin = { kind: "port", path: socket("b"), driver: "ocean-obp", profile: raman } as const;
    expect(await code(page.request("connectInstrument", twin))).toBe("device-duplicate");
    expect((await now("S1"))?.port).toBe(socket("c"));
    await unplug("b");
  });

  it("a receiver gives each measurement its position", async () => {
    await plugIn("gnss", { device: "gnss", epochMs: 300 });
    await page.until("found", ({ ports }) => ports.some(({ path }) => path === socket("gnss")));
    expect(await page.request("connectInstrument", { kind: "port", path: socket("gnss") })).toEqual({
      id: socket("gnss"),
    });
    await page.until("position", ({ state }) => state === "fixed");
    await measure(await page.newSpot());
    const { position } = (await lastMeasurement()) ?? {};
    expect(position).toMatchObject({ quality: "simulated", simulated: true });
    expect(position?.latitudeDeg).toBeCloseTo(13.6, 2);
    expect(position?.ageMs).toBeLessThan(5000);
    await page.request("disconnectInstrument", { id: socket("gnss") });
    expect(await page.request("position", {})).toEqual({ state: "none" });
    await unplug("gnss");
  });

  it("a file that a handheld exports becomes a measurement where the crew is; a bad one is told by name", async () => {
    const spotId = await page.newSpot();
    const { id } = await page.request("connectInstrument", { kind: "folder", folder: exports, technique: "vnir" });
    expect(await now(id)).toMatchObject({ state: "ready", source: "folder", chosen: false });
    writeFileSync(join(exports, "shot1.txt"), vnirFile());
    await page.until("journal", ({ line }) => line.event.kind === "measurement" && line.event.source.kind === "file");
    expect(await lastMeasurement()).toMatchObject({
      spotId,
      technique: "vnir",
      source: { kind: "file", name: "shot1.txt", instrument: { driver: "folder/file" } },
    });
    writeFileSync(join(exports, "shot2.txt"), "no spectrum");
    await page.until("problem", ({ sentence }) => sentence.includes("shot2.txt"));
    expect(await measurements()).toHaveLength(3);
  });

  it("several instruments measure one spot, one after the other, and the answer rests on all", async () => {
    const folder = `folder:${exports}`;
    await page.request("chooseInstruments", { ids: ["S1", folder] });
    const spotId = await page.newSpot();
    const measured = measure(spotId);
    measured.catch(() => {}); // awaited below
    await page.until("progress", ({ state }) => state === "waiting");
    writeFileSync(join(exports, "shot3.txt"), vnirFile().replaceAll("0.7", "0.6"));
    await measured;
    const [first, second] = (await measurements()).slice(-2);
    expect([first?.technique, second?.technique]).toEqual(["raman", "vnir"]);
    expect(second).toMatchObject({ spotId, evidence: [first?.measurementId, second?.measurementId] });
    const again = page.request("measure", { spotId });
    await page.until("progress", ({ state }) => state === "waiting");
    await page.request("cancelMeasurement", {});
    expect(await code(again)).toBe("cancelled");
  });

  it("a recorded session is played as if live, in a station of its own", async () => {
    const { session } = await page.request("hello", {});
    const recorded = await measurements();
    await page.request("chooseInstruments", { ids: [] });
    const spotId = await page.newSpot();
    expect(await code(page.request("measure", { spotId }))).toBe("no-instrument");
    const from = { sessionId: session.sessionId };
    const { id } = await page.request("connectInstrument", { kind: "replay", from });
    expect(await now(id)).toMatchObject({
      state: "ready",
      source: "replay",
      chosen: true,
      instrument: { simulated: true },
    });
    await page.request("measure", { spotId });
    const played = await lastMeasurement();
    const [original] = recorded;
    if (played?.source.kind !== "instrument" || original?.source.kind !== "instrument")
      throw new Error("readings come first");
    expect(played.source.readings.map(({ counts }) => counts)).toEqual(
      original.source.readings.map(({ counts }) => counts),
    );
    expect(played.source.dark.instrument).toMatchObject({
      driver: "replay/ocean-obp",
      simulated: true,
      serialNumber: "S1",
    });
    expect(played.identification.minerals[0]).toEqual(original.identification.minerals[0]);
    await page.request("disconnectInstrument", { id });
  });

  it("a folder of spectra is played in the order of its names", async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, "2.txt"), rruffFile("Calcite"));
    writeFileSync(join(folder, "1.txt"), rruffFile("Quartz"));
    writeFileSync(join(folder, "photo.png"), "");
    const from = { folder, technique: "raman" } as const;
    await page.request("connectInstrument", { kind: "replay", from });
    const names: string[] = [];
    for (let i = 0; i < 2; i++) {
      await page.request("measure", { spotId: await page.newSpot() });
      names.push((await lastMeasurement())?.identification.minerals[0]?.name ?? "");
    }
    expect(names).toEqual(["Quartz", "Calcite"]);
    expect(await code(page.request("measure", { spotId: await page.newSpot() }))).toBe("no-instrument");
    await page.request("disconnectInstrument", { id: `replay:${folder}` });
  });

  it("disconnected it stays so over a restart, and is forgotten when told", async () => {
    expect(await code(page.request("forgetInstrument", { id: "S1" }))).toBe("instrument-connected");
    await page.request("disconnectInstrument", { id: "S1" });
    await close();
    await open();
    const { known } = await page.request("findInstruments", { ask: false });
    expect(known).toMatchObject([{ id: "S1", name: "Crew A", connects: false, lastPort: socket("c") }]);
    expect((await page.request("instruments", {})).map(({ source }) => source)).toEqual(["folder"]);
    await page.request("forgetInstrument", { id: "S1" });
    expect((await page.request("findInstruments", { ask: false })).known).toEqual([]);
    expect(await code(page.request("retryInstrument", { id: "S1" }))).toBe("instrument-not-found");
  });
});
