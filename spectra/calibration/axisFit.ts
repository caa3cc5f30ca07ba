import { predictionError, type RobustSolution, robustLeastSquares } from "./leastSquares.ts";
import type { FoundLine, LineSearch } from "./lines.ts";
import { assign, type ExpectedLine, type MatchLimits, matchLines } from "./match.ts";

/** What is fitted: an axis that a detector believes and what may be wrong with it. Values in the axis' unit. */
export interface AxisProblem {
  readonly expected: readonly (ExpectedLine & { readonly uncertainty: number })[];
  readonly search: LineSearch;
  readonly pixels: number;
  /** The axis as the instrument has it, at any pixel. */
  readonly believed: (pixel: number) => number;
  /** Shape of the k-th error at a pixel: 0 an offset, 1 a stretch, 2 and 3 what the pixels bend. */
  readonly shape: (k: number, pixel: number) => number;
  /** Least and highest order of the fit: 0 an offset alone. */
  readonly leastOrder: 0 | 1;
  readonly mostOrder: 1 | 2 | 3;
  /** Whether there is no calibration without the primary line. */
  readonly needsPrimary: boolean;
  readonly limits: MatchLimits;
  /**
   * What the axis must be known to, in its unit. A single line that moves it by more is left out as contradicting the
   * others.
   */
  readonly consistency: number;
}

export interface AxisFit {
  /** Found line of each expected one; undefined where none is. */
  readonly matched: readonly (FoundLine | undefined)[];
  /** Weight of each expected line in the fit, 0 to 1. */
  readonly weights: readonly number[];
  /** Size of each shape, to be added to the believed axis. */
  readonly terms: readonly number[];
  /** Covariance of the terms, row by row. */
  readonly covariance: Float64Array;
  /** Lines with weight above a tenth, less the parameters. */
  readonly freedom: number;
  /** Root mean square of the residuals that were used, in the axis' unit. */
  readonly rms: number;
  /** Largest expanded uncertainty (95 %) of the fitted axis between the outermost lines used, in the axis' unit. */
  readonly uncertainty: number;
  /** The most that the axis between them would move if any one line was left out. */
  readonly influence: number;
  /** The most that it would move there if higher orders were fitted: a bend that the lines neither show nor exclude. */
  readonly bend: number;
  /** Outermost lines used that others confirm, where the standard has them. */
  readonly range: { readonly from: number; readonly to: number };
  /** See {@link Match}. */
  readonly rival: number;
}

/** A line's centre is not better known than this share of the standard's own uncertainty: a free scale does the rest. */
const sigmaFloor = 0.1;
/** Nor than this share of a pixel: pixels differ, lines have neighbours too near to be seen, and few pixels carry a line. */
const pixelFloor = 0.05;
/** A further order is fitted if it stands out from its error by so much, and lines are left to prove it. */
const significant = 3;
const leastFreedom = 3;
const plentyFreedom = 8;
/** Residuals over the scatter beyond which a line is looked for again elsewhere, and least in widths of a line. */
const rematch = { scatter: 5, widths: 0.35 };

/**
 * Finds which line is which and fits what is wrong with the axis: offset and stretch, robustly; a bend only where the lines show
 * it. Undefined if fewer than three lines can be assigned.
 */
export function fitAxis(problem: AxisProblem): AxisFit | undefined {
  const { expected, search, pixels, believed, limits } = problem;
  const ends = [believed(0), believed(pixels - 1)] as const;
  const seen = search.lines.map((line) => ({ seen: believed(line.pixel), height: line.height }));
  const match = matchLines(expected, seen, { low: Math.min(...ends), high: Math.max(...ends) }, limits);
  if (match === undefined) return undefined;
  const first = improve(problem, search.lines, [...match.assigned]);
  if (first === undefined) return undefined;
  // Now that it is known where the lines must be, the faint and the hidden ones can be looked for.
  const places = expected.map(({ target }) => pixelOf(problem, first.solution.x, target));
  const lines = search.lookAt(places.filter((pixel) => pixel !== undefined));
  const again = assign(
    expected,
    lines.map((line) => corrected(problem, first.solution.x, line.pixel)),
    nearEnough(problem, lines, first.scatter),
  );
  const better = improve(problem, lines, again) ?? first;
  return withoutContradiction(problem, lines, better, match.rival);
}

/** Fewest lines that may be left when one that contradicts the others is left out, and the most that may be. */
const fewestConsistent = 5;
const mostContradicting = { lines: 2, share: 1 / 5 };

