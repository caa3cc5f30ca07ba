import type * as ort from "onnxruntime-node";
import type { SpotInput } from "../inputs.ts";
import { type Comparable, comparable } from "./similarity.ts";

/** What the graph says of a Raman spectrum besides its evidence: by this it is compared with minerals learned here. */
export interface Fingerprint {
  readonly spectrum: Comparable;
  /** The network's unit vector of the spectrum. */
  readonly code: Float32Array;
  /** How much the spectrum resembles the library at large, in the unit of the evidence before `scale`. */
  readonly hub: number;
}

/**
 * The fingerprint of each spot of a batch that has Raman, from the graph's outputs `raman_features` [spots, 2 × cells],
 * `raman_code` [spots, n] and `raman_hub` [spots, 1]; undefined for the others, and for all where the graph lacks them.
 */
export function fingerprints(
  batch: readonly SpotInput[],
  outputs: ort.InferenceSession.OnnxValueMapType,
): (Fingerprint | undefined)[] {
  const features = rows(outputs.raman_features, batch.length);
  const codes = rows(outputs.raman_code, batch.length);
  const hubs = rows(outputs.raman_hub, batch.length);
  return batch.map(({ raman }, i) => {
    const [own, code, hub] = [features[i], codes[i], hubs[i]?.[0]];
    if (raman === undefined || own === undefined || code === undefined || hub === undefined) return undefined;
    return { spectrum: comparable(own, raman.mask), code, hub };
  });
}

/** The rows of a float32 tensor, each a view of it. */
function rows(tensor: ort.OnnxValue | undefined, count: number): Float32Array[] {
  const data = tensor !== undefined && "data" in tensor ? tensor.data : undefined;
  if (!(data instanceof Float32Array)) return [];
  const width = data.length / count;
  return Array.from({ length: count }, (_, i) => data.subarray(i * width, (i + 1) * width));
}
