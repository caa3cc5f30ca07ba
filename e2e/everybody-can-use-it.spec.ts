import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./hosts.ts";

const screens = ["Field", "Minerals", "About"];

test("every screen is free of accessibility faults that a machine can find, in both themes", async ({ app }) => {
  const { page } = app;
  await page.getByRole("button", { name: "Start demo instrument" }).click();
  await page.getByRole("button", { name: /^MEASURE/ }).click();
  await expect(page.getByRole("region", { name: "Answer" })).toContainText("Quartz", { timeout: 60_000 });
  for (const theme of ["Night", "Sun"]) {
    await page.getByRole("button", { name: theme, exact: true }).click();
    for (const screen of screens) {
      await page.getByRole("navigation").getByRole("button", { name: screen }).click();
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
        .analyze();
      expect(violations.map((v) => `${screen}: ${v.id} ${v.nodes[0]?.html}`)).toEqual([]);
    }
  }
});
