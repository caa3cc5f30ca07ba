import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { rruffFile } from "../station/testing/exampleFiles.ts";
import { expect, openFile, test } from "./hosts.ts";

const find = (page: Page) => page.getByRole("searchbox");
const found = (page: Page) => page.getByRole("listbox", { name: "Minerals found" });
/** A row of the list; its name goes on with the formula. */
const row = (page: Page, mineral: string) =>
  found(page).getByRole("option", { name: new RegExp(`^${mineral}\\b(?!-)`) });

async function openMinerals(page: Page): Promise<void> {
  await page.getByRole("navigation").getByRole("button", { name: "Minerals" }).click();
  await expect(page.getByRole("status").filter({ hasText: /^\d+ minerals$/ })).toBeVisible({ timeout: 60_000 });
}

async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
    .analyze();
  expect(violations.map((v) => `${what}: ${v.id} ${v.nodes[0]?.html}`)).toEqual([]);
}

test("what is this line: a mineral is found by a peak, by elements, by its name in another language, and read", async ({
  app,
}) => {
  const { page } = app;
  await openMinerals(page);

  await find(page).fill("967");
  await expect(row(page, "Fluorapatite")).toContainText("cm⁻¹");
  await find(page).fill("1086 +Ca -Mg");
  await expect(row(page, "Calcite")).toBeVisible();
  await expect(row(page, "Dolomite")).toBeHidden();

  await find(page).fill("Steinsalz");
  await expect(found(page).getByRole("option").first()).toContainText("Halite");
  await find(page).fill("zzzzqq");
  await expect(found(page)).toContainText("No mineral fits");
  await expectAccessible(page, "nothing found");

  await find(page).fill("");
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await page.getByRole("textbox", { name: "Has", exact: true }).fill("Fe Ti");
  await page.getByRole("textbox", { name: "Has not" }).fill("Si Mg");
  await page.getByRole("combobox", { name: "Found on" }).selectOption("Moon");
  await expectAccessible(page, "filters");
  await expect(row(page, "Ilmenite")).toBeVisible();
  await expect(row(page, "Forsterite")).toBeHidden();

  await row(page, "Ilmenite").click();
  const entry = page.getByRole("article", { name: "Ilmenite" });
  await expect(entry).toContainText("mare basalts");
  await expect(
    entry.getByRole("region", { name: "Raman" }).getByRole("img", { name: /reference spectrum of Ilmenite/ }),
  ).toBeVisible();
  await expect(entry.getByRole("region", { name: "LIBS" })).toContainText("Fe");
  await expect(entry.getByRole("region", { name: "Look-alikes" })).toContainText("Looks like");
  await expect(entry).toContainText("Hardness");
  await expect(entry).toContainText("References");
  await expect(page.getByRole("region", { name: "Where it is found" })).toContainText("Moon");
  await expectAccessible(page, "entry");
});

test("what I measured lies over the reference, with the bands that agree marked, and a rock's diagram has my sample's point", async ({
  app,
}) => {
  const { page } = app;
  for (const mineral of ["Forsterite", "Enstatite", "Diopside"]) {
    await openFile(page, `${mineral}.txt`, rruffFile(mineral));
    await expect(page.getByRole("region", { name: "Answer" })).toContainText(mineral, { timeout: 60_000 });
    if (mineral === "Diopside") continue;
    await page.getByRole("button", { name: "New spot" }).click();
    // The next file must not go onto the old spot.
    await expect(page.getByRole("region", { name: "Answer" })).not.toContainText(mineral);
  }
  await openMinerals(page);
  await find(page).fill("diopside");
  await row(page, "Diopside").click();
  await page.getByRole("button", { name: /^Compare with .* spot 3$/ }).click();
  const raman = page.getByRole("article", { name: "Diopside" }).getByRole("region", { name: "Raman" });
  await expect(raman.getByRole("img")).toHaveAccessibleName(/over it the measured spectrum; agrees at .*101[23]/);
  await expect(raman).toContainText("agree");

  await page.getByRole("button", { name: "Lherzolite" }).click();
  const rock = page.getByRole("article", { name: "Lherzolite" });
  await expect(rock.getByRole("img", { name: /The field lherzolite is filled/ })).toHaveAccessibleName(
    /lies in the field .*: Ol \d+ %, Opx \d+ %, Cpx \d+ %/,
    { timeout: 60_000 },
  );
  await expectAccessible(page, "rock");
  await rock.getByRole("button", { name: "Forsterite" }).click();
  await expect(page.getByRole("article", { name: "Forsterite" })).toBeVisible();

  await page.getByRole("button", { name: "Terms" }).click();
  await page.getByRole("searchbox", { name: "Term" }).fill("kreep");
  await expect(page.getByRole("region", { name: "Terms" })).toContainText("rare earth");
  await expectAccessible(page, "terms");
});
