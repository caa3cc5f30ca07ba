import { join } from "node:path";
import { expect, it } from "vitest";
import { simulate } from "../../devices/testing/simulated.ts";
import { Memory } from "../instruments/memory.ts";
import { nodeDisk } from "../journal/disk.ts";
import { runCommand } from "../testing/command.ts";
import { demoPortProblem } from "../testing/demoPort.ts";
import { freshFolder } from "../testing/folders.ts";

const why = await demoPortProblem();

it.skipIf(why !== undefined)(
  "instruments probe says who is on each port, and list speaks to none",
  async (test) => {
    const sockets = freshFolder();
    const simulated = await simulate({ serialNumber: "S05507", link: join(sockets, "probe") });
    test.onTestFinished(() => simulated.kill());
    const data = freshFolder();
    const list = await runCommand("instruments", "list", "--ports", sockets, "--data", data);
    expect(list.out).toContain(`${join(sockets, "probe")}: not asked`);
    const probe = await runCommand("instruments", "probe", "--ports", sockets, "--data", data, "--json");
    expect(probe.code).toBe(0);
    const { ports } = JSON.parse(probe.out);
    expect(ports).toContainEqual(
      expect.objectContaining({ instrument: expect.objectContaining({ driver: "ocean-obp", serialNumber: "S05507" }) }),
    );
  },
  60_000,
);

it("instruments name and forget work on what is remembered", async () => {
  const data = freshFolder();
  const { memory } = await Memory.open(nodeDisk, data);
  await memory.remember({
    serialNumber: "S1",
    driver: "ocean-obp",
    model: "STS",
    profile: { technique: "vnir" },
    plug: { path: "/dev/ttyUSB0" },
    lastSeenAt: "2026-11-21T12:00:00.000Z",
    connects: true,
  });
  const named = await runCommand(
    ...[
      "instruments",
      "name",
      "S1",
      "--name",
      "Crew A",
      "--technique",
      "raman",
      "--excitation-nm",
      "532",
      "--data",
      data,
    ],
  );
  expect(named.out).toBe("S1: Crew A, STS, Raman 532 nm, last on /dev/ttyUSB0\n");
  expect((await runCommand("instruments", "list", "--data", data)).out).toContain(named.out);
  expect((await runCommand("instruments", "forget", "S1", "--data", data)).code).toBe(0);
  const again = await runCommand("instruments", "forget", "S1", "--data", data);
  expect(again.code).toBe(1);
  expect(again.err).toContain("[instrument-not-found]");
}, 60_000);

it("simulate refuses what the device cannot be told, and says what it can", async () => {
  const { code, err } = await runCommand("simulate", "--device", "gnss", "--mineral", "Quartz");
  expect(code).toBe(1);
  expect(err).toContain('it has no "mineral"');
  expect(err).toContain("latitudeDeg");
}, 60_000);
