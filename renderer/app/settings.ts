/** What this tablet's person has chosen; kept by the browser, not in the journal. */
import { z } from "zod";
import type { Selection } from "../field/view.ts";

export type Theme = "sun" | "night";
const themeKey = "lithoscope.theme";
const Selected = z.object({ sampleId: z.string().optional(), spotId: z.string().optional() });
const scaleKey = "lithoscope.pxPerMm";
const operatorKey = "lithoscope.operator";

const fieldKey = "lithoscope.field";

/** The sample and spot that Field showed last: after a crash or a dead battery it goes on there. */
export function fieldSelection(): Selection {
  try {
    return Selected.parse(JSON.parse(localStorage.getItem(fieldKey) ?? "{}"));
  } catch {
    return {}; // written by nobody, or by another version
  }
}

export const keepFieldSelection = ({ sampleId, spotId }: Selection): void =>
  localStorage.setItem(fieldKey, JSON.stringify({ sampleId, spotId }));

/** CSS px per mm of a 10.1 inch, 1920 x 1200 tablet at 150 %: 224.2 ppi / 25.4 / 1.5. */
export const tabletPxPerMm = 5.884;
/** Between a 4K wall screen and a telephone; outside of it the frame does not fit. */
const leastPxPerMm = 3;
const mostPxPerMm = 9;

export const themeNow = (): Theme => (localStorage.getItem(themeKey) === "night" ? "night" : "sun");

export function setTheme(theme: Theme): void {
  localStorage.setItem(themeKey, theme);
  document.documentElement.dataset.theme = theme;
}

export function pxPerMmNow(): number {
  const stored = Number(localStorage.getItem(scaleKey));
  return stored >= leastPxPerMm && stored <= mostPxPerMm ? stored : tabletPxPerMm;
}

/** Every touch target follows from this. Returns what was set, within limits. */
export function setPxPerMm(wanted: number): number {
  const set = Math.min(mostPxPerMm, Math.max(leastPxPerMm, wanted));
  localStorage.setItem(scaleKey, String(set));
  document.documentElement.style.setProperty("--px-per-mm", String(set));
  return set;
}

/** Who signed last on this tablet: offered again, since a name is slow to type with gloves. */
export const operatorNow = (): string => localStorage.getItem(operatorKey) ?? "";
export const setOperator = (name: string): void => localStorage.setItem(operatorKey, name);

export function applySettings(): void {
  setTheme(themeNow());
  setPxPerMm(pxPerMmNow());
}
