import { median } from "./leastSquares.ts";
import type { StandardLine } from "./standards.ts";

/** A line of the standard where the true axis has it. */
export interface ExpectedLine extends Pick<StandardLine, "role" | "strength"> {
  readonly target: number;
}

/** A found line where the instrument's own axis has it. */
export interface SeenLine {
  readonly seen: number;
  readonly height: number;
}

export interface MatchLimits {
  /** The most that the axis may be off as a whole, in its unit. */
  readonly offset: number;
  /** The most that an offset may change from the middle of the axis to an end. */
  readonly stretch: number;
  /** How near a line must be once offset and stretch are taken off: what the axis may bend. */
  readonly tolerance: number;
}

export interface Match {
  /** Index into `seen` of each expected line; −1 where none is. No two share one. */
  readonly assigned: readonly number[];
  /** expected − seen ≈ offset + stretch·u, u from −1 to 1 over the axis. */
  readonly offset: number;
  readonly stretch: number;
  readonly score: number;
  /** Score of the best other way to assign the lines, over this one's. Near 1 the lines do not say which is right. */
  readonly rival: number;
}

const roleWeight = { primary: 2, key: 1.5, other: 1 } as const;
/** Anchors, pairs of which are tried on pairs of found lines: of each third of the axis so many. */
const anchorsPerThird = 4;
/** Two anchors are at least this share of the axis apart: nearer ones do not tell the stretch. */
const leastSpread = 0.15;

/**
 * Which found line is which line of the standard, when the axis is off by an unknown offset and stretch, lines are missing and
 * others stand there that are none. Every pair of strong expected lines is tried on every pair of found lines that the limits
 * allow; each trial is scored by all lines at once. One to one, so that no line serves twice.
 *
 * @param axis lowest and highest value of the instrument's own axis.
 */
export function matchLines(
  expected: readonly ExpectedLine[],
  seen: readonly SeenLine[],
  axis: { low: number; high: number },
  limits: MatchLimits,
): Match | undefined {
  const middle = (axis.low + axis.high) / 2;
  const half = (axis.high - axis.low) / 2;
  const u = (value: number) => (value - middle) / half;
  const reach = limits.offset + limits.stretch;
  const anchors = strongest(expected, u).map(({ target }) => ({
    target,
    near: seen.filter(({ seen: at }) => Math.abs(target - at) <= reach),
  }));

  const trials: { offset: number; stretch: number; score: number }[] = [];
  for (const [i, a] of anchors.entries()) {
    for (const b of anchors.slice(i + 1)) {
      if (Math.abs(a.target - b.target) < leastSpread * 2 * half) continue;
      for (const one of a.near) {
        for (const other of b.near) {
          if (one === other) continue;
          const [ua, ub] = [u(one.seen), u(other.seen)];
          const stretch = (a.target - one.seen - (b.target - other.seen)) / (ua - ub);
          const offset = a.target - one.seen - stretch * ua;
          if (!(Math.abs(stretch) <= limits.stretch && Math.abs(offset) <= limits.offset)) continue;
          trials.push({ offset, stretch, score: trial(expected, seen, u, offset, stretch, limits).score });
        }
      }
    }
  }
  // Too few lines for pairs: the primary alone, on any found line.
  for (const { target, role } of expected) {
    if (role !== "primary") continue;
    for (const { seen: at } of seen) {
      const offset = target - at;
      if (!(Math.abs(offset) <= limits.offset)) continue;
      trials.push({ offset, stretch: 0, score: trial(expected, seen, u, offset, 0, limits).score });
    }
  }
  const best = trials.reduce((a, b) => (b.score > a.score ? b : a), { offset: 0, stretch: 0, score: 0 });
  if (best.score <= 0) return undefined;
  const { assigned, score } = trial(expected, seen, u, best.offset, best.stretch, limits);
  // A rival puts some of the lines elsewhere, not the same lines a little better or worse.
  const matched = expected.filter((_, i) => (assigned[i] ?? -1) >= 0).map(({ target }) => u(target));
  const rival = trials.reduce((most, t) => {
    const apart = Math.min(...matched.map((at) => Math.abs(t.offset - best.offset + (t.stretch - best.stretch) * at)));
    return apart > 2 * limits.tolerance ? Math.max(most, t.score) : most;
  }, 0);
  return { assigned, offset: best.offset, stretch: best.stretch, score, rival: rival / score };
}

/** The lines that are likeliest to be found, spread over the axis. */
function strongest(expected: readonly ExpectedLine[], u: (value: number) => number): ExpectedLine[] {
  const byStrength = expected.toSorted((a, b) => roleWeight[b.role] * b.strength - roleWeight[a.role] * a.strength);
  const third = ({ target }: ExpectedLine) => Math.min(2, Math.max(0, Math.floor((u(target) + 1) * 1.5)));
  return [0, 1, 2].flatMap((part) => byStrength.filter((line) => third(line) === part).slice(0, anchorsPerThird));
}

/** Scores one offset and stretch: near lines count for much, and less if they are far brighter or fainter than listed. */
function trial(
  expected: readonly ExpectedLine[],
  seen: readonly SeenLine[],
  u: (value: number) => number,
  offset: number,
  stretch: number,
  { tolerance, offset: mostOffset }: MatchLimits,
): { assigned: number[]; score: number } {
  const moved = seen.map(({ seen: at }) => at + offset + stretch * u(at));
  const assigned = assign(expected, moved, tolerance);
  const ratios = assigned.flatMap((k, i) => (k < 0 ? [] : [logRatio(expected[i], seen[k])]));
  const usual = median(ratios);
  let score = 0;
  for (const [i, k] of assigned.entries()) {
    const line = expected[i];
    if (k < 0 || line === undefined) continue;
    const near = 1 - (((moved[k] ?? 0) - line.target) / tolerance) ** 2;
    const odd = (logRatio(line, seen[k]) - usual) / 1.5;
    score += (roleWeight[line.role] * near) / (1 + odd * odd);
  }
  return { assigned, score: score - 0.5 * (offset / mostOffset) ** 2 };
}

function logRatio(line: ExpectedLine | undefined, found: SeenLine | undefined): number {
  return Math.log(Math.max(1e-9, found?.height ?? 1) / (line?.strength ?? 1));
}

/** The nearest found line of each expected one within the tolerance; of two that want the same, the nearer has it. */
export function assign(expected: readonly { target: number }[], at: readonly number[], tolerance: number): number[] {
  const pairs: { i: number; k: number; distance: number }[] = [];
  for (const [i, { target }] of expected.entries()) {
    for (const [k, value] of at.entries()) {
      const distance = Math.abs(value - target);
      if (distance <= tolerance) pairs.push({ i, k, distance });
    }
  }
  pairs.sort((a, b) => a.distance - b.distance);
  const assigned = expected.map(() => -1);
  const taken = new Set<number>();
  for (const { i, k } of pairs) {
    if (assigned[i] !== -1 || taken.has(k)) continue;
    assigned[i] = k;
    taken.add(k);
  }
  return assigned;
}
