import { existsSync } from "node:fs";
import { expect, it, type TestContext } from "vitest";
import type { PositionStatus } from "../../contract/device.ts";
import type { SimulatorOptions } from "../simulators/run.ts";
import { simulate } from "../testing/simulated.ts";
import { openTransport } from "../transport/open.ts";
import { Receiver } from "./receiver.ts";

type Gnss = Omit<Extract<SimulatorOptions, { device: "gnss" }>, "device">;

async function listening(test: TestContext, options: Gnss = {}) {
  const plugIn = async (what: Gnss) => {
    const simulated = await simulate({ device: "gnss", epochMs: 300, ...what });
    test.onTestFinished(() => simulated.kill());
    return simulated;
  };
  let plugged = await plugIn(options);
  let { path } = plugged;
  const told: PositionStatus[] = [];
  const found: number[] = [];
  const waiting = new Set<() => void>();
  const receiver = new Receiver({
    where: () => (existsSync(path) ? [{ path }] : []),
    open: openTransport,
    onFound: (_, baud) => found.push(baud),
    onStatus: (status) => {
      told.push(status);
      for (const check of waiting) check();
    },
  });
  test.onTestFinished(() => receiver.close());
  receiver.start();
  const until = (is: (status: PositionStatus) => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!is(receiver.status)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return {
    receiver,
    told,
    found,
    until,
    unplug: () => {
      path = "/dev/unplugged";
      return plugged.kill();
    },
    plugIn: async (what: Gnss) => {
      plugged = await plugIn(what);
      path = plugged.path;
      receiver.portsChanged();
    },
  };
}

it.concurrent("tells the position with its age and quality, between binary messages, after searching", async (test) => {
  const { receiver, told, until } = await listening(test, { searching: 2, binary: true, latitudeDeg: -13.5 });
  await until(({ state }) => state === "fixed");
  const position = receiver.position();
  expect(position).toMatchObject({ quality: "simulated", simulated: true, satellites: 9, hdop: 0.9 });
  expect(position?.latitudeDeg).toBeCloseTo(-13.5, 3);
  expect(position?.longitudeDeg).toBeCloseTo(40.67, 4);
  expect(position?.ageMs).toBeLessThan(5000);
  expect(told.map(({ state }) => state)).toContain("searching");
}, 30_000);

it.concurrent("is found at whatever rate it speaks", async (test) => {
  const { found, until } = await listening(test, { baud: 4800 });
  await until(({ state }) => state === "fixed");
  expect(found).toEqual([4800]);
}, 60_000);

it.concurrent("has no position while a sentence of each epoch is damaged on the line", async (test) => {
  const { receiver, until } = await listening(test, {
    faults: [{ type: "RMC", count: 6, action: { kind: "flip", bit: 100 } }],
  });
  await until(({ state }) => state === "searching");
  expect(receiver.position()).toBeUndefined();
  await until(({ state }) => state === "fixed");
}, 30_000);

it.concurrent("loses the position with the cable, and has it again when it is plugged in elsewhere", async (test) => {
  const { receiver, unplug, plugIn, until } = await listening(test);
  await until(({ state }) => state === "fixed");
  await unplug();
  await until(({ state }) => state === "silent");
  expect(receiver.position()).toBeUndefined();
  await plugIn({});
  await until(({ state }) => state === "fixed");
}, 30_000);
