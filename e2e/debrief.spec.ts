import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { alter, type Campaign, recordCampaign, tear } from "../station/testing/campaign.ts";
import { expect, lithoscope, test } from "./hosts.ts";

const alteredLine = 9;
let root: string;
let campaign: Campaign;
test.beforeAll(async () => {
  test.setTimeout(240_000);
  root = mkdtempSync(join(tmpdir(), "lithoscope-sticks-"));
  const crews = ["Kilo", "Lima", "Mike", "November"];
  const minutes = [0, 7, 14, 21];
  const tablets = crews.map((crew, i) => ({ crew, skewMs: (minutes[i] ?? 0) * 60_000, receiver: i === 1 }));
  campaign = await recordCampaign(root, tablets, 6);
  const [kilo = "", lima = "", mike = ""] = campaign.folders;
  const [k = "", l = "", m = ""] = campaign.sessionIds;
  tear(kilo, k);
  tear(lima, l);
  alter(mike, m, alteredLine);
});
test.afterAll(() => rmSync(root, { recursive: true, force: true }));

test("the debrief: four tablets brought in, clocks aligned, truth set, scored, replayed and exported", async ({
  app,
}) => {
  test.setTimeout(240_000);
  const { page, dataFolder } = app;
  const patient = { timeout: 60_000 };
  await page.getByRole("button", { name: "Review", exact: true }).click();

  // Bring in: the altered one is refused with its line.
  const bringIn = page.getByRole("region", { name: "Bring in" });
  await bringIn.getByRole("textbox", { name: "Folder or stick on this machine" }).fill(root);
  await bringIn.getByRole("button", { name: "Bring in" }).click();
  const log = bringIn.getByRole("log", { name: "What became of each session" });
  await expect(log.getByRole("listitem")).toHaveCount(4, patient);
  await expect(log).toContainText(`Line ${alteredLine} does not have the bytes that were written`);
  await page.getByRole("button", { name: "Bring in", exact: true }).first().click();

  // Crews get their names, and the clocks are aligned by what all recorded.
  for (const crew of ["Kilo", "Lima", "November"]) {
    const field = bringIn.getByRole("textbox", { name: `Crew of ${crew}, traverse 4` });
    await field.fill(crew);
    await field.press("Enter");
    await expect(bringIn.getByRole("combobox", { name: `Common event of ${crew}, traverse 4` })).toBeEnabled();
  }
  for (const crew of ["Kilo", "Lima", "November"]) {
    const events = bringIn.getByRole("combobox", { name: `Common event of ${crew}, traverse 4` });
    const radio = await events.getByRole("option", { name: /radio check/ }).textContent();
    await events.selectOption(radio ?? "");
  }
  await bringIn.getByRole("button", { name: "Align clocks" }).click();
  const november = bringIn.getByRole("row", { name: /November/ });
  await expect(november).toContainText("by a common event, −1260.0 s", patient);
  await expect(bringIn.getByRole("row", { name: /Lima/ })).toContainText("by satellite time");

  // Truth, blind: the machine's answer is hidden until it is set.
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await page.getByRole("button", { name: "First spot" }).click();
  await page.getByRole("button", { name: "Blind" }).click();
  const evidence = page.getByRole("region", { name: "Evidence" });
  await expect(evidence).toContainText("hidden until a truth is set");
  const truth = page.getByRole("region", { name: "Ground truth" });
  const heading = await truth.getByRole("heading").first().textContent();
  await truth
    .getByRole("textbox", { name: "Name" })
    .or(truth.getByRole("combobox", { name: "Name" }))
    .fill("calcite");
  await truth.getByRole("textbox", { name: "Known from" }).fill("thin section TS-112");
  await truth.getByRole("button", { name: "Set truth" }).click();
  await expect(truth).toContainText("Calcite", patient); // as the catalogue spells it
  await expect(evidence).not.toContainText("hidden");
  await truth.getByRole("textbox", { name: "The astronaut said" }).fill("Quartz");
  await truth.getByRole("button", { name: "Note it" }).click();
  await truth.getByRole("textbox", { name: "Note", exact: true }).fill("Probe held at an angle.");
  await truth.getByRole("button", { name: "Add note" }).click();
  await expect(evidence).toContainText("Probe held at an angle.", patient);

  // Jumping: away, and back to the disagreement, by key.
  await page.getByRole("button", { name: "Last spot" }).click();
  await expect(truth.getByRole("heading").first()).not.toHaveText(heading ?? "");
  await page.keyboard.press("d");
  await expect(truth.getByRole("heading").first()).toHaveText(heading ?? "");
  await expect(page.getByRole("img", { name: /Timeline of 3 crews, 18 spots/ })).toBeVisible();
  await expect(page.getByRole("img", { name: /Map of 18 spots in metres/ })).toBeVisible();
  await expect(page.getByRole("region", { name: "Score" }).getByRole("row", { name: /Right first/ })).toContainText(
    "/1",
  );

  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])).toEqual([]);

  // Playing moves the one clock to the end of the day.
  await page.getByRole("combobox", { name: "Speed" }).selectOption("60×");
  const before = await page.getByRole("time").textContent();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect(page.getByRole("time")).not.toHaveText(before ?? "", patient);
  await page.getByRole("button", { name: "Pause" }).click();

  // Two spectra beside each other.
  await page.getByRole("button", { name: "First spot" }).click();
  const compare = page.getByRole("button", { name: "Compare" });
  await compare.last().click();
  await expect(compare.last()).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: "Last spot" }).click();
  await expect(compare.last()).toHaveAttribute("aria-pressed", "false");
  await compare.last().click();
  await expect(compare.last()).toHaveAttribute("aria-pressed", "true");
  await compare.first().click();
  await page.getByRole("button", { name: "Difference" }).click();
  await expect(page.getByRole("img", { name: "2 Raman spectra, difference" })).toBeVisible(patient);

  // The report, as it is printed.
  await page.getByRole("button", { name: "Debrief" }).click();
  const debrief = page.getByRole("region", { name: "Debrief" });
  await debrief.getByRole("textbox", { name: "Title" }).fill("Tinguatón, traverse 4");
  const report = debrief.getByRole("article", { name: "Report" });
  await expect(report.getByRole("heading", { name: "Tinguatón, traverse 4" })).toBeVisible(patient);
  await expect(report).toContainText("17 of 18 spots have no truth");
  await expect(report).toContainText(`Line ${alteredLine} does not have the bytes that were written`);
  await expect(report.getByRole("heading", { name: "What these data cannot say" })).toBeVisible();

  // Export, readable without a screen.
  const to = join(root, "export");
  await debrief.getByRole("textbox", { name: "New folder" }).fill(to);
  await debrief.getByRole("button", { name: /^Export/ }).click();
  await expect(debrief.getByRole("status")).toContainText("18 measurements written", patient);
  expect(
    readFileSync(join(to, "csv", "measurements.csv"), "utf8")
      .trim()
      .split("\n"),
  ).toHaveLength(19);
  // What the trainer said stands in a journal of its own, as sound as every other.
  expect(lithoscope("journal", "verify", join(dataFolder, "review", "journal"))).toContain("intact");
});
