import { expect, it } from "vitest";
import type { DeviceStatus } from "../../contract/device.ts";
import { reading } from "../testing/reading.ts";
import { systemClock } from "../time.ts";
import { type Recorded, ReplayInstrument } from "./instrument.ts";

const profile = { technique: "raman", excitationNm: 785 } as const;
const dark = reading({ fill: 100 });
const exposure = reading({ fill: 400, lightOn: true, integrationUs: 200_000 });
const session: [Recorded, ...Recorded[]] = [
  { kind: "readings", readings: [exposure], dark, profile },
  { kind: "file", name: "wall.csv", load: async () => Buffer.from("1,2"), technique: "vnir" },
];

function player() {
  const pauses: number[] = [];
  const statuses: DeviceStatus[] = [];
  const instrument = new ReplayInstrument({
    id: "replay:1",
    title: "session 1",
    recorded: session,
    onStatus: (status) => statuses.push(status),
    clock: { ...systemClock, pause: async (ms) => void pauses.push(ms) },
  });
  instrument.start();
  return { instrument, pauses, statuses };
}
const go = new AbortController().signal;

it("plays what was recorded, in its order and its time: the same counts, a new id, marked as simulated", async () => {
  const { instrument, pauses } = player();
  expect(instrument.status.state).toBe("ready");
  const first = await instrument.next(go);
  if (first.kind !== "readings") throw new Error("readings come first");
  expect(first.readings[0]?.counts).toEqual(exposure.counts);
  expect(first.readings[0]?.settings).toEqual(exposure.settings);
  expect(first.readings[0]?.id).not.toBe(exposure.id);
  expect(first.dark.instrument).toEqual({ ...dark.instrument, driver: "replay/ocean-obp", simulated: true });
  expect(pauses).toEqual([400]); // dark and one exposure of 200 ms
  expect(instrument.profile).toEqual({ technique: "vnir" });
  expect(await instrument.next(go)).toMatchObject({ kind: "file", name: "wall.csv", instrument: { simulated: true } });
});

it("ends, says so, and begins again when told", async () => {
  const { instrument } = player();
  await instrument.next(go);
  await instrument.next(go);
  expect(instrument.status).toMatchObject({ state: "lost", problem: { code: "replay-ended" } });
  await expect(instrument.next(go)).rejects.toMatchObject({ code: "replay-ended" });
  instrument.retry();
  expect(instrument.status.state).toBe("ready");
  expect(await instrument.next(go)).toMatchObject({ kind: "readings" });
});

it("a playback that is played again says once that it is one", async () => {
  const twice = { ...exposure, instrument: { ...exposure.instrument, driver: "replay/ocean-obp" } };
  const instrument = new ReplayInstrument({
    id: "r",
    title: "r",
    recorded: [{ kind: "readings", readings: [twice], dark: twice, profile }],
    onStatus: () => {},
    clock: { ...systemClock, pause: async () => {} },
  });
  instrument.start();
  expect(await instrument.next(go)).toMatchObject({ dark: { instrument: { driver: "replay/ocean-obp" } } });
});
