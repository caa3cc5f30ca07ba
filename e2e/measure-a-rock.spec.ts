import { join } from "node:path";
import { expect, journalText, lithoscope, openTab, test } from "./hosts.ts";

test("measure a rock: the answer is right, survives a reload, and a killed station loses nothing that was saved", async ({
  app,
}) => {
  const { page } = app;
  const answer = page.getByRole("region", { name: "Answer" });

  await page.getByRole("button", { name: "Start demo instrument" }).click();
  await expect(page.getByRole("region", { name: "Instruments" })).toContainText("Ready");
  await page.getByRole("button", { name: /^MEASURE/ }).click();
  await expect(answer.getByRole("heading", { name: "Quartz" })).toBeVisible({ timeout: 60_000 });
  await expect(answer).toContainText(/\d\s%/);
  await expect(page.getByRole("region", { name: "What it means" })).toContainText("SiO2");
  await expect(answer).toContainText("Simulated");

  await page.reload();
  await expect(answer.getByRole("heading", { name: "Quartz" })).toBeVisible();

  await page.getByRole("button", { name: "New spot" }).click();
  await page.getByRole("button", { name: /^MEASURE/ }).click();
  await expect(page.getByRole("button", { name: "Cancel reading" })).toBeVisible();
  const saved = journalText(app);
  await app.killStation();
  const gone = page.getByRole("heading", { name: "It is being started again" });
  await expect(gone).toBeVisible();
  await expect(gone).toBeHidden({ timeout: 60_000 });

  await openTab(page, "Log");
  await expect(page.getByRole("region", { name: "Measurements" }).getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("region", { name: "Measurements" })).toContainText("Quartz");
  expect(journalText(app).startsWith(saved)).toBe(true);
  expect(lithoscope("journal", "verify", join(app.dataFolder, "journal"))).toContain("intact");

  await page.getByRole("button", { name: "Back to the answer" }).click();
  await page.getByRole("button", { name: "Start demo instrument" }).click();
  await expect(page.getByRole("region", { name: "Instruments" })).toContainText("Ready");
  await page.getByRole("button", { name: /^MEASURE/ }).click();
  await expect(answer.getByRole("heading", { name: "Quartz" })).toBeVisible({ timeout: 60_000 });
});
