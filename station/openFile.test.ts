import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSpectrumFile } from "../spectra/files/read.ts";
import { verifyFolder } from "./journal/verify.ts";
import { openStation, type Station } from "./station.ts";
import { rruffFile, vnirFile } from "./testing/exampleFiles.ts";
import { freshFolder } from "./testing/folders.ts";
import { openPage, type Page } from "./testing/page.ts";

const dataFolder = freshFolder();
let station: Station;
let page: Page;
let sessionFolder: string;
beforeAll(async () => {
  station = await openStation({ host: "web", dataFolder, instruments: [] });
  page = openPage(station);
  const { session } = await page.request("hello", {});
  sessionFolder = join(dataFolder, "journal", session.sessionId);
});
afterAll(async () => {
  await station.close();
  page.leave();
});

const quartz = Buffer.from(rruffFile("Quartz"));
const journalBytes = () => readFileSync(join(sessionFolder, "events.jsonl"), "utf8");
/** Without the signatures, which follow a line on their own and may come while a test looks. */
const journalLines = () =>
  journalBytes()
    .split("\n")
    .filter((line) => !line.includes('"kind":"head-signed"'));

/** Opens a file on the spot and returns the measurement that the journal then holds. */
async function open(spotId: string, name: string, bytes: Buffer<ArrayBuffer>, answers = {}) {
  const { measurementId } = await page.request("openFile", { spotId, name, bytes, ...answers });
  const saved = (await measurements()).find((m) => m.measurementId === measurementId);
  if (saved === undefined) throw new Error("it is not in the journal");
  return saved;
}

async function measurements() {
  return (await page.lines()).flatMap(({ event }) => (event.kind === "measurement" ? [event] : []));
}

async function spectrumOf(measurementId: string) {
  const { session } = await page.request("hello", {});
  return page.request("spectrumOf", { sessionId: session.sessionId, measurementId });
}

test("a file names its mineral; line and file are on disk before the page hears of it, and the spectrum comes back", async () => {
  const spotId = await page.newSpot();
  const { measurementId, seq } = await page.request("openFile", { spotId, name: "quartz.txt", bytes: quartz });
  const line = JSON.parse(journalBytes().trimEnd().split("\n")[seq - 1] ?? "");
  const sha256 = createHash("sha256").update(quartz).digest("hex");
  expect(line.event).toMatchObject({ kind: "measurement", measurementId, spotId, evidence: [measurementId] });
  expect(line.event.source).toMatchObject({ kind: "file", name: "quartz.txt", sha256, bytes: quartz.length });
  expect(line.event.identification.minerals[0].name).toBe("Quartz");
  expect(readFileSync(join(sessionFolder, "files", sha256))).toEqual(quartz);
  expect(await spectrumOf(measurementId)).toEqual(readSpectrumFile("quartz.txt", quartz).spectrum);
  await page.until("journal", (told) => told.line.seq === seq);
});

test("which part of the spectrum spoke for the answer is asked of the model: for quartz the one around 464 cm⁻¹", async () => {
  const { measurementId } = await open(await page.newSpot(), "quartz.txt", quartz);
  const { session } = await page.request("hello", {});
  const { carried } = await page.request("carriedOf", { sessionId: session.sessionId, measurementId });
  expect(carried?.first).toBe("Quartz");
  const most = carried?.parts.toSorted((a, b) => b.contribution - a.contribution)[0];
  expect(most?.from).toBeLessThan(464);
  expect(most?.to).toBeGreaterThan(464);
});

test("a second file of another technique on the spot is evidence together with the first", async () => {
  const spotId = await page.newSpot();
  const raman = await open(spotId, "calcite.txt", Buffer.from(rruffFile("Calcite")));
  const vnir = await open(spotId, "calcite.csv", Buffer.from(vnirFile()));
  expect(Object.keys(raman.identification.quality)).toEqual(["raman"]);
  expect(vnir.evidence).toEqual([raman.measurementId, vnir.measurementId]);
  expect(Object.keys(vnir.identification.quality).sort()).toEqual(["raman", "vnir"]);
  expect(vnir.technique).toBe("vnir");
});

test("two files opened on a spot at once: the later answer rests on both", async () => {
  const spotId = await page.newSpot();
  const calcite = Buffer.from(rruffFile("Calcite"));
  const both = await Promise.all([
    page.request("openFile", { spotId, name: "a.txt", bytes: calcite }),
    page.request("openFile", { spotId, name: "b.txt", bytes: quartz }),
  ]);
  const [first, second] = both.sort((a, b) => a.seq - b.seq);
  const later = (await measurements()).find(({ measurementId }) => measurementId === second?.measurementId);
  expect(later?.evidence).toEqual([first?.measurementId, second?.measurementId]);
});

