/** Wall and monotonic clock drift apart by seconds a day; more at once is a jump. */
const toleranceMs = 5000;

/** How far the wall clock is ahead of the process's monotonic one, ms. */
export const wallOffsetMs = (): number => Date.now() - performance.now();

/** By how much the wall clock has jumped between two offsets; undefined if it has not. */
export function jumpMs(before: number, now: number): number | undefined {
  const byMs = Math.round(now - before);
  return Math.abs(byMs) > toleranceMs ? byMs : undefined;
}

/** How far the clock stands before an earlier line (negative), as after a dead battery; undefined if it does not. */
export function backwardsMs(lastAt: string, nowMs = Date.now()): number | undefined {
  const byMs = nowMs - Date.parse(lastAt);
  return byMs < -toleranceMs ? byMs : undefined;
}