/**
 * A wrong line at an end of the axis has no neighbour to contradict it, so robust weights leave it in: it shows by how far it
 * alone moves the axis. Such lines are left out one by one, and with them the part of the axis that only they vouched for.
 */
function withoutContradiction(
  problem: AxisProblem,
  found: readonly FoundLine[],
  solved: Solved,
  rival: number,
): AxisFit {
  const conclude = (s: Solved): AxisFit => {
    const assigned = assignmentOf(problem, found, s);
    const higher: Solved[] = [];
    for (let order = s.order + 1; order <= Math.max(s.order + 1, problem.mostOrder); order += 1) {
      const next = solve(problem, found, assigned, order);
      // Of few lines only the next order says something: more would follow their scatter.
      if (next !== undefined && (order === s.order + 1 || next.freedom >= plentyFreedom)) higher.push(next);
    }
    return concluded(problem, s, higher, rival);
  };
  let best = solved;
  let fit = conclude(best);
  const count = solved.rows.length;
  const fewest = Math.max(
    fewestConsistent,
    count - mostContradicting.lines,
    Math.ceil(count * (1 - mostContradicting.share)),
  );
  while (fit.influence > problem.consistency && best.rows.length > fewest) {
    const assigned = assignmentOf(problem, found, best);
    const trials = best.rows.flatMap((row) => {
      if (problem.needsPrimary && problem.expected[row]?.role === "primary") return [];
      const fewer = bestOrder(problem, found, assigned.with(row, -1));
      return fewer === undefined ? [] : [{ fewer, fit: conclude(fewer) }];
    });
    const better = trials.reduce<(typeof trials)[number] | undefined>(
      (a, b) => (a === undefined || b.fit.influence < a.fit.influence ? b : a),
      undefined,
    );
    if (better === undefined || !(better.fit.influence < fit.influence)) break;
    best = better.fewer;
    fit = better.fit;
  }
  const matched = fit.matched.map((line, i) => line ?? solved.lines[solved.rows.indexOf(i)]);
  // Those left out were found all the same, and the table shows by how much they contradict.
  return { ...fit, matched, range: undisputed(problem, { ...fit, matched }) };
}

/** Fewer lines beyond one that contradicts them do not outvote it: the axis is not vouched for from there on. */
const outvoting = 2;
/** Nor across such a share of it to a single last line, if the fit may bend in between. */
const widestGap = 0.25;

function undisputed({ expected }: AxisProblem, { matched, weights, range, terms }: AxisFit): AxisFit["range"] {
  let { from, to } = range;
  const targets = expected.map(({ target }) => target);
  const used = targets
    .filter((target, i) => (weights[i] ?? 0) > 0.1 && target >= from && target <= to)
    .sort((a, b) => a - b);
  for (const [i, target] of targets.entries()) {
    if (matched[i] === undefined || (weights[i] ?? 0) > 0.1) continue;
    const below = used.filter((at) => at < target);
    const above = used.filter((at) => at > target);
    if (below.length < outvoting) from = Math.max(from, above[0] ?? Number.POSITIVE_INFINITY);
    if (above.length < outvoting) to = Math.min(to, below.at(-1) ?? Number.NEGATIVE_INFINITY);
  }
  const [first = 0, second = 0] = used;
  const [last = 0, beforeLast = 0] = used.toReversed();
  const widest = terms.length > 2 ? widestGap * (last - first) : Number.POSITIVE_INFINITY;
  if (second - first > widest) from = Math.max(from, second);
  if (last - beforeLast > widest) to = Math.min(to, beforeLast);
  return { from, to };
}

function assignmentOf({ expected }: AxisProblem, found: readonly FoundLine[], { rows, lines }: Solved): number[] {
  return expected.map((_, i) => {
    const row = rows.indexOf(i);
    return row < 0 ? -1 : found.indexOf(lines[row] as FoundLine);
  });
}

/** Unit of the axis per pixel. */
const dispersion = (believed: AxisProblem["believed"], pixel: number) =>
  Math.abs(believed(pixel + 0.5) - believed(pixel - 0.5));

function corrected({ believed, shape }: AxisProblem, terms: Float64Array, pixel: number): number {
  return believed(pixel) + terms.reduce((sum, term, k) => sum + term * shape(k, pixel), 0);
}

