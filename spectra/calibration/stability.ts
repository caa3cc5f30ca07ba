import type { CalibrationResult } from "../../contract/calibration.ts";
import { leastSquares, median } from "./leastSquares.ts";
import { libsDriftLimits, shotScatterLimits, shotTrendLimits, verdictOf, worstOf } from "./limits.ts";
import { meanOfExposures, searchLines } from "./lines.ts";
import { polynomial } from "./polynomial.ts";

/** Shots that clean the surface: kept, but not judged (reference/field.md C4). */
export const cleaningShots = 3;
/** Fewer do not tell a scatter. */
const leastShots = 8;
const watchedLines = 5;

/** Stability of LIBS from shot to shot: scatter and trend of the strongest lines' heights, and how far the lines wander. */
export function checkShotStability(scene: {
  readonly exposures: readonly ArrayLike<number>[];
  readonly darks: readonly ArrayLike<number>[];
  readonly maximumCounts: number;
  readonly coefficients: readonly number[];
  readonly detectorC?: number | undefined;
}): CalibrationResult {
  const { darks, maximumCounts, coefficients, detectorC } = scene;
  const shots = scene.exposures.slice(cleaningShots);
  const common = {
    ...{ kind: "shot-stability" as const, unit: "%", lines: [], limits: shotScatterLimits },
    ...(detectorC === undefined ? {} : { detectorC }),
  };
  const failed = (sentence: string): CalibrationResult => ({
    ...{ ...common, figures: [], asFound: { verdict: "fail" as const, sentence }, verdict: "fail" as const, sentence },
  });
  if (shots.length < leastShots) return failed(`Only ${shots.length} shots were taken; ${leastShots} are needed.`);
  const dark = meanOfExposures(darks, undefined, Number.POSITIVE_INFINITY);
  const mean = meanOfExposures(shots, dark, maximumCounts);
  const watched = searchLines(mean)
    .lines.toSorted((a, b) => b.height - a.height)
    .slice(0, watchedLines);
  if (watched.length < 2) return failed("No lines stand out: the laser did not strike.");

  const heights: number[] = [];
  const wander: number[] = [];
  for (const shot of shots) {
    const lines = searchLines(meanOfExposures([shot], dark, maximumCounts)).lines;
    const pairs = watched.flatMap((line) => {
      const same = lines.find(({ pixel }) => Math.abs(pixel - line.pixel) < line.fwhm / 2);
      return same === undefined ? [] : [{ same, line }];
    });
    heights.push(pairs.length === 0 ? 0 : median(pairs.map(({ same, line }) => same.height / line.height)));
    const nm = (pixel: number) => polynomial(coefficients, pixel);
    if (pairs.length > 0) wander.push(median(pairs.map(({ same, line }) => nm(same.pixel) - nm(line.pixel))));
  }
  const average = heights.reduce((sum, h) => sum + h, 0) / heights.length;
  const trend = leastSquares(
    heights.map((_, i) => [1, (2 * i) / (heights.length - 1) - 1]),
    heights,
    heights.map(() => 1),
  );
  const slope = (200 * (trend?.x[1] ?? 0)) / average; // from the first shot to the last
  const rest = heights.map(
    (h, i) => h - (trend?.x[0] ?? 0) - (trend?.x[1] ?? 0) * ((2 * i) / (heights.length - 1) - 1),
  );
  const scatter = (100 * Math.sqrt(rest.reduce((sum, r) => sum + r * r, 0) / (rest.length - 2))) / average;
  const drift = Math.max(0, ...wander.map(Math.abs));
  const figures = [
    ["scatter", "Scatter of line heights", scatter, "%", shotScatterLimits] as const,
    ["trend", "Change from first to last shot", slope, "%", shotTrendLimits] as const,
    ["wander", "Wander of the lines", drift, "nm", libsDriftLimits] as const,
  ].map(([id, label, value, unit, limits]) => ({ id, label, value, unit, limits, verdict: verdictOf(value, limits) }));
  const verdict = worstOf(figures.map((figure) => figure.verdict));
  const sentence = `${shots.length} shots scatter by ${scatter.toFixed(0)} % and change by ${Math.abs(slope).toFixed(0)} % from first to last.`;
  return { ...common, figures, asFound: { verdict, worst: scatter, sentence }, verdict, sentence };
}
