import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TraverseEvent } from "../contract/traverse.ts";
import { verifyFolder } from "./journal/verify.ts";
import { openStation, type Station } from "./station.ts";
import { freshFolder } from "./testing/folders.ts";
import { openPage, type Page } from "./testing/page.ts";
import { jpegOf, webmOf } from "./testing/pictures.ts";

const plan = { title: "Tinguatón 4", site: "LZ", crew: ["Kilo", "Lima"], plan: "Walk the lava tube." };
const today = () => new Date().toISOString().slice(2, 10).replaceAll("-", "");

let dataFolder: string;
let station: Station;
let page: Page;
const open = async () => {
  station = await openStation({ host: "web", dataFolder, instruments: [] });
  page = openPage(station);
};
const close = async () => {
  await station.close();
  page.leave();
};
beforeAll(async () => {
  dataFolder = freshFolder();
  await open();
}, 120_000);
afterAll(close);

const events = async () => (await page.lines()).map(({ event }) => event);
const only = async <Kind extends TraverseEvent["kind"]>(kind: Kind) =>
  (await events()).filter((event) => event.kind === kind) as Extract<TraverseEvent, { kind: Kind }>[];
const summary = async () => (await page.request("hello", {})).session;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("a traverse", () => {
  test("takes the untouched session that the station opened, and its first sample gets an id by the rule", async () => {
    const before = await summary();
    const { sessionId } = await page.request("startTraverse", plan);
    expect(sessionId).toBe(before.sessionId);
    expect((await summary()).title).toBe(plan.title);
    expect(await only("sample-renamed")).toMatchObject([{ name: `LZ-${today()}-01` }]);
    expect((await page.request("createSample", {})).name).toBe(`LZ-${today()}-02`);
  });

  test("keeps stops, bags, relations, evidence and the astronaut's own call", async () => {
    const { stopId, name } = await page.request("makeStop", { place: { eastM: 12, northM: -4 } });
    expect(name).toBe("A");
    const { sampleId } = await page.request("createSample", { stopId });
    const other = await page.request("createSample", {});
    const { spotId } = await page.request("createSpot", { sampleId });
    await page.request("bagSample", { sampleId, bag: "B-014" });
    await page.request("relateSamples", { sampleId: other.sampleId, relation: "piece-of", toSampleId: sampleId });
    await page.request("sayMineral", { spotId, name: "Olivine" });
    const photo = jpegOf(1);
    const voice = webmOf(2);
    const target = { sampleId, spotId };
    const taken = await page.request("addPhoto", { target, bytes: photo, type: "image/jpeg" });
    await page.request("addPhoto", { target, bytes: jpegOf(2), type: "image/jpeg", sketchOf: taken.evidenceId });
    await page.request("addVoice", { target, bytes: voice, type: "audio/webm;codecs=opus", durationMs: 2100 });
    await page.request("addNote", { target, text: "Vesicular, green grains" });

    expect(await only("stop-made")).toMatchObject([{ stopId, name: "A", place: { eastM: 12, northM: -4 } }]);
    expect(await only("photo-added")).toMatchObject([
      { file: { sha256: sha256(photo), type: "image/jpeg" } },
      { sketchOf: taken.evidenceId },
    ]);
    expect(await only("mineral-said")).toMatchObject([{ spotId, sampleId, name: "Olivine" }]);
    const { sessionId } = await summary();
    const back = await page.request("evidenceFile", { sessionId, sha256: sha256(voice) });
    expect(Buffer.compare(back.bytes, voice)).toBe(0);
  });

  test("refuses what is no picture, and evidence of a sample that does not exist", async () => {
    const before = (await events()).length;
    const text = new TextEncoder().encode("no picture at all");
    await expect(page.request("addPhoto", { target: {}, bytes: text, type: "image/jpeg" })).rejects.toMatchObject({
      code: "photo-invalid",
    });
    const target = { sampleId: "01ARZ3NDEKTSV4RRFFQ69G5FAV" };
    await expect(page.request("addNote", { target, text: "lost" })).rejects.toMatchObject({ code: "sample-not-found" });
    expect((await events()).length).toBe(before);
  });

  test("ticks the steps of a checklist that a trainer wrote, and refuses what is none", async () => {
    const file = { format: "lithoscope-procedure/1", title: "Sampling", steps: ["Photo in place", "Bag it"] };
    const bytes = new TextEncoder().encode(JSON.stringify(file));
    const { procedureId } = await page.request("loadProcedure", { name: "sampling.json", bytes });
    await page.request("tickStep", { procedureId, step: 1, done: true });
    await expect(page.request("tickStep", { procedureId, step: 2, done: true })).rejects.toMatchObject({
      code: "procedure-invalid",
    });
    const wrong = new TextEncoder().encode("[]");
    await expect(page.request("loadProcedure", { name: "x.json", bytes: wrong })).rejects.toMatchObject({
      code: "procedure-invalid",
      sentence: expect.stringContaining("x.json"),
    });
    expect(await only("procedure-ticked")).toMatchObject([{ procedureId, step: 1, done: true }]);
  });

  test("takes a map as GeoJSON or as a picture with its corners, and nothing else", async () => {
    const geojson = new TextEncoder().encode('{"type":"FeatureCollection","features":[]}');
    const add = (bytes: Uint8Array<ArrayBuffer>, frame = { west: 0, south: 0, east: 100, north: 80 }) =>
      page.request("addMap", { name: "site", bytes, type: "image/jpeg", layer: { kind: "picture", frame } });
    await page.request("addMap", { name: "site", bytes: geojson, type: "", layer: { kind: "geojson" } });
    await add(jpegOf(5));
    await expect(add(geojson)).rejects.toMatchObject({ code: "photo-invalid" });
    await expect(add(jpegOf(5), { west: 9, south: 0, east: 3, north: 80 })).rejects.toMatchObject({
      code: "map-invalid",
    });
    await expect(
      page.request("addMap", { name: "site", bytes: jpegOf(5), type: "", layer: { kind: "geojson" } }),
    ).rejects.toMatchObject({ code: "map-invalid" });
  });

  test("is paused by the next one, and goes on where it was when it is resumed, also after a restart", async () => {
    const first = await summary();
    const second = await page.request("startTraverse", { ...plan, title: "Second" });
    expect(second.sessionId).not.toBe(first.sessionId);
    // An id is given once on a tablet, whatever session it was given in.
    const names = (await events()).flatMap((event) => (event.kind === "sample-created" ? [event.name] : []));
    expect(names).toEqual([expect.stringMatching(new RegExp(`^LZ-${today()}-0[4-9]$`))]);
    expect(page.heard("session").at(-1)?.sessionId).toBe(second.sessionId);

    await page.request("resumeTraverse", { sessionId: first.sessionId });
    expect(await summary()).toMatchObject({ sessionId: first.sessionId, title: plan.title });
    await close();
    await open();
    expect((await summary()).sessionId).toBe(first.sessionId);

    // Both paused: the newer one is shown, and nothing runs until a person says so.
    await page.request("pauseTraverse", {});
    await close();
    await open();
    expect((await summary()).sessionId).toBe(second.sessionId);
    expect((await only("traverse-resumed")).length).toBe(0);
  });
});

