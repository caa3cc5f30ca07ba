import type { AxisDrift, Drift, DriftState, DriftTest, TechniqueDrift } from "../contract/drift.ts";
import type { ReferenceStatistics, TechniqueSet } from "../contract/model.ts";
import { techniqueName, techniques } from "../contract/spectrum.ts";
import { certainCm1, leastAxisSpots } from "./axisOffset.ts";
import type { SpotFigures } from "./figures.ts";
import { binomialTail, onesidedKsP } from "./statistics.ts";

/** Spots of one set of techniques from which on something is said, and the newest ones that are looked at. */
export const leastSpots = 30;
export const mostSpots = 60;

/**
 * At most one day in a hundred with 200 spots may raise a false alarm. Each spot is a new look, and three tests can raise
 * one, so each test has 0.01 / (200 · 3) (Bonferroni). Looks share most of their spots, so the true rate is lower yet;
 * drift.test.ts measures it.
 */
const alarmP = 0.01 / (200 * 3);

/** `watch` costs nobody anything: it may come by chance on one day in twenty, which drift.test.ts measures. */
const watchP = 0.001;

/** The tests that can say `drifted`. The others depend on which rocks lie there as well, so they only say `watch`. */
const alarming: ReadonlySet<DriftTest["id"]> = new Set(["match", "unknown-share"]);

const order: readonly DriftState[] = ["unwatched", "waiting", "ok", "watch", "drifted"];

/**
 * Compares the recent spots of a station, oldest first, with what the package's manifest says of those at calibration,
 * and the bands of named ones (`offsetsCm1`, see {@link axisOffset}) with the catalogue's. The spots must be independent
 * of each other: not one grain measured again and again.
 */
export function driftOf(
  reference: Partial<Record<TechniqueSet, ReferenceStatistics>> | undefined,
  spots: readonly SpotFigures[],
  offsetsCm1: readonly number[],
): Drift {
  const axis = axisDrift(offsetsCm1.slice(-mostSpots));
  const techniqueDrifts = [...Map.groupBy(spots, (spot) => spot.techniques)].map(([set, own]) =>
    techniqueDrift(set, reference?.[set], own.slice(-mostSpots)),
  );
  // Of equally bad ones the axis speaks, since it says what to do; then what was compared with most spots.
  const all = [axis, ...techniqueDrifts.toSorted((a, b) => b.spots - a.spots)];
  const worst = all.reduce((a, b) => (order.indexOf(b.state) > order.indexOf(a.state) ? b : a));
  const unwatched = reference === undefined && order.indexOf(worst.state) <= order.indexOf("waiting");
  return {
    state: unwatched ? "unwatched" : worst.state,
    sentence: unwatched ? notCompared : spots.length + axis.spots === 0 ? waiting("", 0) : worst.sentence,
    techniques: techniqueDrifts,
    axis,
  };
}

const notCompared =
  "This model package does not say how it did at calibration: only the Raman axis is watched, from spots whose mineral has known bands.";

/**
 * A sign test: at most half of the spots may lie further off than a band's position is certain. It holds at any number of
 * spots, whatever the offsets' distribution, and one wrong entry of the catalogue cannot raise an alarm.
 */
function axisDrift(offsetsCm1: readonly number[]): AxisDrift {
  const spots = offsetsCm1.length;
  const sorted = offsetsCm1.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(spots / 2)];
  const high = offsetsCm1.filter((offset) => offset > certainCm1).length;
  const low = offsetsCm1.filter((offset) => offset < -certainCm1).length;
  const p = Math.min(1, 2 * binomialTail(spots, 0.5, Math.max(high, low)));
  if (middle === undefined || spots < leastAxisSpots) {
    const sentence = `${spots} named Raman spots whose bands are known so far; from ${leastAxisSpots} different ones on the axis is watched.`;
    return { state: "waiting", spots, p: 1, sentence, ...(middle !== undefined && { offsetCm1: middle }) };
  }
  const state = p < alarmP ? "drifted" : p < watchP ? "watch" : "ok";
  const sentence =
    state === "ok"
      ? `The bands of the last ${spots} named Raman spots lie where they should (${signed(middle)} cm⁻¹).`
      : `The bands of the last ${spots} named Raman spots lie ${Math.abs(middle).toFixed(1)} cm⁻¹ too ${middle > 0 ? "high" : "low"}. Check the instrument's axis with a standard.`;
  return { state, spots, offsetCm1: middle, p, sentence };
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;

