import type { Hello, MeasurementProgress } from "../../contract/api.ts";
import type { DeviceStatus, InstrumentsFound, PositionStatus } from "../../contract/device.ts";
import type { Drift } from "../../contract/drift.ts";
import type { Problem } from "../../contract/errors.ts";
import type { LearnedMineral } from "../../contract/learned.ts";
import type { CalibrationLive, CalibrationRun } from "../../contract/procedure.ts";
import type { Spectrum, Technique } from "../../contract/spectrum.ts";
import type { HandOverProgress, Storage } from "../../contract/traverse.ts";
import type { Alarm } from "../store/project.ts";

/** A file that the station could not place without a person's word. */
export interface FileQuestion {
  readonly spotId: string;
  readonly file: File;
  readonly asks: "technique" | "unit";
  /** Answered before, if the unit is asked after the technique. */
  readonly technique: Technique | undefined;
  /** The question in the station's words. Its hint also speaks to the terminal; here the choices stand below. */
  readonly sentence: string;
}

export type StopState =
  | { readonly state: "none" }
  | { readonly state: "asked" }
  | { readonly state: "confirmed" | "not-confirmed"; readonly at: string };

export type Running = Exclude<MeasurementProgress, { state: "idle" }> & {
  /** By the page's clock, ms: when the measurement began and when this word of it came. */
  readonly startedMs: number;
  readonly toldMs: number;
};

/** Everything that is true now and stands in no journal. */
export interface Live {
  /** `greeting`: never connected since the page opened. */
  readonly link: "greeting" | "up" | "gone";
  readonly goneSince: string | undefined;
  readonly hello: Hello | undefined;
  /** Whether the model still fits what is measured. */
  readonly drift: Drift | undefined;
  readonly instruments: readonly DeviceStatus[];
  /** Where an instrument was before it came back at another port, by its id; since this page opened. */
  readonly movedFrom: Readonly<Record<string, string>>;
  /** Ports, and instruments that were connected before. */
  readonly found: InstrumentsFound;
  /** The receiver that tells where the tablet is. */
  readonly position: PositionStatus;
  /** The calibration under way. */
  readonly calibration: CalibrationRun | undefined;
  readonly calibrationLive: CalibrationLive | undefined;
  /** Grows with each journal line about calibrations: what was looked up before may have changed. */
  readonly calibrationsTold: number;
  /** Minerals taught on this tablet, oldest first. */
  readonly learned: readonly LearnedMineral[];
  readonly running: Running | undefined;
  readonly trace: Spectrum | undefined;
  /** What MEASURE was last told: undefined or why it was not read; "cancelled" if a person stopped it. */
  readonly notRead: Problem | undefined;
  /** A request that has not been answered yet and has no progress of its own. */
  readonly busy: "measure" | "file" | "teach" | "demo" | "cancel" | "save" | "handOver" | undefined;
  readonly problem: Problem | undefined;
  readonly question: FileQuestion | undefined;
  readonly stop: StopState;
  readonly alarm: Alarm | undefined;
  /** What a save of the page that is open was told; the page itself says it. */
  readonly notSaved: Problem | undefined;
  readonly storage: Storage | undefined;
  /** Pages that show this station, this one included. */
  readonly pages: number;
  /** A hand over under way. */
  readonly handOver: HandOverProgress | undefined;
  /** Entries of the catalogue stored and wanted while it loads. */
  readonly catalogue: { readonly have: number; readonly count: number } | undefined;
}

export const nothingYet: Live = {
  link: "greeting",
  goneSince: undefined,
  hello: undefined,
  drift: undefined,
  instruments: [],
  movedFrom: {},
  found: { ports: [], known: [] },
  position: { state: "none" },
  calibration: undefined,
  calibrationLive: undefined,
  calibrationsTold: 0,
  learned: [],
  running: undefined,
  trace: undefined,
  notRead: undefined,
  busy: undefined,
  problem: undefined,
  question: undefined,
  stop: { state: "none" },
  alarm: undefined,
  notSaved: undefined,
  storage: undefined,
  pages: 1,
  handOver: undefined,
  catalogue: undefined,
};

/** The station answered: what a lost station left open is over. */
export const greeted = (live: Live, hello: Hello): Live => ({
  ...live,
  link: "up",
  goneSince: undefined,
  hello,
  drift: hello.drift,
});

/** The connection ended. A reading under way is lost, and so is what was known of the light. */
export const gone = (live: Live, at: string): Live => ({
  ...live,
  link: live.link === "greeting" ? "greeting" : "gone",
  goneSince: live.goneSince ?? at,
  instruments: [],
  position: { state: "none" },
  running: undefined,
  trace: undefined,
  calibration: undefined,
  calibrationLive: undefined,
  busy: undefined,
  handOver: undefined,
  pages: 1,
});

