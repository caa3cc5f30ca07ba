import type { Hello, MeasurementProgress } from "../../contract/api.ts";
import type { DeviceStatus } from "../../contract/device.ts";
import type { Drift } from "../../contract/drift.ts";
import type { Problem } from "../../contract/errors.ts";
import type { LearnedMineral } from "../../contract/learned.ts";
import type { Spectrum, Technique } from "../../contract/spectrum.ts";
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
  /** Minerals taught on this tablet, oldest first. */
  readonly learned: readonly LearnedMineral[];
  readonly running: Running | undefined;
  readonly trace: Spectrum | undefined;
  /** What MEASURE was last told: undefined or why it was not read; "cancelled" if a person stopped it. */
  readonly notRead: Problem | undefined;
  /** A request that has not been answered yet and has no progress of its own. */
  readonly busy: "measure" | "file" | "teach" | "demo" | "cancel" | undefined;
  readonly problem: Problem | undefined;
  readonly question: FileQuestion | undefined;
  readonly stop: StopState;
  readonly alarm: Alarm | undefined;
  /** Entries of the catalogue stored and wanted while it loads. */
  readonly catalogue: { readonly have: number; readonly count: number } | undefined;
}

export const nothingYet: Live = {
  link: "greeting",
  goneSince: undefined,
  hello: undefined,
  drift: undefined,
  instruments: [],
  learned: [],
  running: undefined,
  trace: undefined,
  notRead: undefined,
  busy: undefined,
  problem: undefined,
  question: undefined,
  stop: { state: "none" },
  alarm: undefined,
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
  running: undefined,
  trace: undefined,
  busy: undefined,
});

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
  if (instruments.length === 0) return "none";
  return instruments.every((i) => i.lightOn === false) ? "off" : "unknown";
}

/** The instrument that MEASURE would use. */
export const readyInstrument = (instruments: readonly DeviceStatus[]): DeviceStatus | undefined =>
  instruments.find((i) => i.state === "ready") ?? instruments.find((i) => i.state === "measuring");

export const isSimulated = (instruments: readonly DeviceStatus[]): boolean =>
  instruments.some((i) => i.instrument?.simulated);
