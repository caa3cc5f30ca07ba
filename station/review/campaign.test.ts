import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { formats, writeDataset } from "../export/dataset.ts";
import { sessionsToWrite } from "../export/source.ts";
import { verifyFolder } from "../journal/verify.ts";
import { reportHtml } from "../report/report.ts";
import { alter, type Campaign, recordCampaign, tear } from "../testing/campaign.ts";
import { freshFolder } from "../testing/folders.ts";
import { readCampaign } from "./campaign.ts";
import { ReviewStore, readReview } from "./store.ts";

const minuteMs = 60_000;
const tablets = ["Kilo", "Lima", "Mike", "November"].map((crew, i) => ({
  crew,
  skewMs: i * 7 * minuteMs,
  receiver: crew === "Kilo" || crew === "Lima", // the others are aligned by a common event
}));
const alteredLine = 40;

let campaign: Campaign;
beforeAll(async () => {
  campaign = await recordCampaign(freshFolder(), tablets, 50);
  const [kilo = "", lima = "", mike = ""] = campaign.folders;
  const [k = "", l = "", m = ""] = campaign.sessionIds;
  tear(kilo, k);
  tear(lima, l);
  alter(mike, m, alteredLine);
}, 240_000);

describe("four tablets, 200 spots, two torn, one altered, clocks 7 minutes apart", () => {
  test("are merged and aligned; the altered one is refused with its line; doing it again changes nothing", async () => {
    expect(campaign.spots).toHaveLength(200);
    const [folder, keys] = [freshFolder(), freshFolder()];
    const store = await ReviewStore.open(folder, keys);
    const brought = await store.bringIn(campaign.folders);
    expect(brought.map(({ outcome, report }) => [outcome, report.state, report.firstBadLine])).toEqual([
      ["new", "torn", undefined],
      ["new", "torn", undefined],
      ["refused", "altered", alteredLine],
      ["new", "intact", undefined],
    ]);
    expect(brought[2]?.sentence).toContain(`Line ${alteredLine} does not have the bytes that were written`);
    const [k = "", l = "", , n = ""] = campaign.sessionIds;
    expect(store.log.alignmentOf(l), "by satellite time, at once").toMatchObject({
      offsetMs: -7 * minuteMs,
      by: { kind: "gnss", fixes: 50 },
    });
    expect(store.log.alignmentOf(n), "nothing to align it by yet").toBeUndefined();
    await store.alignByCommonEvent([k, l, n].map((sessionId) => ({ sessionId, seq: campaign.commonSeq })));
    expect([k, l, n].map((id) => store.log.offsetMsOf(id))).toEqual([0, -7 * minuteMs, -21 * minuteMs]);

    const before = treeOf(join(folder, "sessions"));
    const again = await store.bringIn([...campaign.folders].reverse());
    expect(again.map(({ outcome }) => outcome)).toEqual(["same", "refused", "same", "same"]);
    expect(treeOf(join(folder, "sessions"))).toEqual(before);
    await store.close();

    // The review's own journal is a journal like any other.
    const [report] = await verifyFolder(join(folder, "journal"), { keyFolder: keys });
    expect(report).toMatchObject({ state: "intact" });
    const { log, sessions } = await readReview(folder);
    expect(sessions).toHaveLength(3);
    expect(log.offsetMsOf(n)).toBe(-21 * minuteMs);
    // What was brought in is what the stick holds, byte for byte.
    expect(treeOf(join(folder, "sessions", k))).toEqual(treeOf(join(campaign.folders[0] ?? "", "journal", k)));
  });

  test("are told in a debrief: scores against the truth, the refused session, what the data cannot say", async () => {
    const folder = freshFolder();
    const store = await ReviewStore.open(folder, freshFolder());
    await store.bringIn(campaign.folders);
    const [kilo = "", , , november = ""] = campaign.sessionIds;
    await store.append({ kind: "crew-named", sessionId: kilo, crew: "Kilo <1>" });
    const own = campaign.spots.filter(({ sessionId }) => sessionId === kilo);
    for (const [index, { mineral, ...target }] of own.entries()) {
      const truth = { kind: "mineral" as const, names: [mineral], certain: index > 0, basis: "the simulation" };
      await store.append({ kind: "truth-set", target, truth, by: "Trainer", blind: index > 1 });
    }
    const review = await readCampaign(await store.sessions(), store.log);
    await store.close();
    expect(review.spots).toHaveLength(150);
    const [score] = review.scores.crews.filter(({ judged }) => judged > 0);
    expect(score).toMatchObject({ name: "Kilo <1>", spots: 50, judged: 50 });
    const verdicts = review.spots.filter(({ crew }) => crew === "Kilo <1>").map(({ verdict }) => verdict);
    expect(score?.rightFirst.hits).toBe(verdicts.filter((verdict) => verdict === "right").length);
    expect(score?.poor).toBe(verdicts.filter((verdict) => verdict === "poor").length);
    expect(score?.rightFirst.hits, "simulated minerals are easy").toBeGreaterThan(35);
    // Lima was put on satellite time: its first line is Kilo's, to a second.
    const [a, b] = review.sessions.map(({ firstAt }) => Date.parse(firstAt)).sort();
    expect(Math.abs((a ?? 0) - (b ?? 0))).toBeLessThan(1000);

    const html = reportHtml(review, { title: "Tinguatón, traverse 4", appVersion: "test" });
    expect(html).toContain("Kilo &#60;1&#62;");
    expect(html).toContain(`Line ${alteredLine} does not have the bytes that were written`);
    expect(html).toContain("100 of 150 spots have no truth");
    expect(html).toContain("A session was refused");
    expect(html.match(/<svg /g), "legend, timeline, map, calibration").toHaveLength(4);
    expect(html, "nothing comes from outside, nothing runs").not.toMatch(/<script|https?:|<img|<link|url\(/);
    const crew = reportHtml(review, { title: "T", crew: "Kilo <1>", appVersion: "test" });
    expect(crew).toContain("Debrief of Kilo &#60;1&#62;");
    expect(crew).not.toContain("November, date");
    expect(review.sessions.map(({ sessionId }) => sessionId)).toContain(november);
  });

  test("their exports are the same bytes after export, import, export, in every format", async () => {
    const folder = freshFolder();
    const store = await ReviewStore.open(folder, freshFolder());
    await store.bringIn([campaign.folders[0] ?? "", campaign.folders[3] ?? ""]);
    const spot = campaign.spots[0];
    if (spot === undefined) throw new Error("no spot");
    const { mineral, ...target } = spot;
    const truth = { kind: "mineral" as const, names: [mineral], certain: true, basis: "the simulation" };
    await store.append({ kind: "truth-set", target, truth, by: "Trainer", blind: false });
    await store.close();
    const first = join(freshFolder(), "first");
    const written = await writeDataset(first, "tinguaton-4", formats, await sessionsToWrite(folder, "tinguaton-4"));
    expect(written).toMatchObject({ sessions: 2, measurements: 100 });
    const original = treeOf(first);
    for (const [readFrom, same] of [
      ["json", ["csv", "json", "jcamp", "parquet", "measurements.geojson"]],
      ["parquet", ["csv", "json", "jcamp", "parquet", "measurements.geojson"]],
      ["csv", ["csv", "measurements.geojson"]],
      ["jcamp", ["csv", "json", "jcamp", "parquet", "measurements.geojson"]],
    ] as const) {
      const to = join(freshFolder(), "again");
      await writeDataset(to, "tinguaton-4", formats, await sessionsToWrite(first, "tinguaton-4", readFrom));
      const again = treeOf(to);
      for (const part of same) {
        const of = (tree: Record<string, string>) =>
          Object.fromEntries(Object.entries(tree).filter(([path]) => path.startsWith(part)));
        expect(Object.keys(of(again)).length, `${part} from ${readFrom}`).toBeGreaterThan(0);
        expect(of(again), `${part} from ${readFrom}`).toEqual(of(original));
      }
    }
    // Its journals can be brought in elsewhere, and give the same export again.
    const elsewhere = freshFolder();
    const other = await ReviewStore.open(elsewhere, freshFolder());
    expect((await other.bringIn([join(first, "journals")])).map(({ outcome }) => outcome)).toEqual(["new", "new"]);
    await other.append({ kind: "truth-set", target, truth, by: "Trainer", blind: false });
    await other.close();
    const second = join(freshFolder(), "second");
    await writeDataset(second, "tinguaton-4", formats, await sessionsToWrite(elsewhere, "tinguaton-4"));
    expect(treeOf(second)).toEqual(original);
  }, 120_000);
});

/** Every file under a folder, path → content in Latin-1. */
function treeOf(folder: string): Record<string, string> {
  expect(existsSync(folder)).toBe(true);
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "latin1")]));
}
