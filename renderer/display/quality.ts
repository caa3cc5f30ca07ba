import type { QualityCheck, TechniqueQuality } from "../../contract/identification.ts";
import type { Technique } from "../../contract/spectrum.ts";

interface CheckWords {
  readonly label: string;
  readonly value: string;
  readonly limit: string;
}

const percent = (fraction: number): string => `${Math.round(fraction * 100)}\u00a0%`;
const oneDecimal = (value: number): string => (value >= 10 ? value.toFixed(0) : value.toFixed(1));
const mostTimesNoise = 1000;

/** Signal over noise; above 1000 the number says more about the estimate than about the spectrum. */
export const timesNoise = (ratio: number): string =>
  ratio > mostTimesNoise ? `over ${mostTimesNoise}` : oneDecimal(ratio);

/** A check as one table row: what was looked at, its value, and the limit in words. */
export function checkWords(check: QualityCheck): CheckWords {
  switch (check.id) {
    case "signal-to-noise":
      return {
        label: "Signal to noise",
        value: timesNoise(check.value),
        limit: `needs ${oneDecimal(check.limit)}`,
      };
    case "saturation":
      return { label: "Full pixels", value: percent(check.value), limit: `at most ${percent(check.limit)}` };
    case "coverage":
      return { label: "Range covered", value: percent(check.value), limit: `needs ${percent(check.limit)}` };
    case "flat":
      return { label: "Height of features", value: oneDecimal(check.value), limit: `needs ${oneDecimal(check.limit)}` };
  }
}

const aim: Record<Technique, string> = {
  raman: "Move in or out until the laser dot is small and sharp.",
  vnir: "Hold the probe flat on the rock, so that no daylight comes in.",
  libs: "Move in or out until the spark is bright and snaps.",
};
const choose = "Choose a fresh, clean face of one crystal.";
const again = "Press MEASURE again. Readings of one spot add up.";

/** Three things to do, in order, after a reading that gives no name. */
export function whatToDo(technique: Technique, quality: TechniqueQuality, fromFile: boolean): [string, string, string] {
  const failed = new Set(quality.checks.filter((check) => !check.passed).map((check) => check.id));
  if (fromFile) {
    return failed.has("coverage")
      ? ["Check that the file's axis is in the unit you gave.", "Open the file that covers the whole range.", choose]
      : ["Check that it is the processed file, not the background.", "Open another file of this spot.", choose];
  }
  if (failed.has("saturation")) return ["Move away, or choose a darker face.", choose, again];
  return [aim[technique], choose, again];
}
