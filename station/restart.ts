/** Waits before a restart, by how often the process has died lately: a crash loop must not eat the battery. */
const delaysMs = [0, 500, 2_000, 10_000] as const;
/** A process that ran this long has recovered: its next death starts at the first delay again. */
const healthyMs = 60_000;

export interface Restart {
  /** Deaths in a row, to be handed in at the next one. */
  readonly deaths: number;
  readonly delayMs: number;
}

/** When to start a process again that died after `ranMs`, having died `deathsBefore` times in a row before. */
export function restartAfter(ranMs: number, deathsBefore: number): Restart {
  const earlier = ranMs >= healthyMs ? 0 : deathsBefore;
  return { deaths: earlier + 1, delayMs: delaysMs[Math.min(earlier, delaysMs.length - 1)] ?? 0 };
}
