import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, journalText, lithoscope, openTab, test } from "./hosts.ts";

// Long tasks on a machine that may have other work: a press waits longer than usual for a frame.
test.use({ actionTimeout: 60_000 });

/** No fault that a machine can find on the screen that is shown. */
async function accessible(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
    .analyze();
  expect(violations.map((v) => `${screen}: ${v.id} ${v.nodes[0]?.html}`)).toEqual([]);
}

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
const saved = (page: Page) => expect(page.getByText(/^Saved \d\d:\d\d:\d\d/)).toBeVisible();

test("walk a traverse: start, measure, photo, sketch, voice, note, say it is, bag, hand over", async ({ app }) => {
  const { page } = app;
  test.setTimeout(240_000);
  await openTab(page, "Sessions");
  await press(page, "New traverse");
  await page.getByLabel("Name of the traverse").fill("Tinguatón, traverse 4");
  await page.getByLabel("Site").fill("LZ");
  await page.getByLabel("Crew").fill("Kilo, Lima");
  await accessible(page, "New traverse");
  await press(page, "Start traverse");
  await expect(page.getByText(/^LZ-\d{6}-01$/).first()).toBeVisible();

  await press(page, "Start demo instrument");
  await expect(page.getByRole("region", { name: "Instruments" })).toContainText("Ready");
  await press(page, /^MEASURE/);
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer.getByRole("heading", { name: "Quartz" })).toBeVisible({ timeout: 60_000 });

  await press(page, "Photo");
  await expect(page.getByRole("button", { name: "Take photo" })).toBeEnabled();
  await accessible(page, "Photo");
  await press(page, "Take photo");
  await saved(page);
  await press(page, "Sketch on it");
  const canvas = page.getByLabel("The photo, to be drawn on: each touch adds a point");
  await canvas.click({ position: { x: 60, y: 60 } });
  await canvas.click({ position: { x: 200, y: 120 } });
  await press(page, "Mark north");
  await accessible(page, "Sketch");
  await press(page, "Save sketch");
  await saved(page);

  await press(page, "Note");
  await expect(page.getByRole("meter", { name: "Loudness" })).toBeVisible();
  await expect(page.getByText("0:02")).toBeVisible();
  await accessible(page, "Voice");
  await press(page, "Stop and save");
  await saved(page);
  await press(page, /^Play voice note/);
  await expect(page.getByRole("button", { name: /^Pause voice note/ })).toBeVisible();
  await press(page, "Write");
  await press(page, "Green grains");
  await press(page, "In place");
  await expect(page.getByLabel("The note")).toHaveValue("Green grains, In place");
  await accessible(page, "Text note");
  await press(page, "Save note");
  await saved(page);

  await press(page, "I say …");
  await accessible(page, "I say");
  await page.getByLabel("Another name").fill("Tridymite");
  await press(page, "Say it");
  await saved(page);
  await press(page, "Back to the answer");
  await expect(answer).toContainText("You say Tridymite");
  await expect(answer.getByRole("heading", { name: "Quartz" })).toBeVisible();

  await openTab(page, "Samples");
  await press(page, "New stop");
  await press(page, "Bag");
  await page.getByLabel(/^Number of the bag/).fill("B-014");
  await press(page, "Save bag");
  await press(page, "New sample");
  await press(page, "Make sample");
  await openTab(page, "Samples");
  await press(page, "Belongs to");
  await press(page, "Piece of it");
  await expect(page.getByText(/^piece of LZ-\d{6}-01$/)).toBeVisible();
  await accessible(page, "Samples");

  await openTab(page, "Map");
  await press(page, "New stop");
  await page.getByLabel("Metres east of the base").fill("120");
  await page.getByLabel("Metres north of the base").fill("80");
  await press(page, "Make stop");
  const outline = {
    type: "Polygon",
    coordinates: [
      [
        [300, -60],
        [180, -100],
        [260, 80],
        [300, -60],
      ],
    ],
  };
  await page.getByLabel("Map file").setInputFiles({
    ...{ name: "flow.geojson", mimeType: "application/geo+json" },
    buffer: Buffer.from(JSON.stringify(outline)),
  });
  await expect(page.getByRole("img", { name: /^Map about the base\. Stops: B/ }).locator("polygon")).toBeVisible();
  await press(page, "Zoom in");
  await accessible(page, "Map");

  await openTab(page, "Steps");
  await page.getByLabel("Checklist file").setInputFiles({
    ...{ name: "sampling.json", mimeType: "application/json" },
    buffer: Buffer.from('{"format":"lithoscope-procedure/1","title":"Sampling","steps":["Photo in place","Bag it"]}'),
  });
  await page.getByRole("button", { name: /^Bag it/ }).click();
  await expect(page.getByRole("region", { name: "Sampling" })).toContainText("1 of 2");
  await accessible(page, "Checklists");
  await openTab(page, "Log");
  await expect(page.getByRole("region", { name: "Measurements" }).getByRole("img")).toHaveCount(2);
  await accessible(page, "Log");

  const stick = mkdtempSync(join(tmpdir(), "lithoscope-stick-"));
  await openTab(page, "Sessions");
  await press(page, "Hand over");
  await page.getByLabel("Or a folder").fill(stick);
  await accessible(page, "Hand over");
  await press(page, "Copy and check");
  await expect(page.getByText(/^Done\./)).toBeVisible({ timeout: 30_000 });
  const report = lithoscope("journal", "verify", join(stick, "journal"));
  expect(report).toContain("intact");
  expect(journalText(app)).toContain('"kind":"handed-over"');
  rmSync(stick, { recursive: true });

  // A dead battery in the middle: the same traverse, the same sample, everything that was saved.
  await app.killStation();
  await page.reload();
  await expect(page.getByText(/^LZ-\d{6}-02$/).first()).toBeVisible({ timeout: 60_000 });
  await openTab(page, "Log");
  await expect(page.getByRole("region", { name: "Measurements" }).getByRole("img")).toHaveCount(2);
  await expect(page.getByRole("region", { name: "Measurements" })).toContainText("Green grains, In place");
});