test("a picture renamed .txt is refused and changes nothing", async () => {
  const spotId = await page.newSpot();
  const before = journalLines();
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  await expect(page.request("openFile", { spotId, name: "rock.txt", bytes: jpeg })).rejects.toMatchObject({
    code: "file-not-text",
    sentence: expect.stringContaining("rock.txt"),
  });
  expect(journalLines()).toEqual(before);
  const sha256 = createHash("sha256").update(jpeg).digest("hex");
  expect(existsSync(join(sessionFolder, "files", sha256))).toBe(false);
});

test("two bare columns are asked about, and the answer is used when the spectrum is shown again", async () => {
  const spotId = await page.newSpot();
  const bare = Buffer.from(rruffFile("Calcite").replaceAll(/^##.*\r\n/gm, ""));
  const before = journalLines();
  await expect(page.request("openFile", { spotId, name: "spectrum.txt", bytes: bare })).rejects.toMatchObject({
    code: "technique-unknown",
  });
  expect(journalLines()).toEqual(before);
  const measurement = await open(spotId, "spectrum.txt", bare, { technique: "raman", unit: "cm-1" });
  expect(measurement.identification.minerals[0]?.name).toBe("Calcite");
  expect((await spectrumOf(measurement.measurementId)).axis.quantity).toBe("ramanShift");
});

test("an unknown spot, sample, session or measurement has its own sentence", async () => {
  const nowhere = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
  const { session } = await page.request("hello", {});
  const file = { name: "quartz.txt", bytes: quartz };
  const code = (work: Promise<unknown>) => work.then(String, (error) => error.code);
  expect(await code(page.request("openFile", { spotId: nowhere, ...file }))).toBe("spot-not-found");
  expect(await code(page.request("measure", { spotId: nowhere }))).toBe("spot-not-found");
  expect(await code(page.request("createSpot", { sampleId: nowhere }))).toBe("sample-not-found");
  expect(await code(page.request("eventsSince", { sessionId: nowhere, afterSeq: 0 }))).toBe("session-not-found");
  const { sessionId } = session;
  expect(await code(page.request("spectrumOf", { sessionId, measurementId: nowhere }))).toBe("measurement-not-found");
});

test("spots that two pages make at once get numbers of their own", async () => {
  const other = openPage(station);
  const { sampleId } = await page.request("createSample", { name: "LZ-08" });
  const spots = await Promise.all(
    [page, other, page, other].map((asking) => asking.request("createSpot", { sampleId })),
  );
  expect(spots.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4]);
  other.leave();
});

test("more than 200 lines come in pieces, each line once and in order", async () => {
  for (let made = 0; made < 210; made += 30) {
    await Promise.all(Array.from({ length: 30 }, () => page.request("createSample", { name: "many" })));
  }
  const { session } = await page.request("hello", {});
  const first = await page.request("eventsSince", { sessionId: session.sessionId, afterSeq: 0 });
  expect(first.lines).toHaveLength(200);
  expect(first.headSeq).toBeGreaterThan(210);
  const lines = await page.lines();
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, i) => i + 1));
  expect(lines.at(-1)?.seq).toBeGreaterThanOrEqual(first.headSeq);
});

test("a page that goes away while its file is read does not hold up the others", async () => {
  const spotId = await page.newSpot();
  const leaving = openPage(station);
  const lost = leaving.request("openFile", { spotId, name: "quartz.txt", bytes: quartz });
  leaving.leave();
  await expect(lost).rejects.toMatchObject({ code: "station-gone" });
  await page.until("journal", ({ line }) => line.event.kind === "measurement" && line.event.spotId === spotId);
});

test("evidence that was deleted beside the journal does not stop the next reading of its spot", async () => {
  const spotId = await page.newSpot();
  const gone = Buffer.from(`${rruffFile("Calcite")}\n`);
  await open(spotId, "gone.txt", gone);
  rmSync(join(sessionFolder, "files", createHash("sha256").update(gone).digest("hex")));
  const next = await open(spotId, "quartz.txt", quartz);
  expect(next.evidence).toContain(next.measurementId);
  const [report] = await verifyFolder(sessionFolder);
  expect(report).toMatchObject({ state: "altered", missingFiles: [expect.stringContaining("files")] });
});
