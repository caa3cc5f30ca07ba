import type { CalibrationResult } from "../../contract/calibration.ts";
import { noiseSigma } from "../background.ts";
import { median } from "./leastSquares.ts";
import { darkLevelLimits, hotPixelLimits, verdictOf, worstOf } from "./limits.ts";
import { meanOfExposures } from "./lines.ts";

/** A pixel is hot if it stands so many noise widths above the median. */
const hotSigmas = 20;

/** Health of the detector with the light off: level, noise, hot pixels. Its dark is not kept: every measurement takes its own. */
export function checkDark(scene: {
  readonly darks: readonly ArrayLike<number>[];
  readonly maximumCounts: number;
  readonly detectorC?: number | undefined;
}): CalibrationResult {
  const { darks, maximumCounts, detectorC } = scene;
  const mean = meanOfExposures(darks, undefined, Number.POSITIVE_INFINITY);
  const middle = median(mean);
  const noise = noiseSigma(Float64Array.from(darks[0] ?? [])) || 1;
  const hot = mean.filter((counts) => counts - middle > hotSigmas * noise).length;
  const share = middle / maximumCounts;
  const level = verdictOf(share, darkLevelLimits);
  const pixels = verdictOf(hot / Math.max(1, mean.length), hotPixelLimits);
  const verdict = worstOf([level, pixels]);
  const percent = (share * 100).toFixed(0);
  const sentence =
    level !== "pass"
      ? `The dark is at ${percent} % of full: light gets in, or the detector is warm.`
      : pixels !== "pass"
        ? `${hot} pixels are hot.`
        : `Dark at ${percent} % of full, noise ${noise.toFixed(1)} counts, ${hot} hot pixels.`;
  return {
    kind: "dark",
    unit: "%",
    lines: [],
    figures: [
      {
        ...{ id: "level", label: "Level of the dark", value: share * 100, unit: "%", verdict: level },
        limits: { pass: darkLevelLimits.pass * 100, warn: darkLevelLimits.warn * 100 },
      },
      { id: "noise", label: "Noise of one exposure", value: noise, unit: "counts", verdict: "pass" },
      { id: "hot", label: "Hot pixels", value: hot, unit: "", verdict: pixels },
    ],
    asFound: { verdict, worst: share * 100, sentence },
    verdict,
    sentence,
    ...(detectorC === undefined ? {} : { detectorC }),
  };
}