describe("a hand over", () => {
  test("copies a session with all its evidence, verified where it lies, and says so in the journal", async () => {
    const stick = freshFolder();
    const { sessionId } = await summary();
    const done = await page.request("handOver", { sessionIds: [sessionId], folder: stick });
    expect(done).toMatchObject({ folder: stick, sessions: 1 });
    const [report] = await verifyFolder(join(stick, "journal"));
    expect(report).toMatchObject({ state: "intact", sessionId, missingFiles: [] });
    expect(report?.lines).toBe(report?.lastSignedSeq === undefined ? 0 : report.lastSignedSeq + 1);
    expect((await only("handed-over")).at(-1)).toMatchObject({ sessions: 1, files: done.files });
    expect(page.heard("handOver").at(-1)).toMatchObject({ step: "checking", bytesDone: done.bytes, bytes: done.bytes });

    // The next copy onto the same stick brings it up to date.
    await page.request("addNote", { target: {}, text: "later" });
    await page.request("handOver", { sessionIds: [sessionId], folder: stick });
    expect((await verifyFolder(join(stick, "journal")))[0]?.lines).toBeGreaterThan(report?.lines ?? 0);
  });

  test("leaves another version on the stick alone and does not say done", async () => {
    const stick = freshFolder();
    const { sessionId } = await summary();
    const folder = join(stick, "journal", sessionId);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "events.jsonl"), "somebody else's lines\n");
    const before = (await only("handed-over")).length;
    await expect(page.request("handOver", { sessionIds: [sessionId], folder: stick })).rejects.toMatchObject({
      code: "copy-differs",
    });
    expect(readFileSync(join(folder, "events.jsonl"), "utf8")).toBe("somebody else's lines\n");
    expect((await only("handed-over")).length).toBe(before);
  });

  test("refuses a folder that is not there, and the tablet's own", async () => {
    const { sessionId } = await summary();
    for (const folder of [join(freshFolder(), "no stick"), join(dataFolder, "journal")]) {
      await expect(page.request("handOver", { sessionIds: [sessionId], folder })).rejects.toMatchObject({
        code: "folder-unusable",
      });
    }
  });
});
