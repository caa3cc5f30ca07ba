import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { JournalEvent } from "../contract/journal.ts";
import { type Simulated, simulate } from "../devices/testing/simulated.ts";
import { faultsOf } from "./axe.ts";
import { type App, expect, journalText, lithoscope, test } from "./hosts.ts";

const serialNumber = "RMN-0417";
/** The laser is not where its label says: what the calibration has to find. */
const laserErrorNm = 0.2;
/** Waiting for exposures at the pace of a serial line. */
const measured = { timeout: 90_000 };

const open = (page: Page, workspace: string): Promise<void> =>
  page.getByRole("navigation", { name: "Workspaces" }).getByRole("button", { name: workspace, exact: true }).click();
const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole("button", { name }).first().click();

/** Plugs a simulated spectrometer in, with something under its probe. */
async function plugIn({ sockets }: App, socket: string, mineral: string): Promise<Simulated> {
  const instrument = await simulate({ link: join(sockets, socket), baud: 115_200, serialNumber, mineral });
  await instrument.place({ specimen: mineral, laserErrorNm });
  return instrument;
}

/**
 * Pulls the cable: the process is killed, and the socket is empty. A link left behind would lead to the next
 * pseudo-terminal that gets the freed number.
 */
async function pull({ sockets }: App, socket: string, instrument: Simulated): Promise<void> {
  await instrument.kill();
  rmSync(join(sockets, socket), { force: true });
}

/** The kinds of the journal's events, in order, once each in a row. */
function story(app: App): string[] {
  const events = journalText(app)
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { event: JournalEvent }).event.kind);
  return events.filter((kind, i) => kind !== "head-signed" && kind !== events[i - 1]);
}

test("calibrate and reconnect: plug in, calibrate with polystyrene, measure, pull the cable in the middle, plug in elsewhere, measure", async ({
  app,
}) => {
  test.slow();
  const { page } = app;
  const list = page.getByRole("list", { name: "Instruments and ports" });
  const answer = page.getByRole("region", { name: "Answer" });
  const inForce = page.getByRole("region", { name: "Corrections in force" });

  let instrument = await plugIn(app, "left", "Quartz");

  await open(page, "Instruments");
  await press(page, "Find instruments");
  await list.getByRole("button", { name: new RegExp(serialNumber) }).click(measured);
  await page.getByRole("textbox", { name: "Name" }).fill("Base Raman");
  await press(page, "Connect");
  await expect(list.getByRole("button", { name: /Base Raman.*Ready/ })).toBeVisible(measured);
  await expect(page.getByRole("article", { name: "Base Raman" })).toContainText("Simulator");

  await press(page, /^Begin Raman calibration/);
  await instrument.place({ specimen: "Nothing" });
  await press(page, /^Measure dark/);
  await press(page, /^Go on/);
  await instrument.place({ specimen: "Argon lamp" });
  await press(page, /^Measure lamp/);
  await page.getByRole("button", { name: /^Go on/ }).click(measured);
  await instrument.place({ specimen: "Polystyrene" });
  await press(page, /^Measure polystyrene/);
  const table = page.getByRole("table", { name: /Raman shift, line by line/ });
  await expect(table.getByRole("row", { name: /^1001\.4/ })).toContainText("Pass", measured);
  await expect(page.getByRole("region", { name: "Verdict" })).toContainText(/laser.*785\.2/);
  expect(await faultsOf(page, "after a step")).toEqual([]);
  await press(page, /^Go on/);
  await press(page, "Leave out"); // silicon
  await instrument.place({ specimen: "Calcite standard" });
  await press(page, /^Measure calcite/);
  await page.getByRole("button", { name: /^Go on/ }).click(measured);
  await press(page, "Leave out"); // intensity
  await expect(page.getByRole("table", { name: "Results" })).toContainText("Raman shift");
  expect(await faultsOf(page, "the signature")).toEqual([]);
  await page.getByRole("textbox", { name: "Operator" }).fill("Ada Lovelace");
  await page.getByRole("textbox", { name: "Comment" }).fill("Disc of the base camp.");
  await press(page, "Accept and sign");
  await expect(inForce.getByRole("row", { name: /^Shift S-/ })).toBeVisible();
  await page.getByRole("list", { name: "Records of Raman shift" }).getByRole("button").first().click();
  await expect(page.getByRole("article")).toContainText("Ada Lovelace: Disc of the base camp.");

  expect(await faultsOf(page, "a record")).toEqual([]);
  await instrument.place({ specimen: "Quartz" });
  await open(page, "Field");
  await press(page, /^MEASURE/);
  await expect(answer.getByRole("heading", { name: "Quartz" })).toBeVisible(measured);

  await press(page, "New spot");
  await press(page, /^MEASURE/);
  await expect(page.getByRole("button", { name: "Cancel reading" })).toBeVisible();
  await instrument.light(true);
  await pull(app, "left", instrument);
  await expect(page.getByRole("region", { name: "Instruments" })).toContainText("Lost");
  await expect(page.getByRole("button", { name: /^MEASURE/ })).toBeDisabled();

  instrument = await plugIn(app, "right", "Quartz");
  await expect(page.getByRole("region", { name: "Instruments" })).toContainText("Ready", measured);
  await press(page, /^MEASURE/);
  await expect(answer.getByRole("heading", { name: "Quartz" })).toBeVisible(measured);

  await open(page, "Instruments");
  await expect(page.getByRole("article", { name: "Base Raman" })).toContainText("Same instrument, at another port");
  await expect(inForce.getByRole("row", { name: /^Shift S-/ })).toBeVisible();

  expect(story(app)).toEqual(
    expect.arrayContaining(["instrument-connected", "calibration-accepted", "measurement", "instrument-lost"]),
  );
  const kinds = story(app);
  const told = [
    "instrument-connected",
    "calibration-accepted",
    "measurement",
    "instrument-lost",
    "instrument-connected",
    "measurement",
  ];
  let from = 0;
  for (const kind of told) from = kinds.indexOf(kind, from) + 1;
  expect(from, `the story ${told.join(", ")} in ${kinds.join(", ")}`).toBeGreaterThan(0);
  expect(lithoscope("journal", "verify", join(app.dataFolder, "journal"))).toContain("intact");
  await instrument.kill();
});
