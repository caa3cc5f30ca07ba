import type { ReviewSpot } from "../../contract/review.ts";

/** Times faster than the day was. */
export const speeds = [1, 2, 4, 8, 16, 30, 60] as const;
export type Speed = (typeof speeds)[number];

/** The one clock that every view of the review obeys. */
export interface ReplayClock {
  /** Of the day, on the common clock, UTC. */
  readonly atMs: number;
  readonly playing: boolean;
  readonly speed: Speed;
}

/** When a spot was answered last. */
export const timeOf = ({ measurements }: ReviewSpot): number => Date.parse(measurements.at(-1)?.at ?? "");

/** Spots in the order of time. */
export const inTime = (spots: readonly ReviewSpot[]): ReviewSpot[] => [...spots].sort((a, b) => timeOf(a) - timeOf(b));

/** The clock `elapsedMs` of the person's time later; it stops at the day's end. */
export function advanced(clock: ReplayClock, elapsedMs: number, endMs: number): ReplayClock {
  if (!clock.playing) return clock;
  const atMs = Math.min(endMs, clock.atMs + elapsedMs * clock.speed);
  return { ...clock, atMs, playing: atMs < endMs };
}

/** The spot that was answered last at that time; before the first one, the first. `spots` in the order of time. */
export const spotAt = (spots: readonly ReviewSpot[], atMs: number): ReviewSpot | undefined =>
  spots.findLast((spot) => timeOf(spot) <= atMs) ?? spots[0];

/** Whether anybody differs: machine and trainer, or astronaut and either. */
export function differs({ verdict, truth, opinion, measurements }: ReviewSpot): boolean {
  if (verdict === "wrong" || verdict === "in-set" || verdict === "not-known") return true;
  if (opinion === undefined) return false;
  const machine = measurements.findLast((m) => m.identification !== undefined)?.identification?.minerals[0]?.name;
  const other = truth?.kind === "mineral" ? truth.names[0] : machine;
  return other !== undefined && other.toLowerCase() !== opinion.name.toLowerCase();
}

/** What one can jump to. */
export const targets = {
  disagreement: differs,
  unknown: (spot: ReviewSpot) => spot.answer === "unknown" || spot.answer === "undecided" || spot.answer === "unnamed",
  "low quality": (spot: ReviewSpot) => spot.answer === "poor",
  "without truth": (spot: ReviewSpot) => spot.truth === undefined,
} as const;
export type Target = keyof typeof targets;

/** The next spot behind `from` that is wanted, round the end of the day; undefined if none is. `spots` in the order of time. */
export function nextWanted(
  spots: readonly ReviewSpot[],
  from: ReviewSpot | undefined,
  wanted: (spot: ReviewSpot) => boolean,
): ReviewSpot | undefined {
  const at = spots.findIndex((spot) => spot.target.spotId === from?.target.spotId);
  return [...spots.slice(at + 1), ...spots.slice(0, at + 1)].find(wanted);
}
