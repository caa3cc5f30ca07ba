import type { Calibration, ModelManifest } from "../contract/model.ts";
import { type Technique, techniques } from "../contract/spectrum.ts";

/** Coverage of the prediction set that is shown. */
export const setCoverage = 0.9;

/** What the graph says of one spot. */
export interface RawScores {
  /** Log-evidence [technique × class], techniques in the order raman, vnir, libs, classes in the manifest's order. */
  readonly evidence: Float32Array;
  /** Best similarity per technique, in the order raman, vnir, libs. */
  readonly match: Float32Array;
  /** Logit of the presence of each element that the manifest lists, from LIBS; absent if the package tells none. */
  readonly presence?: Float32Array;
  /** What unmixing needs; absent if the package cannot unmix. */
  readonly unmixing?: UnmixingScores;
}

/** What the graph says for inference/mixture. Columns are the classes with references of the technique, by rising number. */
export interface UnmixingScores {
  /** How each class stands as one of two under a Raman spot. */
  readonly ramanStanding: Float32Array;
  /** Raman intensity above background [cells], any scale. */
  readonly ramanAbove: Float32Array;
  /** Share of the area of each class by VNIR, for a mixture of two. */
  readonly vnirShare: Float32Array;
}

/** Probabilities, unknown and set of one spot; see {@link stated}. */
export interface Verdict {
  readonly minerals: { name: string; probability: number }[];
  readonly unknown: number;
  readonly set: { coverage: number; names: string[] };
}

/** How far each technique's spectrum can be trusted, 0 to 1; absent: wholly. */
export type Reliability = Partial<Record<Technique, number>>;

/** What a set of techniques says of all classes, before it is cut to what people read. */
export interface Belief {
  /** Of each class, in the manifest's order; they add up to 1. */
  readonly probabilities: Float64Array;
  readonly unknown: number;
  /** Least probability of a name in the set of {@link setCoverage}. */
  readonly setThreshold: number;
}

/**
 * What the techniques `present` say together, with the constants that the manifest has for them: the weighted evidence
 * added, softmax; and what speaks for a mineral outside the library. With one technique this is that technique's own. Throws
 * RangeError without a technique.
 */
export function believe(
  manifest: ModelManifest,
  present: readonly Technique[],
  scores: RawScores,
  reliability: Reliability = {},
): Belief {
  const set = techniques.filter((t) => present.includes(t));
  const fit = calibrationOf(manifest, set);
  const probabilities = softmax(fuse(manifest, set, scores, reliability));
  const [leader = 0] = topIndices(probabilities, 1);
  const unknown = unknownScore(fit, set, scores, leader, probabilities[leader] ?? 0);
  return { probabilities, unknown, setThreshold: fit.setThreshold[String(setCoverage)] ?? 0 };
}

/**
 * A belief as people read it: at most `most` minerals, most probable first, and the split-conformal set of all names at or
 * above the threshold (least ambiguous set, Sadinle et al. 2019, doi:10.1080/01621459.2017.1395341), never empty. The
 * probabilities of all classes add up to 1, `unknown` stands beside them.
 */
export function stated(manifest: ModelManifest, belief: Belief, most: number): Verdict {
  const { probabilities, unknown, setThreshold } = belief;
  const size = probabilities.reduce((count, p) => count + (p >= setThreshold ? 1 : 0), 0);
  const name = (i: number) => manifest.classes[i] ?? "";
  return {
    minerals: topIndices(probabilities, most).map((i) => ({ name: name(i), probability: probabilities[i] ?? 0 })),
    unknown,
    set: { coverage: setCoverage, names: topIndices(probabilities, Math.max(1, size)).map(name) },
  };
}

/**
 * Log-evidence of each class from the techniques `set` (in the contract's order), float64: Σ weight × reliability × evidence;
 * a class that a technique lacks takes the fit's log-odds besides.
 */
export function fuse(
  manifest: ModelManifest,
  set: readonly Technique[],
  { evidence }: RawScores,
  reliability: Reliability = {},
): Float64Array {
  const fit = calibrationOf(manifest, set);
  const classes = manifest.classes.length;
  const total = new Float64Array(classes);
  for (const technique of set) {
    const weight = (fit.weights[technique] ?? 0) * (reliability[technique] ?? 1);
    const own = evidence.subarray(techniques.indexOf(technique) * classes);
    for (let c = 0; c < classes; c++) total[c] = (total[c] ?? 0) + weight * (own[c] ?? 0);
    const lacked = weight * (fit.noReference[technique] ?? 0);
    for (const c of manifest.techniques[technique].lacking) total[c] = (total[c] ?? 0) + lacked;
  }
  return total;
}

function calibrationOf(manifest: ModelManifest, set: readonly Technique[]): Calibration {
  const fit = manifest.calibration[set.join("+") as keyof ModelManifest["calibration"]];
  if (fit === undefined) throw new RangeError(`the manifest has no calibration of "${set.join("+")}"`);
  return fit;
}

/** softmax(logits) in float64; the sum is 1. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) highest = Math.max(highest, logits[i] ?? Number.NEGATIVE_INFINITY);
  const p = new Float64Array(logits.length);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const e = Math.exp((logits[i] ?? 0) - highest);
    p[i] = e;
    sum += e;
  }
  for (let i = 0; i < p.length; i++) p[i] = (p[i] ?? 0) / sum;
  return p;
}

/**
 * Logistic score of these signs, in this order (models/lithoscope_models/decide.py, `signs`): log probability of the leading
 * class; and of each technique its best similarity, its evidence for the leading class, and how far that is below its best
 * evidence.
 */
function unknownScore(
  fit: Calibration,
  set: readonly Technique[],
  { evidence, match }: RawScores,
  leader: number,
  probability: number,
): number {
  const classes = evidence.length / techniques.length;
  const signs = [Math.log(probability)];
  for (const technique of set) {
    const t = techniques.indexOf(technique);
    const own = evidence.subarray(t * classes, (t + 1) * classes);
    const best = own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const lead = own[leader] ?? 0;
    signs.push(match[t] ?? 0, lead, best - lead);
  }
  const logOdds = signs.reduce((sum, sign, i) => sum + sign * (fit.unknown.slopes[i] ?? 0), fit.unknown.intercept);
  return 1 / (1 + Math.exp(-logOdds));
}

/** Indices of the `most` largest values, largest first; ties keep the class order. */
function topIndices(values: Float64Array, most: number): number[] {
  const top: number[] = [];
  const valueAt = (rank: number) => values[top[rank] ?? 0] ?? 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (top.length === most && value <= valueAt(most - 1)) continue;
    let rank = top.length;
    while (rank > 0 && valueAt(rank - 1) < value) rank -= 1;
    top.splice(rank, 0, i);
    if (top.length > most) top.pop();
  }
  return top;
}
