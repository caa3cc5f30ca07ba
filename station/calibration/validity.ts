import type { CalibrationKind, Validity } from "../../contract/calibration.ts";

/**
 * How long calibrations hold. Axes are to be checked again after two hours or five degrees and end after a day's sessions:
 * Wasatch keeps its shift for a session (reference/field.md C5), but here each traverse is one, and a calibration in camp
 * must not lock the traverse that follows; a white outdoors is good for ten to fifteen minutes (ASD,
 * C3); a response changes with the optics, not with the day. Checks hold as the axis does and lock nothing.
 */
interface Policy {
  dueMinutes?: number;
  expiresMinutes?: number;
  sessions?: number;
  withinC?: number;
}

/** The session of the calibration and four traverses: a long day. Choice. */
const daySessions = 5;
const axis: Policy = { dueMinutes: 120, sessions: daySessions, withinC: 5 };
const check: Policy = { sessions: daySessions };

const policies: Record<CalibrationKind, Policy> = {
  dark: { dueMinutes: 10 },
  "raman-wavelength": axis,
  "raman-shift": axis,
  excitation: axis,
  resolution: check,
  "raman-intensity-response": { sessions: 20, withinC: 10 },
  white: { dueMinutes: 10, expiresMinutes: 15, withinC: 5 },
  "vnir-wavelength": axis,
  splice: check,
  "libs-wavelength": axis,
  "libs-intensity": { sessions: 20, withinC: 10 },
  "shot-stability": check,
};

export function validityOf(kind: CalibrationKind, at: Date, detectorC: number | undefined): Validity {
  const { dueMinutes, expiresMinutes, sessions, withinC } = policies[kind];
  const after = (minutes: number) => new Date(at.getTime() + minutes * 60_000).toISOString();
  return {
    ...(dueMinutes === undefined ? {} : { dueAt: after(dueMinutes) }),
    ...(expiresMinutes === undefined ? {} : { expiresAt: after(expiresMinutes) }),
    ...(sessions === undefined ? {} : { sessions }),
    ...(withinC === undefined || detectorC === undefined ? {} : { temperature: { atC: detectorC, withinC } }),
  };
}

/** An override lets an expired calibration be used for so long: to the end of a traverse's leg, not of the day. */
export const overrideMinutes = 120;

/**
 * @param sessionsSince sessions begun after the one in which it was made.
 * @param detectorC of the instrument now, where it is known.
 */
export function stateOf(
  { dueAt, expiresAt, sessions, temperature }: Validity,
  now: { at: Date; sessionsSince: number; detectorC?: number | undefined },
): "current" | "due" | "expired" {
  const passed = (time: string | undefined) => time !== undefined && now.at.getTime() >= Date.parse(time);
  if (passed(expiresAt) || (sessions !== undefined && now.sessionsSince >= sessions)) return "expired";
  const { detectorC } = now;
  const warmed =
    temperature !== undefined && detectorC !== undefined && Math.abs(detectorC - temperature.atC) > temperature.withinC;
  return passed(dueAt) || warmed ? "due" : "current";
}

/** "11:43 or ±5 °C": until when it holds, for people; UTC. */
export function untilText({ dueAt, expiresAt, sessions, temperature }: Validity): string {
  const clock = (time: string) => `${time.slice(11, 16)} UTC`;
  const parts = [
    expiresAt ? clock(expiresAt) : dueAt ? clock(dueAt) : undefined,
    temperature ? `±${temperature.withinC} °C` : undefined,
    !expiresAt && !dueAt && sessions ? (sessions === 1 ? "the end of the session" : `${sessions} sessions`) : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(" or ");
}

/** "26 h", "9 min". */
export function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
