import { type Group, groups } from "../../contract/rocks/groups.ts";
import type { Random } from "../../spectra/random.ts";
import { betaCdf } from "./distributions.ts";
import type { Evidence } from "./evidence.ts";

/** A constituent as it is told to people: a group, or groups that people count as one. */
export interface Constituent {
  readonly name: string;
  readonly groups: readonly Group[];
}

/** Plagioclase is one mineral to every scheme; its two ends are kept apart only where they tell rocks apart. */
const plagioclase: Constituent = { name: "plagioclase", groups: ["calcic plagioclase", "sodic plagioclase"] };
export const constituents: readonly Constituent[] = [
  plagioclase,
  ...groups.filter((group) => !plagioclase.groups.includes(group)).map((group) => ({ name: group, groups: [group] })),
];

export interface ConstituentShare {
  readonly constituent: Constituent;
  /** Posterior mean of the volume share; those of all constituents add up to 1. */
  readonly share: number;
  /** Ends of the equal-tailed credible interval. */
  readonly low: number;
  readonly high: number;
}

/** Coverage of the credible intervals. */
export const modalCoverage = 0.9;

/**
 * Prior of the shares of all K groups together: Dirichlet with 1/K each, the reference prior for many classes of which few
 * are there (Perks 1947; Berger, Bernardo and Sun 2015, doi:10.1214/14-BA915).
 */
const groupPrior = 1 / groups.length;
/**
 * Jeffreys' prior, ½. Of one constituent against all others, Beta(½, ½), for its interval, which keeps its coverage with few
 * counts (Brown, Cai and DasGupta 2001, doi:10.1214/ss/1009213286); and of each group when a label is drawn: with 1/K there
 * a common mineral would take over the single spot of a rare one.
 */
const jeffreys = 0.5;

const burnIn = 50;
const draws = 200;

/**
 * Modal mineralogy by point counting with uncertain labels: each spot is one count (a part of a mixed spot its fraction)
 * of a group that is not known but has the likelihoods of its evidence. Collapsed Gibbs sampling (Liu 1994,
 * doi:10.1080/01621459.1994.10476829) draws the labels; each draw's counts give a Beta posterior for a constituent, and
 * the interval is that of their mixture. Point counts estimate volume shares (Chayes 1956). Repeats for the same `random`.
 * Without spots every share is the prior's.
 */
export function modalMineralogy(spots: readonly Evidence[], random: Random): ConstituentShare[] {
  const total = spots.reduce((sum, { weight }) => sum + weight, 0);
  const counted = countsOf(spots, random);
  return constituents
    .map((constituent) => {
      const members = constituent.groups.map((group) => groups.indexOf(group));
      const counts = counted.map((counts) => members.reduce((sum, g) => sum + (counts[g] ?? 0), 0));
      const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
      const share = (mean + groupPrior * members.length) / (total + 1);
      const tail = (1 - modalCoverage) / 2;
      const low = Math.min(share, quantile(tail, counts, total));
      return { constituent, share, low, high: Math.max(share, quantile(1 - tail, counts, total)) };
    })
    .sort((a, b) => b.share - a.share);
}

/**
 * Draws of the counts of all groups, given the evidence: each spot in turn takes a group in proportion to its likelihood times
 * the prior plus the counts of the others. The shares are integrated out, so that a group which lost its last spot can win
 * it back.
 */
function countsOf(spots: readonly Evidence[], random: Random): Float64Array[] {
  const counts = new Float64Array(groups.length);
  const labels: number[] = [];
  for (const { likelihood, weight } of spots) {
    const label = likelihood.indexOf(Math.max(...likelihood));
    labels.push(label);
    counts[label] = (counts[label] ?? 0) + weight;
  }
  const kept: Float64Array[] = [];
  const weights = new Float64Array(groups.length);
  for (let draw = -burnIn; draw < draws; draw++) {
    for (const [s, { likelihood, weight }] of spots.entries()) {
      const before = labels[s] ?? 0;
      counts[before] = Math.max(0, (counts[before] ?? 0) - weight);
      let sum = 0;
      for (let g = 0; g < weights.length; g++) {
        weights[g] = (likelihood[g] ?? 0) * (jeffreys + (counts[g] ?? 0));
        sum += weights[g] ?? 0;
      }
      let at = random() * sum;
      let label = 0;
      for (; label < weights.length - 1; label++) {
        at -= weights[label] ?? 0;
        if (at < 0) break;
      }
      labels[s] = label;
      counts[label] = (counts[label] ?? 0) + weight;
    }
    if (draw >= 0) kept.push(counts.slice());
  }
  return kept;
}

/** Quantile of the mixture of Beta(½ + n, ½ + total − n) over the drawn counts n, by bisection to 1e-4. */
function quantile(p: number, counts: readonly number[], total: number): number {
  const times = new Map<number, number>();
  for (const n of counts) {
    const rounded = Math.round(n * 100) / 100; // fractions of mixtures make many counts that differ by nothing
    times.set(rounded, (times.get(rounded) ?? 0) + 1);
  }
  const cdf = (x: number): number => {
    let sum = 0;
    for (const [n, weight] of times) sum += weight * betaCdf(x, n + jeffreys, Math.max(0, total - n) + jeffreys);
    return sum / counts.length;
  };
  let [low, high] = [0, 1];
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