function techniqueDrift(
  set: TechniqueSet,
  reference: ReferenceStatistics | undefined,
  spots: readonly SpotFigures[],
): TechniqueDrift {
  const name = nameOf(set);
  const about = { techniques: set, spots: spots.length };
  if (reference === undefined) {
    const sentence = `This model package does not say how it did at calibration with ${name}.`;
    return { ...about, state: "unwatched", tests: [], sentence };
  }
  if (spots.length < leastSpots)
    return { ...about, state: "waiting", tests: [], sentence: waiting(name, spots.length) };
  const tests = testsOf(reference, spots);
  const worst = tests.toSorted((a, b) => a.p - b.p);
  const alarm = worst.find(({ id, p }) => alarming.has(id) && p < alarmP);
  const sign = alarm ?? worst.find(({ p }) => p < watchP);
  const state = alarm !== undefined ? "drifted" : sign !== undefined ? "watch" : "ok";
  return { ...about, state, tests, sentence: sentenceOf(sign?.id, set, spots, reference) };
}

function testsOf(reference: ReferenceStatistics, spots: readonly SpotFigures[]): DriftTest[] {
  const ks = (value: (spot: SpotFigures) => number, quantiles: readonly number[], side: "lower" | "higher") =>
    onesidedKsP(spots.map(value), quantiles, reference.spots, side);
  // One spot more on the side of the unknown: that the share was itself counted on few spots must not raise an alarm.
  const share = (reference.unknownShare * reference.spots + 1) / (reference.spots + 1);
  return [
    { id: "match", p: ks((s) => s.unknown, reference.unknown, "higher") },
    { id: "unknown-share", p: binomialTail(spots.length, share, spots.filter((s) => s.isUnknown).length) },
    { id: "confidence", p: ks((s) => s.topProbability, reference.topProbability, "lower") },
    { id: "signal-to-noise", p: ks((s) => s.signalToNoise, reference.signalToNoise, "lower") },
  ];
}

const nameOf = (set: TechniqueSet): string =>
  techniques
    .filter((t) => set.split("+").includes(t))
    .map((t) => techniqueName[t])
    .join(" + ");

const waiting = (name: string, spots: number): string =>
  `${spots} ${name === "" ? "" : `${name} `}${spots === 1 ? "spot" : "spots"} so far; from ${leastSpots} different ones on they are compared with those at calibration.`;

function sentenceOf(
  sign: DriftTest["id"] | undefined,
  set: TechniqueSet,
  spots: readonly SpotFigures[],
  reference: ReferenceStatistics,
): string {
  const name = nameOf(set);
  const last = `The last ${spots.length} ${name} spots`;
  const what = set === "raman" ? "the instrument's axis" : "the instruments";
  const check = `Check ${what} with a standard; minerals that the library lacks can look the same.`;
  switch (sign) {
    case undefined:
      return `${last} are like those that the model was calibrated on.`;
    case "match":
      return `${last} match the library less well than the model was calibrated on. ${check}`;
    case "unknown-share": {
      const unknown = spots.filter((s) => s.isUnknown).length;
      const before = Math.round(reference.unknownShare * spots.length);
      return `Of the last ${spots.length} ${name} spots ${unknown} are not in the library; at calibration it would have been ${before}. ${check}`;
    }
    case "confidence":
      return `${last} are named with less confidence than those that the model was calibrated on. Look-alike minerals can be the reason; if these rocks have none, check ${what} with a standard.`;
    case "signal-to-noise":
      return `${last} are noisier than those that the model was calibrated on. Its probabilities may be less exact; measure longer where there is time.`;
  }
}
