import type { ModelManifest } from "../contract/model.ts";
import { type Technique, techniques } from "../contract/spectrum.ts";

/** Coverage of the prediction set that is shown. */
export const setCoverage = 0.9;

/** What the graph says of one spot. */
export interface RawScores {
  /** Evidence per class, in the manifest's class order. */
  readonly logits: Float32Array;
  /** Best similarity per technique, in the order raman, vnir, libs. */
  readonly match: Float32Array;
}

/** Probabilities, unknown and set of one spot; see {@link interpret}. */
export interface Verdict {
  readonly minerals: { name: string; probability: number }[];
  readonly unknown: number;
  readonly set: { coverage: number; names: string[] };
}

/**
 * Turns scores into calibrated statements with the constants of the manifest, fitted for the techniques present:
 * softmax at the fitted temperature; the log-odds of "not in the library" averaged over the techniques; the split-
 * conformal set of all names at or above the threshold (least ambiguous set, Sadinle et al. 2019,
 * doi:10.1080/01621459.2017.1395341), never empty. Mineral probabilities are scaled by 1 − unknown, so that all of them
 * and `unknown` add up to 1. At most `most` minerals are listed.
 */
export function interpret(
  manifest: ModelManifest,
  present: readonly Technique[],
  scores: RawScores,
  most: number,
): Verdict {
  const set = techniques.filter((t) => present.includes(t));
  const calibration = manifest.calibration[set.join("+") as keyof ModelManifest["calibration"]];
  const probabilities = softmax(scores.logits, calibration.temperature);
  const unknown = unknownProbability(manifest, set, scores.match);
  const order = topIndices(probabilities, most);

  const threshold = calibration.setThreshold[String(setCoverage)] ?? 0;
  const size = probabilities.reduce((count, p) => count + (p >= threshold ? 1 : 0), 0);
  const inSet = topIndices(probabilities, Math.max(1, size));
  const name = (i: number) => manifest.classes[i] ?? "";
  return {
    minerals: order.map((i) => ({ name: name(i), probability: (probabilities[i] ?? 0) * (1 - unknown) })),
    unknown,
    set: { coverage: setCoverage, names: inSet.map(name) },
  };
}

/** softmax(logits / temperature) in float64; the sum is 1. */
export function softmax(logits: Float32Array, temperature: number): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (const v of logits) if (v > highest) highest = v;
  const p = new Float64Array(logits.length);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const e = Math.exp(((logits[i] ?? 0) - highest) / temperature);
    p[i] = e;
    sum += e;
  }
  for (let i = 0; i < p.length; i++) p[i] = (p[i] ?? 0) / sum;
  return p;
}

function unknownProbability(manifest: ModelManifest, present: readonly Technique[], match: Float32Array): number {
  let logOdds = 0;
  for (const technique of present) {
    const fit = manifest.unknown[technique];
    logOdds += fit.intercept + fit.slope * (match[techniques.indexOf(technique)] ?? 0);
  }
  return 1 / (1 + Math.exp(-logOdds / present.length));
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
