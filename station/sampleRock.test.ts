import { afterAll, beforeAll, expect, test } from "vitest";
import { openStation, type Station } from "./station.ts";
import { rruffFile } from "./testing/exampleFiles.ts";
import { freshFolder } from "./testing/folders.ts";
import { openPage, type Page } from "./testing/page.ts";

let station: Station;
let page: Page;
beforeAll(async () => {
  station = await openStation({ host: "web", dataFolder: freshFolder(), instruments: [] });
  page = openPage(station);
}, 120_000);
afterAll(async () => {
  await station.close();
  page.leave();
});

const measure = (spotId: string, mineral: string) =>
  page.request("openFile", {
    spotId,
    name: `${mineral}.txt`,
    bytes: Buffer.from(rruffFile(mineral)),
    technique: "raman",
  });

test("a sample's spots become shares and rock names; a spot measured twice counts once", {
  timeout: 120_000,
}, async () => {
  const { sampleId } = await page.request("createSample", { name: "Floor" });
  for (const mineral of ["Calcite", "Calcite", "Calcite", "Calcite", "Calcite", "Calcite"]) {
    const { spotId } = await page.request("createSpot", { sampleId });
    await measure(spotId, mineral);
    await measure(spotId, mineral);
  }
  const other = await page.request("createSample", { name: "Another" });
  const { spotId } = await page.request("createSpot", { sampleId: other.sampleId });
  await measure(spotId, "Quartz");

  const assessed = await page.request("sampleRock", {
    sampleId,
    observations: { place: "earth", texture: "grain-supported" },
  });
  expect(assessed).toMatchObject({ sampleId, spots: { counted: 6, leftOut: 0 } });
  expect(assessed.minerals[0]).toMatchObject({ name: "calcite", named: ["Calcite"] });
  expect(assessed.rocks[0]?.name).toBe("packstone / grainstone");
});

test("a sample without a measurement has no name; one that is not in the session is refused", async () => {
  const { sampleId } = await page.request("createSample", { name: "Empty" });
  expect(await page.request("sampleRock", { sampleId })).toMatchObject({ minerals: [], rocks: [] });
  await expect(page.request("sampleRock", { sampleId: "01ARZ3NDEKTSV4RRFFQ69G5FAV" })).rejects.toMatchObject({
    code: "sample-not-found",
  });
});
