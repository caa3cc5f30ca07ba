import type { CalibrationKind, CorrectionInForce } from "../../contract/calibration.ts";
import type {
  DeviceState,
  DeviceStatus,
  FoundPort,
  InstrumentsFound,
  KnownInstrument,
  PositionStatus,
} from "../../contract/device.ts";
import type { Position } from "../../contract/position.ts";
import { type Technique, techniqueName } from "../../contract/spectrum.ts";
import { ageWords, runningTime } from "../display/time.ts";
import type { MarkName } from "../parts/icons.tsx";

/** A row of the list: an instrument in charge, one that is known and not here, or a port where something may be. */
export type Entry =
  | { readonly kind: "device"; readonly key: string; readonly status: DeviceStatus }
  | { readonly kind: "known"; readonly key: string; readonly known: KnownInstrument }
  | { readonly kind: "position"; readonly key: string; readonly position: PositionStatus }
  | { readonly kind: "port"; readonly key: string; readonly port: FoundPort };

/** Of ports, what promises most comes first; one that an instrument of the list has is not named twice. */
const portOrder: readonly FoundPort["state"][] = ["recognised", "asking", "refused", "unasked", "silent"];

export function listEntries(
  instruments: readonly DeviceStatus[],
  { ports, known }: InstrumentsFound,
  position: PositionStatus = { state: "none" },
): Entry[] {
  const here = new Set(instruments.flatMap(({ id, instrument }) => [id, instrument?.serialNumber]));
  const taken = new Set([...instruments.map(({ port }) => port), position.port]);
  return [
    ...instruments.map((status) => ({ kind: "device", key: status.id, status }) as const),
    ...(position.state === "none" ? [] : [{ kind: "position", key: position.port ?? "position", position } as const]),
    ...known
      .filter(({ id, serialNumber }) => !here.has(id) && !here.has(serialNumber))
      .map((known) => ({ kind: "known", key: known.id, known }) as const),
    ...portOrder.flatMap((state) =>
      ports
        .filter((port) => port.state === state && !taken.has(port.path))
        .map((port) => ({ kind: "port", key: port.path, port }) as const),
    ),
  ];
}

/**
 * The row that a key means. An instrument's key changes from its port to its serial number when it first answers, and a
 * port becomes an instrument when it is connected: both stay chosen.
 */
export const entryOf = (entries: readonly Entry[], key: string | undefined): Entry | undefined =>
  entries.find((entry) => entry.key === key) ??
  entries.find((entry) => entry.kind === "device" && entry.status.port === key);

/** The shape beside an instrument's state. */
export const stateMark: Record<DeviceState, MarkName> = {
  connecting: "busy",
  ready: "good",
  measuring: "busy",
  lost: "failed",
  failed: "failed",
};

export const positionMark: Record<PositionStatus["state"], MarkName> = {
  none: "off",
  silent: "failed",
  searching: "busy",
  fixed: "good",
};

/** The receiver's state in words: "28.9977° N, 13.6714° W", "Searching 0:42". */
export function positionWords({ state, since, position }: PositionStatus, nowMs: number): string {
  switch (state) {
    case "none":
      return "No receiver";
    case "silent":
      return since ? `Silent ${runningTime(since, nowMs)}` : "Silent";
    case "searching":
      return since ? `Searching ${runningTime(since, nowMs)}` : "Searching";
    case "fixed":
      return position ? placeWords(position) : "Fixed";
  }
}

/** A place to about ten metres, which is what a receiver in the hand can say. */
function placeWords({ latitudeDeg, longitudeDeg }: Position): string {
  const one = (degrees: number, above: string, below: string): string =>
    `${Math.abs(degrees).toFixed(4)}° ${degrees < 0 ? below : above}`;
  return `${one(latitudeDeg, "N", "S")}, ${one(longitudeDeg, "E", "W")}`;
}

/** The state in words, with how long it has lasted where a person waits for its end. */
export function stateWords({ state, since }: Pick<DeviceStatus, "state" | "since">, nowMs: number): string {
  switch (state) {
    case "connecting":
      return `Connecting ${runningTime(since, nowMs)}`;
    case "ready":
      return "Ready";
    case "measuring":
      return "Measuring";
    case "lost":
      return `Lost ${runningTime(since, nowMs)}, looking`;
    case "failed":
      return "Failed";
  }
}

/** What an instrument is called: the operator's word, else its technique and, for Raman, its laser. */
export function instrumentName({ name, profile }: Pick<DeviceStatus, "name" | "profile">): string {
  const excitation = profile.excitationNm ? ` ${Math.round(profile.excitationNm)}` : "";
  return name || `${techniqueName[profile.technique]}${excitation}`;
}

/** Ports as the system names them, without the folder that all of them lie in. */
export const portText = (path: string): string => path.replace(/^\/dev\//, "");

/** The second age of an instrument beside its dark: the reference that its spectra stand on. */
const reference: Record<Technique, { kind: CalibrationKind; label: string }> = {
  raman: { kind: "raman-shift", label: "Check" },
  vnir: { kind: "white", label: "White" },
  libs: { kind: "libs-wavelength", label: "Check" },
};

/** The calibrations that the spectra of a technique stand on: what an operator looks at first. */
export const references: ReadonlySet<CalibrationKind> = new Set(Object.values(reference).map(({ kind }) => kind));

const ageMarks: Record<"current" | "due" | "expired", MarkName | undefined> = {
  current: undefined,
  due: "look",
  expired: "failed",
};

/** An age as a label and words; the mark stands only where a person should look. */
export interface Age {
  readonly label: string;
  readonly words: string;
  readonly mark: MarkName | undefined;
}

/** The two ages of an instrument: its last dark, and the reference of its technique (shift check, white, lamp). */
export function ages(
  { profile, darkAt }: Pick<DeviceStatus, "profile" | "darkAt">,
  inForce: readonly CorrectionInForce[],
  nowMs: number,
): [Age, Age] {
  const { kind, label } = reference[profile.technique];
  const dark = inForce.find((correction) => correction.kind === "dark");
  const found = inForce.find((correction) => correction.kind === kind);
  const latestDark = [darkAt, dark?.at]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
  return [
    {
      label: "Dark",
      words: latestDark ? ageWords(latestDark, nowMs) : "none",
      // A dark comes with each measurement, so only a calibrated one that has run out is worth a look.
      mark: latestDark === dark?.at && dark?.state ? ageMarks[dark.state] : undefined,
    },
    {
      label,
      words: found?.at ? ageWords(found.at, nowMs) : "none",
      mark: found?.state ? ageMarks[found.state] : "look",
    },
  ];
}

/** An age within a sentence: "dark 2 min", "no white", "check 26 h, due". */
export function ageSentence({ label, words, mark }: Age): string {
  const what = label.toLowerCase();
  if (words === "none") return `no ${what}`;
  return `${what} ${words}${mark === "failed" ? " (expired)" : mark === "look" ? " (due)" : ""}`;
}