/** Pixel at which the corrected axis has a value, by bisection; undefined outside the detector. */
function pixelOf(problem: AxisProblem, terms: Float64Array, target: number): number | undefined {
  let low = 0;
  let high = problem.pixels - 1;
  const above = (pixel: number) => corrected(problem, terms, pixel) > target;
  const rises = !above(low);
  if (above(low) === above(high)) return undefined;
  for (let round = 0; round < 30; round += 1) {
    const middle = (low + high) / 2;
    if (above(middle) === rises) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

function nearEnough({ believed, limits }: AxisProblem, lines: readonly FoundLine[], scatter: number): number {
  const widths = lines.map(({ pixel, fwhm }) => fwhm * dispersion(believed, pixel)).sort((a, b) => a - b);
  const width = widths[widths.length >> 1] ?? 0;
  return Math.min(limits.tolerance, Math.max(rematch.widths * width, rematch.scatter * scatter));
}

/** Fits, assigns again by the fit, until nothing changes. */
function improve(problem: AxisProblem, found: readonly FoundLine[], first: number[]): Solved | undefined {
  let assigned = first;
  let fit = bestOrder(problem, found, assigned);
  for (let round = 0; fit !== undefined && round < 8; round += 1) {
    const current: Solved = fit;
    const at = found.map(({ pixel }) => corrected(problem, current.solution.x, pixel));
    const again = assign(problem.expected, at, nearEnough(problem, found, current.scatter));
    const next = bestOrder(problem, found, again);
    if (next === undefined) break;
    const same = again.every((k, i) => k === assigned[i]);
    assigned = again;
    fit = next;
    if (same) break;
  }
  return fit;
}

/** Offset and stretch (an offset where there are not three lines), or the highest order whose last term stands out. */
function bestOrder(problem: AxisProblem, found: readonly FoundLine[], assigned: readonly number[]): Solved | undefined {
  const { leastOrder } = problem;
  let best = solve(problem, found, assigned, leastOrder) ?? solve(problem, found, assigned, 0);
  for (let order = leastOrder + 1; order <= problem.mostOrder; order += 1) {
    const higher = solve(problem, found, assigned, order);
    if (higher !== undefined && higher.freedom >= leastFreedom && standsOut(higher)) best = higher;
  }
  return best;
}

interface Solved {
  /** Indices of expected lines, row by row. */
  readonly rows: readonly number[];
  readonly lines: readonly FoundLine[];
  readonly order: number;
  readonly design: readonly (readonly number[])[];
  readonly sigma: readonly number[];
  readonly solution: RobustSolution;
  readonly freedom: number;
  readonly scatter: number;
}

function solve(
  { expected, believed, shape }: AxisProblem,
  found: readonly FoundLine[],
  assigned: readonly number[],
  order: number,
): Solved | undefined {
  const rows = assigned.flatMap((k, i) => (k < 0 ? [] : [i]));
  if (rows.length < (order === 0 ? 1 : order + 2)) return undefined;
  const lines = rows.map((i) => found[assigned[i] ?? -1] as FoundLine);
  const sigma = rows.map((i, r) => {
    const line = lines[r] as FoundLine;
    const perPixel = dispersion(believed, line.pixel);
    return Math.hypot(line.sigma * perPixel, pixelFloor * perPixel, sigmaFloor * (expected[i]?.uncertainty ?? 0));
  });
  const y = rows.map((i, r) => (expected[i]?.target ?? 0) - believed((lines[r] as FoundLine).pixel));
  const design = lines.map(({ pixel }) => Array.from({ length: order + 1 }, (_, k) => shape(k, pixel)));
  const solution = robustLeastSquares(design, y, sigma);
  if (solution === undefined) return undefined;
  const used = solution.robustness.filter((w) => w > 0.1).length;
  return { rows, lines, order, design, sigma, solution, freedom: used - (order + 1), scatter: rmsOf(solution) };
}

function rmsOf({ residuals, robustness }: RobustSolution): number {
  let sum = 0;
  let weight = 0;
  for (const [i, r] of residuals.entries()) {
    sum += (robustness[i] ?? 0) * r * r;
    weight += robustness[i] ?? 0;
  }
  return Math.sqrt(sum / Math.max(1e-9, weight));
}

/** Whether the highest term is there, also without any one of the lines: a single wrong line must not bend an axis. */
function standsOut(solved: Solved): boolean {
  const { x, inverse, scale } = solved.solution;
  const n = x.length;
  const last = x[n - 1] ?? 0;
  const error = scale * Math.sqrt(inverse[n * n - 1] ?? 0);
  if (!(Math.abs(last) > significant * error)) return false;
  return withoutEach(solved).every(
    ({ change }) => Math.sign(last) * (last - (change[n - 1] ?? 0)) > (significant * error) / 2,
  );
}

interface WithoutLine {
  /** How the terms would change if the line was left out. */
  readonly change: readonly number[];
  /** Share of itself that the fit's value at the line is made of: near 1 no other line says anything there. */
  readonly leverage: number;
}

/** The closed form of leave-one-out, line by line. */
function withoutEach({ solution: { x, inverse, residuals, robustness }, design, sigma }: Solved): WithoutLine[] {
  const n = x.length;
  return design.map((row, i) => {
    const weight = (robustness[i] ?? 0) / (sigma[i] ?? 1) ** 2;
    const direction = Array.from({ length: n }, (_, j) =>
      row.reduce((sum, a, k) => sum + (inverse[j * n + k] ?? 0) * a, 0),
    );
    const leverage = weight * row.reduce((sum, a, j) => sum + a * (direction[j] ?? 0), 0);
    const factor = (weight * (residuals[i] ?? 0)) / Math.max(1e-3, 1 - leverage);
    return { change: direction.map((d) => d * factor), leverage };
  });
}

/** A line that stands so alone vouches for no range: the fit goes through it wherever it lies. */
const aloneLeverage = 0.75;

function concluded(
  { expected, shape }: AxisProblem,
  solved: Solved,
  higher: readonly Solved[],
  rival: number,
): AxisFit {
  const { rows, lines, solution, freedom } = solved;
  const without = withoutEach(solved);
  const matched: (FoundLine | undefined)[] = expected.map(() => undefined);
  const weights = expected.map(() => 0);
  for (const [r, i] of rows.entries()) {
    matched[i] = lines[r];
    weights[i] = solution.robustness[r] ?? 0;
  }
  const used = rows.flatMap((i, r) =>
    (solution.robustness[r] ?? 0) > 0.1 && (without[r]?.leverage ?? 1) < aloneLeverage
      ? [{ i, line: lines[r] as FoundLine }]
      : [],
  );
  const targets = used.map(({ i }) => expected[i]?.target ?? 0);
  const at = used.map(({ line }) => line.pixel);
  const [from, to] = [Math.min(...at), Math.max(...at)];
  const n = solution.x.length;
  let worst = 0;
  let influence = 0;
  let bend = 0;
  for (let step = 0; step <= 20; step += 1) {
    const pixel = from + ((to - from) * step) / 20;
    const row = Array.from({ length: n }, (_, k) => shape(k, pixel));
    worst = Math.max(worst, predictionError(row, solution.inverse));
    for (const { solution: other } of higher) {
      const bent = other.x.reduce((sum, term, k) => sum + term * shape(k, pixel), 0);
      bend = Math.max(bend, Math.abs(bent - dot(row, [...solution.x])));
    }
    for (const { change } of without) influence = Math.max(influence, Math.abs(dot(row, change)));
  }
  return {
    matched,
    weights,
    terms: [...solution.x],
    covariance: solution.inverse.map((c) => c * solution.scale ** 2),
    freedom,
    rms: rmsOf(solution),
    uncertainty: freedom < 1 ? Number.POSITIVE_INFINITY : expansion(solved) * worst,
    influence,
    bend,
    range: { from: Math.min(...targets), to: Math.max(...targets) },
    rival,
  };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

/**
 * Standard errors for 95 %: normal if the lines scatter no more than their own errors foretell, and by what they do scatter, with
 * Student's t, if they scatter more.
 */
function expansion({ solution: { residuals, robustness }, sigma, freedom }: Solved): number {
  let sum = 0;
  for (const [i, r] of residuals.entries()) sum += (robustness[i] ?? 0) * (r / (sigma[i] ?? 1)) ** 2;
  return Math.max(1.96, studentT(freedom) * Math.sqrt(sum / Math.max(1, freedom)));
}

/** Student's t, two-sided 95 %, by its expansion in 1/ν (Abramowitz and Stegun 26.7.5); within 2 % from ν = 3. */
function studentT(freedom: number): number {
  const v = Math.max(1, freedom);
  return 1.96 + 2.372 / v + 2.823 / v ** 2 + 2.556 / v ** 3;
}
