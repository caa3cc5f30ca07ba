/** "10:24:31" of an ISO 8601 instant, UTC. */
export const utcTime = (iso: string): string => new Date(iso).toISOString().slice(11, 19);

/** "10:24", UTC. */
export const utcMinute = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

/** How long ago, as words beside a label: "under 1 min", "41 min", "26 h", "3 days". A clock that ran back counts as now. */
export function ageWords(iso: string, nowMs: number): string {
  const minutes = Math.floor((nowMs - Date.parse(iso)) / 60_000);
  if (minutes < 1) return "under 1\u00a0min";
  if (minutes < 120) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}\u00a0h` : `${Math.floor(hours / 24)}\u00a0days`;
}

/** A short running time, "0:42". */
export function runningTime(iso: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(iso)) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Whole seconds still to wait, at least 1: a countdown that says 0 while one waits is wrong. */
export const secondsLeft = (remainingMs: number): number => Math.max(1, Math.ceil(remainingMs / 1000));

/** A number and its unit stay on one line: "±5 °C", "0.1 cm⁻¹", "05:19 UTC". */
export const unbroken = (sentence: string): string =>
  sentence.replace(/(\d) (?=°C|cm⁻¹|nm\b|min\b|h\b|s\b|%|UTC)/g, "$1\u00a0");
