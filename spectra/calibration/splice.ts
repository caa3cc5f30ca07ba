import type { CalibrationResult } from "../../contract/calibration.ts";
import { leastSquares } from "./leastSquares.ts";
import { spliceLimits, verdictOf, worstOf } from "./limits.ts";

/** Joints of three-detector field spectrometers, nm (ASD FieldSpec 3 manual; reference/field.md C3). */
export const asdJointsNm = [1000, 1830] as const;
/** Points on each side through which a straight line is laid. */
const sidePoints = 12;

/**
 * Step of a reflectance at the joints of a spectrometer's detectors: each side's straight line at the joint, as a share of
 * their mean. The sample is the white tile itself, which has no edge there. Joints outside the axis are left out.
 *
 * @param nm ascending; `reflectance` of the same length, fractions.
 */
export function checkSplices(
  nm: Float64Array,
  reflectance: Float64Array,
  joints: readonly number[] = asdJointsNm,
): CalibrationResult {
  const steps = joints.flatMap((joint) => {
    const split = nm.findIndex((at) => at >= joint);
    if (split < sidePoints || split + sidePoints > nm.length) return [];
    const left = lineAt(nm.subarray(split - sidePoints, split), reflectance.subarray(split - sidePoints, split), joint);
    const right = lineAt(
      nm.subarray(split, split + sidePoints),
      reflectance.subarray(split, split + sidePoints),
      joint,
    );
    if (left === undefined || right === undefined) return [];
    return [{ joint, step: (right - left) / ((left + right) / 2) }];
  });
  const verdict = worstOf(steps.map(({ step }) => verdictOf(step, spliceLimits)));
  const worst = Math.max(0, ...steps.map(({ step }) => Math.abs(step)));
  const sentence =
    steps.length === 0
      ? "This instrument has no joint in its range."
      : `The spectrum steps by ${(worst * 100).toFixed(1)} % at most where detectors join.`;
  return {
    kind: "splice",
    unit: "%",
    lines: [],
    limits: { pass: spliceLimits.pass * 100, warn: spliceLimits.warn * 100 },
    figures: steps.map(({ joint, step }) => ({
      ...{ id: `joint-${joint}`, label: `Step at ${joint} nm`, value: step * 100, unit: "%" },
      limits: { pass: spliceLimits.pass * 100, warn: spliceLimits.warn * 100 },
      verdict: verdictOf(step, spliceLimits),
    })),
    asFound: { verdict, worst: worst * 100, sentence },
    verdict,
    sentence,
  };
}

function lineAt(x: Float64Array, y: Float64Array, at: number): number | undefined {
  const rows = [...x].map((value) => [1, (value - at) / 10]);
  const finite = rows.flatMap((row, i) => (Number.isFinite(y[i]) ? [{ row, y: y[i] ?? 0 }] : []));
  const solution = leastSquares(
    finite.map(({ row }) => row),
    finite.map((f) => f.y),
    finite.map(() => 1),
  );
  return solution?.x[0];
}
