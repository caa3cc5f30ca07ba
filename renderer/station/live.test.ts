import { describe, expect, it } from "vitest";
import type { DeviceStatus } from "../../contract/device.ts";
import type { CalibrationLive, CalibrationRun } from "../../contract/procedure.ts";
import { idOf } from "../store/testing.ts";
import {
  calibrated,
  chosenWith,
  countdown,
  gone,
  isArmed,
  isAwayLong,
  isDemo,
  type Live,
  laserState,
  measuringInstruments,
  nothingYet,
  progressed,
  toBeArmed,
  withInstruments,
} from "./live.ts";

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
    expect(laserState({ ...up, instruments: [device({ source: "folder" }), device({ source: "replay" })] })).toBe(
      "none",
    );
    expect(laserState({ ...up, instruments: [device({ profile: { technique: "vnir" } })] })).toBe("none");
  });

  it("a folder beside an instrument hides nothing of the instrument's laser", () => {
    const folder = device({ source: "folder" });
    expect(laserState({ ...up, instruments: [folder, device({ lightOn: false })] })).toBe("off");
    expect(laserState({ ...up, instruments: [folder, device({})] })).toBe("unknown");
    expect(laserState({ ...up, instruments: [folder, device({ lightOn: true })] })).toBe("on");
  });
});

it("the demo instrument is the simulator that nobody plugged in", () => {
  const instrument = { serialNumber: "S1", model: "STS", driver: "ocean-obp/serial", simulated: true };
  const plugged = { driver: "ocean-obp", serialNumber: "S1", model: "STS", profile: { technique: "raman" } } as const;
  const seen = { lastPort: "/dev/ttyUSB0", lastSeenAt: "2026-11-21T10:00:00.000Z", connects: true };
  const simulator = device({ id: "S1", instrument });
  expect(isDemo(simulator, { ports: [], known: [] })).toBe(true);
  expect(isDemo(simulator, { ports: [], known: [{ id: "S1", ...plugged, ...seen }] })).toBe(false);
  expect(isDemo({ ...simulator, source: "replay" }, { ports: [], known: [] })).toBe(false);
  expect(isDemo(device({ instrument: { ...instrument, simulated: false } }), { ports: [], known: [] })).toBe(false);
});

describe("an instrument that comes back", () => {
  const at = (port: string, more: Partial<DeviceStatus> = {}) => [device({ id: "S1", port, ...more })];

  it("at another port is the same instrument, and the page knows where it was", () => {
    const lost = withInstruments(withInstruments(up, at("/dev/ttyUSB0")), at("/dev/ttyUSB0", { state: "lost" }));
    expect(lost.movedFrom).toEqual({});
    expect(withInstruments(lost, at("/dev/ttyUSB3")).movedFrom).toEqual({ S1: "/dev/ttyUSB0" });
  });

  it("at its own port has not moved, and another instrument there is not taken for it", () => {
    const before = withInstruments(up, at("/dev/ttyUSB0"));
    expect(withInstruments(before, at("/dev/ttyUSB0")).movedFrom).toEqual({});
    expect(withInstruments(before, [device({ id: "S2", port: "/dev/ttyUSB3" })]).movedFrom).toEqual({});
  });
});

describe("the calibration under way", () => {
  const step = (state: "waiting" | "acquiring" | "done") => ({ stepId: "ps", state, results: [] });
  const run = (state: CalibrationRun["state"], stepState: "waiting" | "acquiring" | "done"): CalibrationRun => ({
    runId: idOf(3),
    procedure: { id: "raman", technique: "raman", title: "Raman", steps: [] },
    instrumentId: "a",
    startedAt: "2026-11-21T10:00:00.000Z",
    state,
    steps: [step(stepState)],
    sentence: "",
  });
  const trace: CalibrationLive = {
    ...{ runId: idOf(3), stepId: "ps", lines: [], found: 1, wanted: 4, done: false, sentence: "" },
    spectrum: {
      technique: "raman",
      axis: { quantity: "ramanShift", unit: "cm-1", values: new Float64Array(2) },
      intensity: new Float64Array(2),
      intensityUnit: "counts",
      corrections: [],
    },
  };

  it("its live trace lasts as long as its step takes exposures", () => {
    const acquiring = { ...calibrated(up, run("open", "acquiring")), calibrationLive: trace };
    expect(calibrated(acquiring, run("open", "acquiring")).calibrationLive).toBe(trace);
    expect(calibrated(acquiring, run("open", "done")).calibrationLive).toBeUndefined();
  });

  it("is gone from the screen when it has ended, and when the station has gone", () => {
    const open = calibrated(up, run("open", "waiting"));
    expect(open.calibration?.state).toBe("open");
    expect(calibrated(open, run("ended", "done")).calibration).toBeUndefined();
    expect(gone(open, "2026-11-21T10:00:00.000Z").calibration).toBeUndefined();
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

describe("the instruments that MEASURE uses", () => {
  const ids = (instruments: readonly DeviceStatus[]): string[] => instruments.map(({ id }) => id);

  it("are those that are ready and chosen; nobody chose means chosen", () => {
    const instruments = [
      device({ id: "lost", state: "lost" }),
      device({ id: "ready" }),
      device({ id: "left out", chosen: false }),
      device({ id: "too", chosen: true }),
    ];
    expect(ids(measuringInstruments(instruments))).toEqual(["ready", "too"]);
    expect(measuringInstruments([device({ state: "failed" })])).toEqual([]);
  });

  it("those with a guarded laser must be armed first, unless they are left out", () => {
    const laser = { armed: false };
    const instruments = [
      device({ id: "plain" }),
      device({ id: "guarded", laser }),
      device({ id: "armed", laser: { armed: true } }),
      device({ id: "left out", laser, chosen: false }),
      device({ id: "lost", laser, state: "lost" }),
    ];
    expect(ids(toBeArmed(instruments))).toEqual(["guarded"]);
    expect(isArmed(instruments)).toBe(true);
    expect(isArmed([device({}), device({ laser })])).toBe(false);
  });

  it("one touch leaves an instrument out and the next takes it in again, and no other changes", () => {
    const instruments = [device({ id: "a" }), device({ id: "b", chosen: false }), device({ id: "c" })];
    expect(chosenWith(instruments, "a")).toEqual(["c"]);
    expect(chosenWith(instruments, "b")).toEqual(["a", "b", "c"]);
  });
});
