import type { AxisFit, AxisProblem } from "./axisFit.ts";
import { leastLines, mostRival } from "./limits.ts";

/** Weight above which a line counts as used. */
export const usedWeight = 0.1;
/** Weight above which its residual is judged: below, it contradicts the others and the table says so. */
export const fullWeight = 0.5;

/**
 * Why a fitted axis cannot be vouched for, in sentences; none if it can. What it rests on: enough lines, the primary among them,
 * one way only to assign them, and an axis that is better known than the standard itself: by its scatter, without any one of
 * the lines, and with one more order.
 */
export function notVouched(problem: AxisProblem, fit: AxisFit, unit: string): string[] {
  const used = fit.weights.filter((w) => w > usedWeight).length;
  const why: string[] = [];
  const { length } = problem.expected;
  if (used < leastLines) why.push(`Only ${used} lines were found; ${leastLines} are needed.`);
  else if (used < length / 2) why.push(`Only ${used} of ${length} lines agree; half must.`);
  if (Math.abs(fit.terms[1] ?? 0) > problem.limits.stretch) {
    why.push("The lines agree only with a stretch that no instrument has: some of them are not the standard's.");
  }
  const primary = problem.expected.findIndex(({ role }) => role === "primary");
  if (problem.needsPrimary && primary >= 0 && fit.matched[primary] === undefined) {
    why.push(`The line at ${problem.expected[primary]?.target} ${unit}, which must match, was not found.`);
  }
  if (!(fit.range.from < fit.range.to)) why.push("The lines contradict each other everywhere.");
  if (fit.rival > mostRival) why.push("The lines can be assigned in more than one way.");
  const limit = problem.consistency;
  const known = (size: number) => `±${size.toFixed(size < 1 ? 2 : 1)} ${unit}`;
  if (!(fit.uncertainty <= limit)) {
    why.push(`The axis comes out to ${known(fit.uncertainty)} only; ${known(limit)} is needed.`);
  } else if (!(fit.influence <= limit)) {
    why.push(
      `A single line moves the axis by ${fit.influence.toFixed(2)} ${unit}, so the lines contradict each other.`,
    );
  } else if (!(fit.bend <= limit)) {
    why.push(`The lines do not say how the axis bends between them: by up to ${fit.bend.toFixed(2)} ${unit}.`);
  }
  return why;
}
