import type { BulkChemistry, RockObservations } from "../../contract/rock.ts";
import type { Evidence } from "./evidence.ts";
import { type Fineness, type Modes, modesOf } from "./modes.ts";
import { type Oxide, oxides } from "./schemes/composition.ts";
import { chemistryOf } from "./schemes/looks.ts";
import type { RockScheme } from "./schemes/scheme.ts";

export interface NamedRock {
  readonly scheme: RockScheme;
  readonly probability: number;
}

/** A trained observer is wrong about a word of grain or texture once in 20. */
const observationError = 0.05;
/** A rock where the list does not know it: possible, but nobody's first guess. */
const strangePlace = 1e-4;
/** In or around a crater one rock in ten is no impact rock, and it is told of nearly every impact rock. */
const impactOfImpactRock = 0.95;
const impactOfOther = 0.1;

/**
 * One standard error of an oxide of the whole rock in wt%: a LIBS raster or handheld XRF with standards. About two thirds
 * of the root mean squared errors of ChemCam's single points (Clegg et al. 2017, doi:10.1016/j.sab.2016.12.003; general
 * knowledge, rounded).
 */
const chemistryError: Readonly<Record<Oxide, number>> = {
  SiO2: 3.5,
  TiO2: 0.7,
  Al2O3: 2.3,
  FeO: 1.8,
  MgO: 1.8,
  CaO: 1.8,
  K2O: 0.5,
  alkalis: 0.8,
};

/** What is e^18 behind the best after a first look with few modes is not looked at again. */
const hopeless = 18;

/**
 * Rocks by probability: the prior (each rock of the list alike), times how well the rock explains the observations, times
 * the likelihood of the spots averaged over the modes that its scheme allows. That average is the integral of the scheme's
 * membership over the posterior of the mode, divided by the size of the field in the space of modes: a narrow field that
 * the spots hit counts for more than a wide one. The answer depends on nothing else, so it repeats exactly.
 *
 * The first call draws the modes, 2 s of work; `pause` is awaited between rocks, so that whoever shares the thread gets its
 * turn within a tenth of a second.
 */
export async function nameRock(
  schemes: readonly RockScheme[],
  spots: readonly Evidence[],
  seen: RockObservations,
  pause: () => Promise<void> = async () => {},
): Promise<NamedRock[]> {
  const seenAlone = schemes.map((scheme) => logObservations(scheme, seen));
  const rough: number[] = [];
  for (const [i, scheme] of schemes.entries()) {
    rough.push((seenAlone[i] ?? 0) + logSpots(scheme, spots, seen, "rough"));
    await pause();
  }
  const worthwhile = Math.max(...rough) - hopeless;
  const scores: number[] = [];
  for (const [i, scheme] of schemes.entries()) {
    const score = rough[i] ?? 0;
    scores.push(score < worthwhile ? score : (seenAlone[i] ?? 0) + logSpots(scheme, spots, seen, "fine"));
    if (score >= worthwhile) await pause();
  }
  const best = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - best));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return schemes
    .map((scheme, i) => ({ scheme, probability: (weights[i] ?? 0) / sum }))
    .sort((a, b) => b.probability - a.probability);
}

/** Spots whose likelihoods are multiplied before a logarithm is taken: each is at least 1e-4, so 16 stay far from underflow. */
const spotsPerLog = 16;

/** Log of the likelihood of the spots, averaged over the modes of the rock. */
function logSpots(
  scheme: RockScheme,
  spots: readonly Evidence[],
  { place, chemistry }: RockObservations,
  fineness: Fineness,
): number {
  const modes = modesOf(scheme.composition(place), fineness);
  const { present, shares, count } = modes;
  const logs = logChemistry(scheme, modes, chemistry);
  const product = new Float64Array(count).fill(1);
  const p = new Float64Array(count);
  for (const [s, { likelihood, weight }] of spots.entries()) {
    p.fill(0);
    for (const [k, column] of shares.entries()) {
      const of = likelihood[present[k] ?? 0] ?? 0;
      for (let n = 0; n < count; n++) p[n] = (p[n] ?? 0) + of * (column[n] ?? 0);
    }
    for (let n = 0; n < count; n++)
      product[n] = (product[n] ?? 0) * (weight === 1 ? (p[n] ?? 0) : (p[n] ?? 0) ** weight);
    if ((s + 1) % spotsPerLog !== 0 && s < spots.length - 1) continue;
    for (let n = 0; n < count; n++) logs[n] = (logs[n] ?? 0) + Math.log(product[n] ?? 0);
    product.fill(1);
  }
  const best = logs.reduce((a, b) => Math.max(a, b));
  return best + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - best), 0) / count);
}

/**
 * How well each mode explains the bulk analysis. Where the rule itself limits an oxide, the true value lies evenly between
 * its limits; else it follows from the mode.
 */
function logChemistry(scheme: RockScheme, { count, bulk }: Modes, chemistry: BulkChemistry | undefined): Float64Array {
  const logs = new Float64Array(count);
  for (const [o, oxide] of oxides.entries()) {
    const value = chemistry?.[oxide];
    const error = chemistryError[oxide];
    if (value === undefined) continue;
    const limits = chemistryOf[scheme.facts.name]?.[oxide];
    if (limits !== undefined) {
      const log = logWithin(value, ...limits, error);
      for (let n = 0; n < count; n++) logs[n] = (logs[n] ?? 0) + log;
      continue;
    }
    const { mean, variance } = bulk[o] ?? {};
    for (let n = 0; n < count; n++) {
      const all = (variance?.[n] ?? 0) + error ** 2;
      logs[n] = (logs[n] ?? 0) + logOfDeviation(value - (mean?.[n] ?? 0), all);
    }
  }
  return logs;
}

/** Log density of a normal deviation, never below that of 4 standard deviations: rocks have surprises. */
function logOfDeviation(deviation: number, variance: number): number {
  return -0.5 * Math.min(16, deviation ** 2 / variance) - 0.5 * Math.log(2 * Math.PI * variance);
}

function logObservations({ facts, places, looks }: RockScheme, seen: RockObservations): number {
  let log = 0;
  if (seen.place !== undefined) log += Math.log(places.includes(seen.place) ? 1 / places.length : strangePlace);
  if (seen.grain !== undefined) log += logOneOf(seen.grain, looks.grains);
  if (seen.texture !== undefined) log += logOneOf(seen.texture, looks.textures);
  if (seen.impact !== undefined) {
    const p = facts.class === "impact" ? impactOfImpactRock : impactOfOther;
    log += Math.log(seen.impact ? p : 1 - p);
  }
  return log;
}

function logOneOf<Word>(word: Word, expected: readonly Word[]): number {
  return Math.log(expected.includes(word) ? (1 - observationError) / expected.length : observationError / 10);
}

/** Log density of a measured value whose true one lies evenly between two limits (wt%), with a normal error. */
function logWithin(value: number, low: number, high: number, sigma: number): number {
  const density = (normalCdf((value - low) / sigma) - normalCdf((value - high) / sigma)) / (high - low);
  return Math.log(Math.max(density, 1e-6));
}

/** Logistic approximation of the normal distribution function (Bowling et al. 2009), to 2e-4. */
function normalCdf(z: number): number {
  return 1 / (1 + Math.exp(-(0.07056 * z ** 3 + 1.5976 * z)));
}
