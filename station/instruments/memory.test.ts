import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nodeDisk } from "../journal/disk.ts";
import { freshFolder } from "../testing/folders.ts";
import { Memory, type RememberedInstrument } from "./memory.ts";

const quartzProbe: RememberedInstrument = {
  serialNumber: "S1",
  driver: "ocean-obp",
  model: "STS",
  name: "Raman of crew A",
  profile: { technique: "raman", excitationNm: 785 },
  plug: { path: "/dev/ttyUSB0", adapter: "FT1" },
  lastSeenAt: "2026-11-21T12:00:00.000Z",
  connects: true,
};

it("an instrument is known again after a restart, by its serial number", async () => {
  const folder = join(freshFolder(), "not", "yet", "there");
  const { memory } = await Memory.open(nodeDisk, folder);
  await Promise.all([
    memory.remember(quartzProbe),
    memory.remember({ ...quartzProbe, serialNumber: "S2", name: "spare" }),
    memory.choose(["S2"]),
  ]);
  await memory.remember({ ...quartzProbe, plug: { path: "/dev/ttyUSB7" } });
  const { memory: again } = await Memory.open(nodeDisk, folder);
  expect(again.instruments.map(({ serialNumber }) => serialNumber)).toEqual(["S2", "S1"]);
  expect(again.instrument("S1")).toEqual({ ...quartzProbe, plug: { path: "/dev/ttyUSB7" } });
  expect(again.chosen).toEqual(["S2"]);
  await again.forget("S1");
  expect((await Memory.open(nodeDisk, folder)).memory.instrument("S1")).toBeUndefined();
});

it("a list that is not understood is told and kept beside, and the station starts", async () => {
  const folder = freshFolder();
  writeFileSync(join(folder, "instruments.json"), '{"version": 9');
  const { memory, problem } = await Memory.open(nodeDisk, folder);
  expect(problem?.sentence).toContain("not understood");
  expect(memory.instruments).toEqual([]);
  expect(readFileSync(join(folder, "instruments.json.not-understood"), "utf8")).toBe('{"version": 9');
  await memory.remember(quartzProbe);
  expect(existsSync(join(folder, "instruments.json.part"))).toBe(false);
});
