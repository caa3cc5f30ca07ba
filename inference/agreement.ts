import type { Disagreement } from "../contract/identification.ts";
import type { ModelManifest } from "../contract/model.ts";
import { type Technique, techniqueName, techniques } from "../contract/spectrum.ts";
import { type Belief, believe, type RawScores, type Reliability } from "./answer.ts";

/**
 * How often a spectrum of the technique tells nothing of the mineral although its quality is good: another grain, a coating,
 * an instrument unlike those that the model knows. Raman: the specimens that look like another mineral altogether, VNIR and
 * LIBS: our judgement, from VNIR's scarce specimens and the few real LIBS spectra that the network names (models/REPORT.md).
 */
const misleads: Readonly<Record<Technique, number>> = { raman: 0.05, vnir: 0.1, libs: 0.25 };

/** The belief in one spot, and what of its spectra does not fit it. */
export interface WeighedBelief extends Belief {
  readonly disagreement?: Disagreement;
}

/** One way in which the spectra of a spot can be right: these techniques tell of the mineral, the others do not. */
interface Trusted {
  readonly techniques: readonly Technique[];
  readonly belief: Belief;
  /** Probability before the spectra are compared, and after (they add up to 1). */
  readonly share: number;
}

/**
 * The belief in a spot of several techniques when any of them may mislead (docs/decisions/015): the mean over all ways to
 * trust some of them, each as probable as they agree. Without it one technique that tells nonsense with much weight, as
 * LIBS of an unfamiliar instrument does, would overrule the others. The set's threshold is that of the likeliest way. With one
 * technique this is {@link believe}. Throws RangeError without a technique.
 */
export function weigh(
  manifest: ModelManifest,
  present: readonly Technique[],
  scores: RawScores,
  reliability: Reliability = {},
): WeighedBelief {
  const ways = waysToTrust(manifest, present, scores, reliability);
  const [likeliest] = ways;
  if (likeliest === undefined) throw new RangeError("no technique is present");
  if (ways.length === 1) return likeliest.belief;
  const probabilities = new Float64Array(likeliest.belief.probabilities.length);
  let unknown = 0;
  for (const { belief, share } of ways) {
    unknown += share * belief.unknown;
    for (let c = 0; c < probabilities.length; c++) {
      probabilities[c] = (probabilities[c] ?? 0) + share * (belief.probabilities[c] ?? 0);
    }
  }
  const disagreement = disagreementOf(present, ways);
  return {
    probabilities,
    unknown,
    setThreshold: likeliest.belief.setThreshold,
    ...(disagreement && { disagreement }),
  };
}

/** Most probable first. */
function waysToTrust(
  manifest: ModelManifest,
  present: readonly Technique[],
  scores: RawScores,
  reliability: Reliability,
): Trusted[] {
  const silent = present.filter((t) => reliability[t] === 0); // can neither agree nor mislead
  const heard = present.filter((t) => !silent.includes(t));
  const own = new Map(heard.map((t) => [t, believe(manifest, [t], scores, reliability).probabilities]));
  const rows = subsets(heard).map((subset) => {
    const prior = heard.reduce((p, t) => p * (subset.includes(t) ? 1 - misleads[t] : misleads[t]), 1);
    const weight = prior * agreement(subset.flatMap((t) => own.get(t) ?? []));
    const trusted = [...subset, ...silent];
    return { techniques: trusted, belief: believe(manifest, trusted, scores, reliability), weight };
  });
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  return rows.map(({ weight, ...row }) => ({ ...row, share: weight / total })).sort((a, b) => b.share - a.share);
}

/**
 * How many times better the probabilities of several techniques, each [C], are explained by one mineral than by one each, all
 * classes alike probable beforehand: C^(n−1) · Σ over the classes of their product. 1 for one technique.
 */
export function agreement(probabilities: readonly Float64Array[]): number {
  const [first] = probabilities;
  if (first === undefined || probabilities.length === 1) return 1;
  const classes = first.length;
  let mean = 0;
  for (let c = 0; c < classes; c++) mean += probabilities.reduce((p, of) => p * classes * (of[c] ?? 0), 1) / classes;
  return mean;
}

/** Said when it is more probable that some technique misleads than that all tell of one mineral. */
function disagreementOf(present: readonly Technique[], ways: readonly Trusted[]): Disagreement | undefined {
  const all = ways.find((way) => way.techniques.length === present.length);
  const [likeliest] = ways;
  if (all === undefined || likeliest === undefined || all.share >= 0.5) return undefined;
  const best = likeliest === all ? (ways[1] ?? likeliest) : likeliest;
  const doubted = present.filter((t) => !best.techniques.includes(t));
  const [odd, rest] = [doubted, best.techniques].map((list) => list.map((t) => techniqueName[t]).join(" and "));
  const does = doubted.length === 1 ? ["does", "counts"] : ["do", "count"];
  return {
    doubted,
    share: all.share,
    sentence: `${odd} ${does[0]} not fit ${rest} and hardly ${does[1]} here. Measure again, all on one grain.`,
  };
}

/** Every part of the techniques but the empty one. */
function subsets(present: readonly Technique[]): Technique[][] {
  const ordered = techniques.filter((t) => present.includes(t));
  return Array.from({ length: 2 ** ordered.length - 1 }, (_, n) => ordered.filter((_, bit) => (n + 1) & (1 << bit)));
}
