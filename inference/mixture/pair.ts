/** Two candidates under one spot, fitted together. */
export interface Pair {
  /** Numbers of the classes in the manifest. */
  readonly first: number;
  readonly second: number;
  /** Share of the first of the two, 0 to 1: of the scattered light (Raman), of the area (VNIR). */
  readonly share: number;
  /** Log of how likely the pair is, up to a constant. */
  readonly score: number;
  /** What the two leave of the spectrum, 0 to 1. */
  readonly misfit: number;
}

/** What a technique says of mixtures. */
export interface Unmixed {
  readonly pairs: readonly Pair[];
  /** The least that one candidate alone leaves of the spectrum, 0 to 1. */
  readonly alone: number;
}

/** One class as a part of the spot, from all pairs. */
export interface Part {
  /** Chance that the class is one of the two. */
  readonly chance: number;
  /** Its share where it is one of the two: mean and standard deviation over the pairs. */
  readonly share: number;
  readonly spread: number;
}

/** The pair of highest score; the first of equals. */
export function bestPair(pairs: readonly Pair[]): Pair | undefined {
  let best: Pair | undefined;
  for (const pair of pairs) if (best === undefined || pair.score > best.score) best = pair;
  return best;
}

/** How much less of the spectrum the best pair leaves than the best mineral alone; undefined without a pair. */
export function gain({ pairs, alone }: Unmixed): number | undefined {
  const best = bestPair(pairs);
  return best && alone - best.misfit;
}

/** Each class that is in a pair, with the chances softmax(score) of the pairs added up. */
export function partsOf(pairs: readonly Pair[]): Map<number, Part> {
  const highest = bestPair(pairs)?.score ?? 0;
  const weights = pairs.map(({ score }) => Math.exp(score - highest));
  const total = weights.reduce((a, b) => a + b, 0);
  const sums = new Map<number, { chance: number; mean: number; square: number }>();
  const add = (owner: number, weight: number, share: number) => {
    const { chance, mean, square } = sums.get(owner) ?? { chance: 0, mean: 0, square: 0 };
    sums.set(owner, { chance: chance + weight, mean: mean + weight * share, square: square + weight * share * share });
  };
  for (const [i, { first, second, share }] of pairs.entries()) {
    const weight = (weights[i] ?? 0) / total;
    add(first, weight, share);
    add(second, weight, 1 - share);
  }
  const parts = new Map<number, Part>();
  for (const [owner, { chance, mean, square }] of sums) {
    const share = mean / Math.max(chance, 1e-300);
    const spread = Math.sqrt(Math.max(0, square / Math.max(chance, 1e-300) - share * share));
    parts.set(owner, { chance, share, spread });
  }
  return parts;
}
