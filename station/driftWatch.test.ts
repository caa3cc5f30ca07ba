import { ulid } from "ulid";
import { expect, test } from "vitest";
import type { Measurement } from "../contract/journal.ts";
import { independentSpots } from "./driftWatch.ts";
import { openStation } from "./station.ts";
import { rruffFile } from "./testing/exampleFiles.ts";
import { freshFolder } from "./testing/folders.ts";
import { openPage } from "./testing/page.ts";

/** Quartz as an instrument sees it whose axis says too high a shift. */
const calciteMovedBy = (cm1: number): Buffer<ArrayBuffer> =>
  Buffer.from(rruffFile("Calcite").replace(/^\d+\.\d+/gm, (shift) => (Number(shift) + cm1).toFixed(4)));

test("a station whose axis has moved says so after some spots, and still after a restart", async () => {
  const dataFolder = freshFolder();
  const station = await openStation({ host: "web", dataFolder, instruments: [] });
  const page = openPage(station);
  expect((await page.request("hello", {})).drift).toMatchObject({ state: "unwatched", axis: { state: "waiting" } });
  for (let spot = 0; spot < 20; spot += 1) {
    await page.request("openFile", { spotId: await page.newSpot(), name: "calcite.txt", bytes: calciteMovedBy(5) });
  }
  await page.until("drift", ({ state }) => state === "drifted");
  const { drift } = await page.request("hello", {});
  expect(drift.sentence).toMatch(/lie [456]\.\d cm⁻¹ too high\. Check the instrument's axis with a standard\.$/);
  await station.close();
  page.leave();

  const again = await openStation({ host: "web", dataFolder, instruments: [] });
  const newPage = openPage(again);
  await expect.poll(async () => (await newPage.request("hello", {})).drift.state).toBe("drifted");
  await again.close();
  newPage.leave();
}, 600_000);

const sha256 = "0".repeat(64);

/** A saved Raman answer; what the watch does not look at is left out. */
function measured(
  sampleId: string,
  spotId: string,
  mineral: string,
  more: { simulated?: boolean; model?: string } = {},
) {
  const instrument = { simulated: more.simulated ?? false };
  return {
    measurementId: ulid(),
    sampleId,
    spotId,
    technique: "raman",
    source: { kind: "instrument", dark: { instrument } },
    identification: {
      minerals: [{ name: mineral, probability: 0.9 }],
      unknown: 0.02,
      set: { coverage: 0.9, names: [mineral] },
      quality: { raman: { verdict: "good", signalToNoise: 50, checks: [] } },
      model: { id: "m", version: "1", sha256: more.model ?? sha256, provider: "cpu" },
    },
  } as unknown as Measurement;
}

test("forty grains of one mineral on one sample are one witness; on forty samples they are forty", () => {
  const grains = Array.from({ length: 40 }, (_, i) => measured("sample", `spot ${i}`, "Quartz"));
  expect(independentSpots(grains, sha256)).toHaveLength(1);
  const rocks = Array.from({ length: 40 }, (_, i) => measured(`sample ${i}`, `spot ${i}`, "Quartz"));
  expect(independentSpots(rocks, sha256)).toHaveLength(40);
});

test("of a spot the last answer counts; simulators and other models do not", () => {
  const spots = [
    measured("a", "1", "Quartz"),
    measured("a", "1", "Albite"),
    measured("b", "2", "Quartz", { simulated: true }),
    measured("c", "3", "Quartz", { model: "1".repeat(64) }),
  ];
  expect(independentSpots(spots, sha256)).toHaveLength(1);
});
