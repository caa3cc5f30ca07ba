import type { Page } from "@playwright/test";
import { expect, loadOnPage, openTab, test } from "./hosts.ts";

// Long tasks on a machine that may have other work: a press waits longer than usual for a frame.
test.use({ actionTimeout: 60_000 });

/** GUIDE: MEASURE and STOP at least 20 mm, everything else in Field 15 mm with 4 mm between, text at least 7:1. */
const least = { primaryMm: 20, fieldMm: 15, gapMm: 4, contrast: 7 };

/** What breaks the table on the screen that is shown, in words. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(
    (limits) =>
      (globalThis as unknown as { lithoscopeFaults: { faults(limits: unknown): string[] } }).lithoscopeFaults.faults(
        limits,
      ),
    least,
  );
}

const windows = [
  { width: 1280, height: 800 },
  { width: 1280, height: 720 },
] as const;

test("targets, gaps and contrast are those of the table, on every page of Field, in both themes", async ({ app }) => {
  const { page } = app;
  test.setTimeout(240_000);
  const press = (name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
  const check = async (screen: string): Promise<void> => {
    await page.mouse.move(0, 0);
    for (const theme of ["night", "sun"]) {
      await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
      for (const size of windows) {
        await page.setViewportSize(size);
        expect(await faults(page), `${screen}, ${theme}, ${size.width} x ${size.height}`).toEqual([]);
      }
    }
    await page.setViewportSize(windows[0]);
  };
  await expect(page.getByRole("button", { name: "Start demo instrument" })).toBeVisible();
  await loadOnPage(page, "renderer/testing/faults.ts", "lithoscopeFaults");
  await check("an empty spot");
  await press("Start demo instrument");
  await expect(page.getByRole("region", { name: "Instruments" })).toContainText("Ready");
  await press(/^MEASURE/);
  await expect(page.getByRole("heading", { name: "Quartz" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("region", { name: "What it means" })).toContainText("SiO2");
  await check("an answer");
  // What to do next, or what the elements say against the name, is seen in low windows too.
  for (const height of [800, 720, 700]) {
    await page.setViewportSize({ width: 1280, height });
    await expect(page.getByRole("button", { name: /^Next best/ })).toBeInViewport({ ratio: 1 });
    expect(await faults(page), `an answer at ${height}`).toEqual([]);
  }
  await page.setViewportSize(windows[0]);
  await press("Photo");
  await expect(page.getByRole("button", { name: "Take photo" })).toBeEnabled();
  await check("the camera");
  await press("Note");
  await expect(page.getByRole("meter", { name: "Loudness" })).toBeVisible();
  await check("a voice note");
  await press("Write");
  await check("a text note");
  await press("I say …");
  await check("I say");
  await press("Why");
  await check("Why");
  for (const tab of ["Samples", "Log", "Map", "Steps", "Place", "Sessions"]) {
    await openTab(page, tab);
    await check(tab);
  }
  await press("New traverse");
  await check("a new traverse");
  await press("Leave it");
  await press("Hand over");
  await check("hand over");
});
