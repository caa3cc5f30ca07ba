import { faultsOf } from "./axe.ts";
import { expect, test } from "./hosts.ts";

const screens = ["Field", "Review", "Instruments", "Minerals", "About"];

test("every screen is free of accessibility faults that a machine can find, in both themes", async ({ app }) => {
  const { page } = app;
  await page.getByRole("button", { name: "Start demo instrument" }).click();
  await page.getByRole("button", { name: /^MEASURE/ }).click();
  await expect(page.getByRole("region", { name: "Answer" })).toContainText("Quartz", { timeout: 60_000 });
  for (const theme of ["Night", "Sun"]) {
    await page.getByRole("button", { name: theme, exact: true }).click();
    for (const screen of screens) {
      await page.getByRole("navigation").getByRole("button", { name: screen }).click();
      expect(await faultsOf(page, screen)).toEqual([]);
    }
  }
});

test("the Instruments workspace is free of such faults, with nothing connected and before a step, in both themes", async ({
  app,
}) => {
  const { page } = app;
  const both = async (screen: string): Promise<void> => {
    for (const theme of ["Night", "Sun"]) {
      await page.getByRole("button", { name: theme, exact: true }).click();
      expect(await faultsOf(page, `${screen}, ${theme}`)).toEqual([]);
    }
  };
  const instruments = page.getByRole("navigation", { name: "Workspaces" }).getByRole("button", { name: "Instruments" });
  await instruments.click();
  await both("nothing connected");
  await page.getByRole("button", { name: "Folder or playback" }).click();
  await both("folder or playback");
  await page.getByRole("navigation").getByRole("button", { name: "Field" }).click();
  await page.getByRole("button", { name: "Start demo instrument" }).click();
  await instruments.click();
  await page.getByRole("button", { name: /^Begin Raman calibration/ }).click();
  await both("before a step");
});
