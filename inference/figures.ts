import type { Identification } from "../contract/identification.ts";
import { answerKind } from "../contract/identification.ts";
import type { ReferenceStatistics, TechniqueSet } from "../contract/model.ts";
import { techniques } from "../contract/spectrum.ts";
import { quantilesOf } from "./statistics.ts";

/** What an answer says of how well the model fits the spot; the same for calibration spots and for those in the field. */
export interface SpotFigures {
  readonly techniques: TechniqueSet;
  /** See {@link ReferenceStatistics} for each. */
  readonly topProbability: number;
  readonly unknown: number;
  readonly isUnknown: boolean;
  readonly signalToNoise: number;
}

/** Undefined for an answer that rests on no technique. */
export function figuresOf(answer: Identification): SpotFigures | undefined {
  const set = techniquesOf(answer);
  if (set === undefined) return undefined;
  return {
    techniques: set,
    topProbability: inLibrary(answer.minerals[0]?.probability ?? 0, answer.unknown),
    unknown: answer.unknown,
    isUnknown: answerKind(answer) === "unknown",
    signalToNoise: Math.min(...Object.values(answer.quality).map(({ signalToNoise }) => signalToNoise)),
  };
}

/** The techniques that an answer rests on, as the manifest names their set. */
export function techniquesOf({ quality }: Pick<Identification, "quality">): TechniqueSet | undefined {
  const present = techniques.filter((t) => quality[t] !== undefined);
  return present.length === 0 ? undefined : (present.join("+") as TechniqueSet);
}

/** A stated probability among the library's minerals alone. */
export const inLibrary = (probability: number, unknown: number): number =>
  unknown < 1 ? Math.min(1, probability / (1 - unknown)) : 0;

/** Enough for a distance of 0.01, far below what 60 spots can tell. */
const quantileCount = 101;

/** Spots below which quantiles say little. */
export const leastReferenceSpots = 100;

/** The manifest's `reference` block from the answers to calibration spots. Sets of techniques with too few are left out. */
export function referenceOf(answers: readonly Identification[]): Partial<Record<TechniqueSet, ReferenceStatistics>> {
  const bySet = Map.groupBy(
    answers.flatMap((answer) => figuresOf(answer) ?? []),
    (figures) => figures.techniques,
  );
  const reference: Partial<Record<TechniqueSet, ReferenceStatistics>> = {};
  for (const [set, spots] of bySet) {
    if (spots.length < leastReferenceSpots) continue;
    const quantiles = (value: (spot: SpotFigures) => number) =>
      quantilesOf(spots.map(value), quantileCount).map((v) => Number(v.toPrecision(5)));
    reference[set] = {
      spots: spots.length,
      topProbability: quantiles((s) => s.topProbability),
      unknown: quantiles((s) => s.unknown),
      unknownShare: spots.filter((s) => s.isUnknown).length / spots.length,
      signalToNoise: quantiles((s) => s.signalToNoise),
    };
  }
  return reference;
}