/** The station told of its instruments. One that has come back at another port is the same instrument: that is said. */
export function withInstruments(live: Live, instruments: readonly DeviceStatus[]): Live {
  const moved = instruments.flatMap(({ id, port, state }) => {
    const before = live.instruments.find((other) => other.id === id);
    return before && before.port !== port && state === "ready" ? [[id, before.port] as const] : [];
  });
  return { ...live, instruments, movedFrom: { ...live.movedFrom, ...Object.fromEntries(moved) } };
}

/** The calibration under way changed; one that has ended is no longer shown. */
export function calibrated(live: Live, run: CalibrationRun | undefined): Live {
  if (run === undefined || run.state === "ended")
    return { ...live, calibration: undefined, calibrationLive: undefined };
  const { calibrationLive } = live;
  const acquiring = run.steps.some(({ stepId, state }) => state === "acquiring" && stepId === calibrationLive?.stepId);
  return { ...live, calibration: run, calibrationLive: acquiring ? calibrationLive : undefined };
}

/** Longer than the app's shell needs to start the station again: after this nothing starts it but a person. */
const restartMs = 15_000;

/** Whether the station has been away too long to come back by itself, at the page's time `nowMs`. */
export const isAwayLong = ({ link, goneSince }: Pick<Live, "link" | "goneSince">, nowMs: number): boolean =>
  link === "gone" && goneSince !== undefined && nowMs - Date.parse(goneSince) > restartMs;

export function progressed(live: Live, progress: MeasurementProgress, nowMs: number): Live {
  if (progress.state === "idle") return { ...live, running: undefined, trace: undefined };
  const startedMs = live.running?.startedMs ?? nowMs;
  return { ...live, running: { ...progress, startedMs, toldMs: nowMs }, notRead: undefined };
}

/** How far the measurement is, 0 to 1, and the milliseconds left, at the page's time `nowMs`. */
export function countdown(running: Running, nowMs: number): { fraction: number; remainingMs: number } {
  const remainingMs = Math.max(0, running.toldMs + running.remainingMs - nowMs);
  const elapsedMs = Math.max(0, nowMs - running.startedMs);
  return { fraction: elapsedMs / Math.max(1, elapsedMs + remainingMs), remainingMs };
}

/** What is known of the laser: `unknown` is shown as such, since it may be on. */
export type LaserState = "on" | "off" | "none" | "unknown";

export function laserState({ link, instruments, stop }: Pick<Live, "link" | "instruments" | "stop">): LaserState {
  if (instruments.some((i) => i.lightOn === true)) return "on";
  if (link === "gone" || stop.state === "not-confirmed") return "unknown";
  const lit = instruments.filter(mayHaveLaser);
  if (lit.length === 0) return "none";
  return lit.every((i) => i.lightOn === false) ? "off" : "unknown";
}

/** A folder and a playback have no light; a VNIR instrument that never told of a lamp has no laser. */
const mayHaveLaser = ({ source, profile, lightOn }: DeviceStatus): boolean =>
  source !== "folder" && source !== "replay" && (profile.technique !== "vnir" || lightOn !== undefined);

/** Whether it is the station's own simulator: what is plugged in, simulated or not, is remembered; the demo is not. */
export const isDemo = ({ id, instrument, source }: DeviceStatus, { known }: InstrumentsFound): boolean =>
  instrument?.simulated === true && source !== "replay" && source !== "folder" && !known.some((each) => each.id === id);

/** Whether the next MEASURE uses it, if it is ready then. */
export const isChosen = ({ chosen }: Pick<DeviceStatus, "chosen">): boolean => chosen !== false;

/** The instruments that MEASURE would use now, or uses. */
export const measuringInstruments = (instruments: readonly DeviceStatus[]): DeviceStatus[] =>
  instruments.filter((status) => isChosen(status) && (status.state === "ready" || status.state === "measuring"));

/** Instruments that MEASURE would fire and whose laser must be armed first: the first of two steps. */
export const toBeArmed = (instruments: readonly DeviceStatus[]): DeviceStatus[] =>
  measuringInstruments(instruments).filter(({ laser, state }) => state === "ready" && laser?.armed === false);

/** Whether a laser is armed: off, and one press from light. */
export const isArmed = (instruments: readonly DeviceStatus[]): boolean =>
  instruments.some(({ laser }) => laser?.armed === true);

/** The ids that are chosen when one is taken in or left out, in the list's order. */
export const chosenWith = (instruments: readonly DeviceStatus[], id: string): string[] =>
  instruments.filter((status) => isChosen(status) !== (status.id === id)).map((status) => status.id);

export const isSimulated = (instruments: readonly DeviceStatus[]): boolean =>
  instruments.some((i) => i.instrument?.simulated);
