import type { CheckState, Identification, QualityCheck, TechniqueQuality } from "../../contract/identification.ts";
import { type Technique, techniqueName, techniques } from "../../contract/spectrum.ts";

interface CheckWords {
  readonly label: string;
  readonly value: string;
  readonly limit: string;
}

const percent = (fraction: number): string => `${Math.round(fraction * 100)}\u00a0%`;
const oneDecimal = (value: number): string => (value >= 10 ? value.toFixed(0) : value.toFixed(1));
const mostTimesNoise = 1000;

/** A ratio; above 1000 the number says more about the estimate than about the spectrum. */
export const timesNoise = (ratio: number): string =>
  ratio > mostTimesNoise ? `over ${mostTimesNoise}` : oneDecimal(ratio);

/** A check as one table row: what was looked at, its value, and the limit in words. */
export function checkWords({ id, value, limit }: QualityCheck): CheckWords {
  switch (id) {
    case "signal-to-noise":
      return { label: "Signal to noise", value: timesNoise(value), limit: `needs ${oneDecimal(limit)}` };
    case "saturation":
      return { label: "Full pixels", value: percent(value), limit: limit === 0 ? "none" : `below ${percent(limit)}` };
    case "fluorescence":
      return { label: "Glow over lines", value: timesNoise(value), limit: `below ${limit}` };
    case "cosmic-rays":
      return { label: "Cosmic rays", value: String(value), limit: limit === 0 ? "none" : `below ${limit}` };
    case "range":
      return { label: "Range reached", value: percent(value), limit: `needs ${percent(limit)}` };
    case "coverage":
      return { label: "Points measured", value: percent(value), limit: `needs ${percent(limit)}` };
    case "flat":
      return { label: "Height of features", value: oneDecimal(value), limit: `needs ${oneDecimal(limit)}` };
    case "dark":
      return { label: "Dark reading", value: value > 0 ? "taken" : "none", limit: "needed" };
    case "white":
      return { label: "Reflectance", value: value > 0 ? oneDecimal(value) : "none", limit: "white is 1" };
  }
}

/** The most checks that fit beside "Too poor to name". */
const checksShown = 4;
const byState: readonly CheckState[] = ["refuse", "warn", "ok"];

/** The checks that stand in the table, what was missed first. */
export function shownChecks({ checks }: TechniqueQuality): QualityCheck[] {
  return byState.flatMap((state) => checks.filter((check) => check.state === state)).slice(0, checksShown);
}

const why: Record<QualityCheck["id"], string> = {
  "signal-to-noise": "noisy",
  saturation: "partly overexposed",
  fluorescence: "the rock glows",
  "cosmic-rays": "struck by cosmic rays",
  range: "too short a range",
  coverage: "points are missing",
  flat: "hardly any features",
  dark: "no dark was taken",
  white: "the white reference is in doubt",
};

/** Upper ends of the weights that are spoken of so; beyond the last a technique counts nearly whole. */
const shares: readonly (readonly [below: number, words: string])[] = [
  [0.125, "hardly counts"],
  [0.375, "counts a quarter"],
  [0.625, "counts half"],
  [0.875, "counts three quarters"],
];

/**
 * What was wrong with the spectra that the answer rests on: that they do not fit each other, then at most a sentence for each
 * technique: "VNIR counts half: noisy."
 * Of a technique alone, or one that counts nearly whole, what was found.
 */
export function remarks({ quality, disagreement }: Pick<Identification, "quality" | "disagreement">): string[] {
  const present = techniques.filter((technique) => quality[technique] !== undefined);
  const ofQuality = present.flatMap((technique) => {
    const own = quality[technique];
    const worst = own && worstCheck(own);
    if (own === undefined || worst === undefined) return [];
    const name = techniqueName[technique];
    if (own.weight === 0 && present.length > 1) return [`${name} does not count: ${why[worst.id]}.`];
    const [, words] = shares.find(([below]) => own.weight < below) ?? [];
    if (words !== undefined && present.length > 1) return [`${name} ${words}: ${why[worst.id]}.`];
    return [present.length > 1 ? `${name}: ${worst.sentence}` : worst.sentence];
  });
  return disagreement === undefined ? ofQuality : [disagreement.sentence, ...ofQuality];
}

/** The check that was missed by most; undefined if all are met. */
export function worstCheck({ checks }: TechniqueQuality): QualityCheck | undefined {
  const missed = checks.filter(({ state }) => state !== "ok");
  return missed.reduce<QualityCheck | undefined>(
    (worst, check) => (worst === undefined || check.weight < worst.weight ? check : worst),
    undefined,
  );
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
  const failed = new Set(quality.checks.filter(({ state }) => state === "refuse").map(({ id }) => id));
  if (fromFile) {
    if (failed.has("white"))
      return ["Give reflectance: sample divided by white.", "Open another file of this spot.", choose];
    return failed.has("coverage") || failed.has("range")
      ? ["Check that the file's axis is in the unit you gave.", "Open the file that covers the whole range.", choose]
      : ["Check that it is the processed file, not the background.", "Open another file of this spot.", choose];
  }
  if (failed.has("white")) return ["Take a white reference with this probe.", aim[technique], again];
  if (failed.has("saturation")) return ["Move away, or choose a darker face.", choose, again];
  if (failed.has("fluorescence"))
    return ["Choose a crystal that does not glow, away from dust and lichen.", aim[technique], again];
  return [aim[technique], choose, again];
}
