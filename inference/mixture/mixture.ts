import type { Identification } from "../../contract/identification.ts";
import type { ModelManifest } from "../../contract/model.ts";
import { bestPair, gain, type Pair, type Part, partsOf, type Unmixed } from "./pair.ts";

/** Techniques whose spectra can be unmixed. */
export type MixingTechnique = "raman" | "vnir";

export type Mixture = NonNullable<Identification["mixture"]>;

/** Least chance, by the pairs' scores, of a third name that is listed (models/lithoscope_models/mixture.py, THIRD). */
const leastThird = 0.02;
/** Half-width of a 90 % interval over the standard deviation of a normal distribution. */
const ninetyPercent = 1.645;

/**
 * Whether a spot is a mixture, and of what. It is one if the best pair leaves so much less of the spectrum than the best
 * mineral alone that no more than one pure calibration spot in 20 gains as much (`calibration.mixture.limit`; two
 * techniques: the sum of their gains, each over its own limit). Two names with their shares, the larger first, and where
 * it is plausible a third that may stand in place of one of them; its fraction is 0. The fractions add up to 1. `low` to `high`: 90 %,
 * from the spread over the pairs and the error of calibration mixtures. Undefined if the spot is no mixture, or the package
 * has no calibration for it.
 */
export function mixtureOf(
  manifest: ModelManifest,
  found: Partial<Record<MixingTechnique, Unmixed>>,
): Mixture | undefined {
  const constants = (set: "raman" | "vnir" | "raman+vnir") => manifest.calibration[set]?.mixture;
  const { raman, vnir } = found;
  const own = { raman: overLimit(raman, constants("raman")?.limit), vnir: overLimit(vnir, constants("vnir")?.limit) };
  const errorOf = { raman: constants("raman")?.error ?? 0, vnir: constants("vnir")?.error ?? 0 };
  if (raman && vnir && own.raman !== undefined && own.vnir !== undefined) {
    const limit = constants("raman+vnir")?.limit;
    if (limit === undefined || own.raman + own.vnir <= limit) return undefined;
    return listed(manifest, together(raman.pairs, vnir.pairs, errorOf), Math.min(errorOf.raman, errorOf.vnir));
  }
  if (raman && (own.raman ?? 0) > 1) return listed(manifest, raman.pairs, errorOf.raman);
  if (vnir && (own.vnir ?? 0) > 1) return listed(manifest, vnir.pairs, errorOf.vnir);
  return undefined;
}

function overLimit(unmixed: Unmixed | undefined, limit: number | undefined): number | undefined {
  const own = unmixed && gain(unmixed);
  return own === undefined || limit === undefined ? undefined : own / limit;
}

/**
 * Raman's pairs with what VNIR says of them: scores added, where VNIR did not try the pair its lowest; shares by the inverse
 * square of the techniques' errors. VNIR, which knows fewer classes and tries fewer pairs, can so support a pair but not
 * forbid one.
 */
export function together(
  raman: readonly Pair[],
  vnir: readonly Pair[],
  errorOf: Readonly<Record<MixingTechnique, number>>,
): Pair[] {
  const key = (a: number, b: number) => `${Math.min(a, b)} ${Math.max(a, b)}`;
  const tried = new Map(vnir.map((pair) => [key(pair.first, pair.second), pair]));
  const lowest = vnir.reduce((least, { score }) => Math.min(least, score), Number.POSITIVE_INFINITY);
  const [r, v] = [errorOf.raman ** -2, errorOf.vnir ** -2];
  return raman.map((pair) => {
    const mate = tried.get(key(pair.first, pair.second));
    if (mate === undefined) return { ...pair, score: pair.score + lowest };
    const share = mate.first === pair.first ? mate.share : 1 - mate.share;
    return { ...pair, share: (r * pair.share + v * share) / (r + v), score: pair.score + mate.score };
  });
}

function listed({ classes }: ModelManifest, pairs: readonly Pair[], error: number): Mixture | undefined {
  const best = bestPair(pairs);
  if (best === undefined) return undefined;
  const parts = partsOf(pairs);
  const width = (owner: number) => Math.hypot(ninetyPercent * (parts.get(owner)?.spread ?? 0), error);
  const entry = (owner: number, fraction: number) => ({
    name: classes[owner] ?? "",
    fraction,
    low: Math.max(0, fraction - width(owner)),
    high: Math.min(1, fraction + width(owner)),
  });
  const two = [entry(best.first, best.share), entry(best.second, 1 - best.share)];
  two.sort((a, b) => b.fraction - a.fraction);
  const third = likeliest(parts, [best.first, best.second]);
  if (third === undefined || third.part.chance < leastThird) return two;
  const high = Math.min(1, third.part.share + width(third.owner));
  return [...two, { name: classes[third.owner] ?? "", fraction: 0, low: 0, high }];
}

/** The class of highest chance besides those; of equals the one of lowest number. */
function likeliest(parts: Map<number, Part>, besides: number[]): { owner: number; part: Part } | undefined {
  let found: { owner: number; part: Part } | undefined;
  for (const [owner, part] of parts) {
    if (besides.includes(owner)) continue;
    const ahead = part.chance - (found?.part.chance ?? -1);
    if (found === undefined || ahead > 0 || (ahead === 0 && owner < found.owner)) found = { owner, part };
  }
  return found;
}
