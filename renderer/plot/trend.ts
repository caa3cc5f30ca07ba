import type { CalibrationTrend } from "../../contract/calibration.ts";

/** Room above the largest value or limit, as a share of it. */
const room = 1.15;

/**
 * The values that the plot spans: zero, the limits and every point. Limits hold for the size of a value, so the lower
 * half is there only if a value is below zero.
 */
export function trendScale({ points, limits }: Pick<CalibrationTrend, "points" | "limits">): [number, number] {
  const values = points.map(({ value }) => value).filter(Number.isFinite);
  const largest = Math.max(limits?.warn ?? 0, ...values);
  const smallest = Math.min(0, ...values);
  const high = largest > 0 ? largest * room : 1;
  if (smallest === 0) return [0, high];
  return [Math.min(-(limits?.pass ?? 0), smallest) * room, high];
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "29 Oct" of an ISO instant, UTC; empty without one. */
export function dayText(iso: string | undefined): string {
  if (iso === undefined) return "";
  const day = new Date(iso);
  return `${day.getUTCDate()} ${months[day.getUTCMonth()]}`;
}

/** What the plot shows, in words. */
export function trendWords({ label, unit, points, limits }: CalibrationTrend): string {
  if (points.length === 0) return `${label}: no checks yet.`;
  const last = points.at(-1);
  const allowed = limits ? ` Pass up to ${limits.pass}, warn up to ${limits.warn} ${unit}.` : "";
  const outside = points.filter(({ verdict }) => verdict !== "pass").length;
  const count = points.length === 1 ? "1 check" : `${points.length} checks`;
  return `${label}, ${count}, the last ${Number(last?.value.toPrecision(3))} ${unit}, ${outside === 0 ? "all passed" : `${outside} not passed`}.${allowed}`;
}
