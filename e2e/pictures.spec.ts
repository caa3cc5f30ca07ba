import { rruffFile } from "../station/testing/exampleFiles.ts";
import { expect, openFile, test } from "./hosts.ts";

// Takes the pictures of docs/ from the real app: npm run pictures.
test("pictures of the Field workspace @pictures", async ({ app }) => {
  const { page } = app;
  const answer = page.getByRole("region", { name: "Answer" });
  await openFile(page, "calcite.txt", rruffFile("Calcite"));
  await expect(answer).toContainText("Calcite");
  await page.getByRole("button", { name: "New spot" }).click();
  await page.getByRole("button", { name: "Start demo instrument" }).click();
  await expect(page.getByRole("region", { name: "Instruments" })).toContainText("Ready");
  await page.getByRole("button", { name: /^MEASURE/ }).click();
  await expect(answer).toContainText("Quartz", { timeout: 60_000 });
  await expect(page.getByRole("region", { name: "What it means" })).toContainText("SiO2");
  await page.mouse.move(0, 0);
  await page.screenshot({ path: "docs/field-sun.png" });
  await page.getByRole("button", { name: "Night", exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "night");
  await page.mouse.move(0, 0);
  await page.screenshot({ path: "docs/field-night.png" });
});

test("pictures of the Instruments workspace @pictures", async ({ app }) => {
  const { page } = app;
  const press = (name: string | RegExp) => page.getByRole("button", { name }).first().click({ timeout: 60_000 });
  const probe = page.getByRole("combobox", { name: "Under the demo's probe" });
  await page.getByRole("navigation").getByRole("button", { name: "Instruments" }).click();
  await press("Start demo instrument");
  await press(/^Begin Raman calibration/);
  await probe.selectOption("Nothing");
  await press(/^Measure dark/);
  await press(/^Go on/);
  await probe.selectOption("Argon lamp");
  await press(/^Measure lamp/);
  await press(/^Go on/);
  await probe.selectOption("Polystyrene");
  await press(/^Measure polystyrene/);
  await expect(page.getByRole("table", { name: /Raman shift, line by line/ })).toBeVisible({ timeout: 60_000 });
  for (const [theme, other] of [
    ["sun", "Night"],
    ["night", "Sun"],
  ] as const) {
    await page.mouse.move(0, 0);
    await page.screenshot({ path: `docs/instruments-${theme}.png` });
    await page.getByRole("button", { name: other, exact: true }).click();
  }
});
