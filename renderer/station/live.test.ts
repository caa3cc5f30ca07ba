import { describe, expect, it } from "vitest";
import type { DeviceStatus } from "../../contract/device.ts";
import { idOf } from "../store/testing.ts";
import { countdown, gone, isAwayLong, type Live, laserState, nothingYet, progressed, readyInstrument } from "./live.ts";

const device = (more: Partial<DeviceStatus>): DeviceStatus => ({
  id: "a",
  port: "/dev/ttyUSB0",
  state: "ready",
  since: "2026-11-21T10:00:00.000Z",
  profile: { technique: "raman" },
  ...more,
});
const up: Live = { ...nothingYet, link: "up" };
const exposing = (remainingMs: number) =>
  ({ state: "exposing", spotId: idOf(1), technique: "raman", done: 1, wanted: 4, remainingMs }) as const;

describe("the laser's state", () => {
  it("is on as soon as one instrument says so", () => {
    const instruments = [device({ lightOn: false }), device({ lightOn: true })];
    expect(laserState({ ...up, instruments })).toBe("on");
  });

  it("is off only when every instrument has said so", () => {
    expect(laserState({ ...up, instruments: [device({ lightOn: false })] })).toBe("off");
    expect(laserState({ ...up, instruments: [device({ lightOn: false }), device({})] })).toBe("unknown");
  });

  it("is not known while the station is gone or a stop is not confirmed", () => {
    expect(laserState(gone(up, "2026-11-21T10:00:00.000Z"))).toBe("unknown");
    const stop = { state: "not-confirmed", at: "2026-11-21T10:00:00.000Z" } as const;
    expect(laserState({ ...up, stop, instruments: [device({ lightOn: false })] })).toBe("unknown");
  });

  it("says so when there is no laser", () => {
    expect(laserState(up)).toBe("none");
  });
});

describe("a station that is away", () => {
  const since = "2026-11-21T10:00:00.000Z";
  const away = gone(up, since);

  it("is being started again at first, and has stopped after 15 s", () => {
    expect(isAwayLong(away, Date.parse(since) + 15_000)).toBe(false);
    expect(isAwayLong(away, Date.parse(since) + 15_001)).toBe(true);
  });

  it("counts from its end, whatever number of tries failed since", () => {
    expect(gone(away, "2026-11-21T10:01:00.000Z").goneSince).toBe(since);
  });

  it("is never said to have stopped while it was not yet found", () => {
    expect(isAwayLong(gone(nothingYet, since), Date.parse(since) + 60_000)).toBe(false);
  });
});

describe("a measurement under way", () => {
  it("counts down between two words of the station", () => {
    const first = progressed(up, exposing(8000), 1000);
    const later = progressed(first, exposing(4000), 5000);
    expect(countdown(later.running!, 6000)).toEqual({ fraction: 5000 / 8000, remainingMs: 3000 });
  });

  it("ends when the station is gone, and the page does not wait for it", () => {
    const running = progressed({ ...up, busy: "measure" }, exposing(8000), 1000);
    expect(gone(running, "2026-11-21T10:00:00.000Z")).toMatchObject({
      link: "gone",
      running: undefined,
      busy: undefined,
    });
  });
});

it("MEASURE uses an instrument that is ready, not one that is lost", () => {
  const instruments = [device({ id: "lost", state: "lost" }), device({ id: "ready" })];
  expect(readyInstrument(instruments)?.id).toBe("ready");
  expect(readyInstrument([device({ state: "failed" })])).toBeUndefined();
});
