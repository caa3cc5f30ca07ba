/** What this tablet's person has chosen; kept by the browser, not in the journal. */

export type Theme = "sun" | "night";
const themeKey = "lithoscope.theme";
const scaleKey = "lithoscope.pxPerMm";

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

export function applySettings(): void {
  setTheme(themeNow());
  setPxPerMm(pxPerMmNow());
}
