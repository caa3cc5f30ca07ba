import type { Identification } from "../contract/identification.ts";
import type { TechniqueSet } from "../contract/model.ts";
import { inLibrary, techniquesOf } from "./figures.ts";
import { mcnemarP } from "./statistics.ts";

/** A spot whose mineral is known, with what a model answered; undefined where it could not. */
export interface ScoredSpot {
  readonly id: string;
  readonly truth: string;
  readonly answer: Identification | undefined;
}

/** Bins of the calibration error: the number of issue and literature alike (Guo et al. 2017, arXiv:1706.04599). */
const bins = 15;

/** How stated probabilities and outcomes agree. */
export interface CalibrationError {
  /** Expected calibration error over 15 bins of equal width. */
  readonly ece: number;
  /** The ECE that a perfectly calibrated model has on as many spots, since outcomes are drawn by chance. */
  readonly expected: number;
}

/** Shares are of all spots, 0 to 1; a spot without an answer is wrong. */
export interface Scores {
  readonly spots: number;
  readonly unanswered: number;
  readonly minerals: number;
  readonly top1: number;
  readonly top3: number;
  readonly top5: number;
  /** Mean over minerals of the share of their spots that were named first. */
  readonly macroTop1: number;
  /** Mean over the truth's minerals of F1 = 2·right / (spots of it + spots named so). */
  readonly macroF1: number;
  readonly setCoverage: number;
  readonly setSize: number;
  /** Of the first name's stated probability, which leaves room for minerals that are not in the library. */
  readonly stated: CalibrationError;
  /** Of the first name's probability among the library's minerals: the one to look at if all spots are of these. */
  readonly withinLibrary: CalibrationError;
}

/**
 * Scores of answers to spots whose mineral is in the model's library. `random` (0 to 1) draws the outcomes behind
 * {@link CalibrationError.expected}.
 */
export function score(spots: readonly ScoredSpot[], random: () => number): Scores {
  const share = (is: (spot: ScoredSpot) => boolean): number => spots.filter(is).length / spots.length;
  const answered = spots.flatMap(({ truth, answer }) => (answer === undefined ? [] : [{ truth, answer }]));
  const byMineral = [...Map.groupBy(spots, ({ truth }) => truth)];
  const namedSo = Map.groupBy(answered, ({ answer }) => answer.minerals[0]?.name ?? "");
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const claims = (probability: (answer: Identification) => number) =>
    answered.map(({ truth, answer }) => ({
      probability: probability(answer),
      right: answer.minerals[0]?.name === truth,
    }));
  const first = ({ minerals }: Identification): number => minerals[0]?.probability ?? 0;
  return {
    spots: spots.length,
    unanswered: spots.length - answered.length,
    minerals: byMineral.length,
    top1: share((spot) => rankOf(spot) < 1),
    top3: share((spot) => rankOf(spot) < 3),
    top5: share((spot) => rankOf(spot) < 5),
    macroTop1: mean(byMineral.map(([, own]) => own.filter((spot) => rankOf(spot) < 1).length / own.length)),
    macroF1: mean(
      byMineral.map(([mineral, own]) => {
        const right = own.filter((spot) => rankOf(spot) < 1).length;
        return (2 * right) / (own.length + (namedSo.get(mineral)?.length ?? 0));
      }),
    ),
    setCoverage: share(({ truth, answer }) => answer?.set.names.includes(truth) ?? false),
    setSize: mean(answered.map(({ answer }) => answer.set.names.length)),
    stated: calibrationError(claims(first), random),
    withinLibrary: calibrationError(
      claims((answer) => inLibrary(first(answer), answer.unknown)),
      random,
    ),
  };
}

/** Place of the truth among the names, from 0; infinite where it is not listed. */
function rankOf({ truth, answer }: ScoredSpot): number {
  const rank = answer?.minerals.findIndex(({ name }) => name === truth) ?? -1;
  return rank < 0 ? Number.POSITIVE_INFINITY : rank;
}

/** Redraws of the outcomes; the mean of as many is exact to about 0.0005 at 1,000 spots. */
const redraws = 200;

function calibrationError(
  claims: readonly { probability: number; right: boolean }[],
  random: () => number,
): CalibrationError {
  const ece = eceOf(claims);
  let sum = 0;
  for (let i = 0; i < redraws; i += 1) {
    sum += eceOf(claims.map(({ probability }) => ({ probability, right: random() < probability })));
  }
  return { ece, expected: sum / redraws };
}

function eceOf(claims: readonly { probability: number; right: boolean }[]): number {
  if (claims.length === 0) return 0;
  const excess = new Float64Array(bins);
  for (const { probability, right } of claims) {
    const bin = Math.min(bins - 1, Math.floor(probability * bins));
    excess[bin] = (excess[bin] ?? 0) + (right ? 1 : 0) - probability;
  }
  return excess.reduce((sum, e) => sum + Math.abs(e), 0) / claims.length;
}

/** Two models on the same spots. */
export interface Paired {
  readonly spots: number;
  readonly bothRight: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly bothWrong: number;
  /** McNemar's exact p: how probable so uneven a split of the differing spots is between equally good models. */
  readonly p: number;
}

/** Compares the first names of two models, spot by spot. Both lists are of the same spots in the same order. */
export function compare(a: readonly ScoredSpot[], b: readonly ScoredSpot[]): Paired {
  if (a.some(({ id }, i) => id !== b[i]?.id) || a.length !== b.length) throw new Error("the spots are not the same");
  const right = a.map((spot, i) => [rankOf(spot) < 1, rankOf(b[i] ?? spot) < 1] as const);
  const count = (inA: boolean, inB: boolean): number => right.filter(([x, y]) => x === inA && y === inB).length;
  const [onlyA, onlyB] = [count(true, false), count(false, true)];
  return {
    spots: a.length,
    bothRight: count(true, true),
    onlyA,
    onlyB,
    bothWrong: count(false, false),
    p: mcnemarP(onlyA, onlyB),
  };
}

/** Spots by the techniques that their answers rest on. A spot without any answer is left out. */
export function byTechniques<Spot extends ScoredSpot>(spots: readonly Spot[]): [TechniqueSet, Spot[]][] {
  const groups = Map.groupBy(spots, ({ answer }) => answer && techniquesOf(answer));
  return [...groups].flatMap(([set, own]) => (set === undefined ? [] : [[set, own] as [TechniqueSet, Spot[]]]));
}
