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
