import type { CalibrationKind, CorrectionInForce, Validity } from "../../contract/calibration.ts";
import { ageWords } from "../display/time.ts";
import type { MarkName } from "../parts/icons.tsx";

/** A kind of calibration in the narrow panel "Corrections in force". */
export const shortKind: Record<CalibrationKind, string> = {
  dark: "Dark",
  "raman-shift": "Shift",
  "raman-wavelength": "Wavelength",
  excitation: "Laser",
  resolution: "Resolution",
  "raman-intensity-response": "Intensity",
  white: "White",
  "vnir-wavelength": "Wavelength",
  splice: "Splice",
  "libs-wavelength": "Wavelength",
  "libs-intensity": "Intensity",
  "shot-stability": "Shots",
};

/** A correction in force as one row: "S-040, 26 h", "factory", "none". The mark stands where a person should look. */
export function correctionRow(
  { kind, from, shortId, at, state, override }: CorrectionInForce,
  nowMs: number,
): { label: string; value: string; mark: MarkName | undefined; word: string | undefined } {
  const label = shortKind[kind];
  if (from !== "calibration") return { label, value: from, mark: undefined, word: undefined };
  const value = [shortId, at && ageWords(at, nowMs)].filter(Boolean).join(", ");
  if (state === "due") return { label, value, mark: "look", word: "due" };
  if (state !== "expired") return { label, value, mark: undefined, word: undefined };
  return override && Date.parse(override.until) > nowMs
    ? { label, value, mark: "look", word: `expired, in use until ${override.until.slice(11, 16)}` }
    : { label, value, mark: "failed", word: "expired" };
}

/** A correction that has run out and that nobody has allowed to be used all the same: readings with it are refused. */
export const isLocked = ({ state, override }: CorrectionInForce, nowMs: number): boolean =>
  state === "expired" && !(override && Date.parse(override.until) > nowMs);

/** How long a calibration holds, as one sentence; undefined where nothing limits it. Times are UTC, temperatures °C. */
export function validityWords({ dueAt, expiresAt, sessions, temperature }: Validity): string | undefined {
  const moment = (iso: string): string => `${iso.slice(0, 10)}, ${iso.slice(11, 16)} UTC`;
  const words = [
    dueAt && `repeat by ${moment(dueAt)}`,
    expiresAt && `expires ${moment(expiresAt)}`,
    sessions && (sessions === 1 ? "for this session" : `for ${sessions} sessions`),
    temperature && `within ${temperature.withinC}\u00a0°C of ${temperature.atC.toFixed(1)}\u00a0°C`,
  ].filter((part) => typeof part === "string");
  return words.length > 0 ? words.join("; ") : undefined;
}

/** Why a port does not open and what a person does about it, system by system, shortest first. */
export interface Help {
  readonly title: string;
  readonly steps: readonly string[];
}

/** Help with permissions; undefined for other problems. `platform` as the browser tells it. */
export function permissionHelp(code: string, platform: string): Help | undefined {
  if (code !== "port-denied") return undefined;
  if (/win/i.test(platform)) {
    return {
      title: "Windows does not let Lithoscope open this port",
      steps: [
        "Close the maker's own program: only one program can have the port.",
        "In the Device Manager look for the instrument under Ports. Install its driver if it has a yellow mark.",
        "Press Try again.",
      ],
    };
  }
  if (/mac/i.test(platform)) {
    return {
      title: "macOS does not let Lithoscope open this port",
      steps: [
        "Close the maker's own program: only one program can have the port.",
        "Allow the accessory under System Settings, Privacy and Security.",
        "Press Try again.",
      ],
    };
  }
  return {
    title: "Linux does not let this account open the port",
    steps: [
      "In a terminal: sudo usermod -aG dialout $USER",
      "Log out and in again, or restart the tablet.",
      "Press Try again. docs/instruments.md has a rule for USB instruments without a serial port.",
    ],
  };
}
