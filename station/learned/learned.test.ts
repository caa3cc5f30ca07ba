import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { verifyFolder } from "../journal/verify.ts";
import { openStation } from "../station.ts";
import { rruffFile, strangeRamanFile, vnirFile } from "../testing/exampleFiles.ts";
import { freshFolder } from "../testing/folders.ts";
import { openPage } from "../testing/page.ts";

const bytesOf = (text: string) => Buffer.from(text);

async function start(dataFolder: string) {
  const station = await openStation({ host: "web", dataFolder, instruments: [] });
  const page = openPage(station);
  const measured = async (name: string, text: string, spotId?: string) => {
    const at = spotId ?? (await page.newSpot());
    const technique = name.endsWith(".vnir.csv") ? ("vnir" as const) : ("raman" as const);
    const { measurementId } = await page.request("openFile", { spotId: at, name, bytes: bytesOf(text), technique });
    const events = (await page.lines()).map(({ event }) => event);
    const event = events.find((e) => e.kind === "measurement" && e.measurementId === measurementId);
    if (event?.kind !== "measurement") throw new Error("it is not in the journal");
    return event;
  };
  return {
    page,
    measured,
    stop: async () => {
      await station.close();
      page.leave();
    },
  };
}

const nameOf = ({ identification }: { identification: { minerals: { name: string }[] } }) =>
  identification.minerals[0]?.name;

describe("a mineral taught on the tablet", () => {
  test("is named on later spots, survives a restart, and is gone once it is forgotten", async () => {
    const dataFolder = freshFolder();
    const first = await start(dataFolder);
    const { measurementId } = await first.measured("a.csv", strangeRamanFile());
    const taught = await first.page.request("learnMineral", { measurementId, name: " Site mineral A" });
    expect(taught).toMatchObject({ name: "Site mineral A", technique: "raman", measurementIds: [measurementId] });
    await first.page.until("learned", (learned) => learned.length === 1);
    const later = await first.measured("b.csv", strangeRamanFile(2));
    expect(later.identification.minerals[0]).toMatchObject({ name: "Site mineral A", learned: true });
    expect(nameOf(await first.measured("quartz.txt", rruffFile("Quartz")))).toBe("Quartz");
    await first.stop();

    const second = await start(dataFolder);
    expect(await second.page.request("learnedMinerals", {})).toEqual([taught]);
    const again = await second.measured("c.csv", strangeRamanFile(2));
    expect(again.identification.minerals[0]?.probability).toBeCloseTo(
      later.identification.minerals[0]?.probability ?? 0,
      6,
    );
    await second.page.request("forgetMineral", { learnedId: taught.learnedId });
    expect(await second.page.request("learnedMinerals", {})).toEqual([]);
    expect(nameOf(await second.measured("d.csv", strangeRamanFile(2)))).not.toBe("Site mineral A");
    await expect(second.page.request("forgetMineral", { learnedId: taught.learnedId })).rejects.toMatchObject({
      code: "learned-not-found",
    });
    await second.stop();

    const third = await start(dataFolder);
    expect(nameOf(await third.measured("e.csv", strangeRamanFile(2)))).not.toBe("Site mineral A");
    const kinds = (await third.page.lines()).map(({ event }) => event.kind);
    expect(kinds.filter((kind) => kind.startsWith("mineral-"))).toEqual(["mineral-learned", "mineral-forgotten"]);
    await third.stop();
    for (const report of await verifyFolder(join(dataFolder, "journal"))) expect(report.state).toBe("intact");
  });

  test("is learned from all Raman measurements of the spot, and from no other", async () => {
    const { page, measured, stop } = await start(freshFolder());
    const one = await measured("a.csv", strangeRamanFile());
    const two = await measured("b.csv", strangeRamanFile(1), one.spotId);
    const three = await measured("c.vnir.csv", vnirFile(), one.spotId);
    const taught = await page.request("learnMineral", { measurementId: three.measurementId, name: "Site mineral A" });
    expect(taught.measurementIds).toEqual([one.measurementId, two.measurementId]);
    await stop();
  });

  test("needs a name, a Raman spectrum and a measurement; else nothing is written", async () => {
    const { page, measured, stop } = await start(freshFolder());
    const raman = await measured("a.csv", strangeRamanFile());
    const vnir = await measured("b.vnir.csv", vnirFile());
    const learn = (measurementId: string, name: string) => page.request("learnMineral", { measurementId, name });
    await expect(learn(raman.measurementId, "  ")).rejects.toMatchObject({ code: "name-invalid" });
    await expect(learn(vnir.measurementId, "Site mineral A")).rejects.toMatchObject({ code: "learned-raman-only" });
    await expect(learn(raman.spotId, "Site mineral A")).rejects.toMatchObject({ code: "measurement-not-found" });
    expect((await page.lines()).filter(({ event }) => event.kind === "mineral-learned")).toEqual([]);
    await stop();
  });
});