test("pause and go on: MEASURE waits while a traverse is paused, and another can be begun beside it", async ({
  app,
}) => {
  const { page } = app;
  const begin = async (title: string) => {
    await openTab(page, "Sessions");
    await press(page, "New traverse");
    await page.getByLabel("Name of the traverse").fill(title);
    await page.getByLabel("Site").fill("LZ");
    await press(page, "Start traverse");
    await expect(page.getByRole("region", { name: "Answer" })).toBeVisible();
    await openTab(page, "Sessions");
  };
  await begin("Morning");
  await press(page, "Pause");
  await expect(page.getByRole("button", { name: /^MEASURE/ })).toContainText("Traverse paused");
  await begin("Afternoon");
  await expect(page.getByRole("list", { name: "Sessions on this tablet" }).getByRole("listitem")).toHaveCount(2);
  await page.getByRole("button", { name: /^Morning/ }).click();
  await expect(page.getByRole("region", { name: "Answer" })).toBeVisible();
  await openTab(page, "Sessions");
  await expect(page.getByRole("button", { name: /^Morning/ })).toContainText("This one");
  await expect(page.getByRole("button", { name: /^Afternoon/ })).toContainText("Paused");
  await expect(page.getByRole("button", { name: /^MEASURE/ })).not.toContainText("Traverse paused");
});

test("a recording that is left is saved, and a second window on the same tablet is told", async ({ app }) => {
  const { page } = app;
  await press(page, "Note");
  await expect(page.getByRole("meter", { name: "Loudness" })).toBeVisible();
  await expect(page.getByText("0:01")).toBeVisible();
  await press(page, "Back to the answer");
  await openTab(page, "Log");
  await expect(page.getByRole("button", { name: /^Play voice note/ })).toBeVisible();
  test.skip(test.info().project.name === "electron", "the desktop shell has one window");
  const second = await page.context().newPage();
  await second.goto(page.url());
  await expect(page.getByRole("status", { name: "Look" })).toContainText("2 windows show this tablet");
  await second.close();
  await expect(page.getByRole("status", { name: "Look" })).toBeHidden();
});
