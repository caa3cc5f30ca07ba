/**
 * The graph's comparison of Raman spectra once more, for minerals that are no part of the graph
 * (models/lithoscope_models/matching.py, `cosine`; raman.py has the constants). Change both or none.
 */

/** Cells by which the query is moved; of 2 cm⁻¹ each, so ±4 cm⁻¹. */
const shifts = [-2, -1, 0, 1, 2] as const;
/** With less of the energy than this in the overlap, the cosine is divided by it: a match on a sliver is no match. */
const overlapFloor = 0.2;
/** Cells in which the energy of the overlap is counted. */
const blockCells = 8;

/** A spectrum as it is compared: features and coverage, as the graph gives them. */
export interface Comparable {
  /** Strength and its derivative side by side, together of length 1; [2 × cells]. */
  readonly features: Float32Array;
  /** 1 where the spectrum covers the cell, else 0; [cells]. */
  readonly mask: Float32Array;
  /** Sum of the squared features by block of cells; [⌈cells / 8⌉]. */
  readonly energy: Float64Array;
  /** Covered share by block of cells; [⌈cells / 8⌉]. */
  readonly cover: Float64Array;
}

/** Throws RangeError unless there are two features for each cell. */
export function comparable(features: Float32Array, mask: Float32Array): Comparable {
  const cells = mask.length;
  if (features.length !== 2 * cells) throw new RangeError(`${features.length} features for ${cells} cells`);
  const energy = new Float64Array(Math.ceil(cells / blockCells));
  const cover = new Float64Array(energy.length);
  for (let cell = 0; cell < cells; cell++) {
    const block = Math.floor(cell / blockCells);
    const [strength, slope] = [features[cell] ?? 0, features[cells + cell] ?? 0];
    energy[block] = (energy[block] ?? 0) + strength * strength + slope * slope;
    cover[block] = (cover[block] ?? 0) + (mask[cell] ?? 0) / blockCells;
  }
  return { features, mask, energy, cover };
}

/** Cosine of query and reference on their common coverage, the best over small shifts of the query; at most about 1. */
export function similarity(query: Comparable, reference: Comparable): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const shift of shifts) best = Math.max(best, shiftedDot(query, reference, shift));
  const inOverlap = dot(query.energy, reference.cover) * dot(query.cover, reference.energy);
  return best / Math.sqrt(Math.max(inOverlap, overlapFloor ** 2));
}

/** Σ query[cell − shift] · reference[cell] over both features; what is moved beyond an end is lost. */
function shiftedDot({ features: query, mask }: Comparable, { features: reference }: Comparable, shift: number): number {
  const cells = mask.length;
  let sum = 0;
  for (let start = 0; start < query.length; start += cells) {
    const first = start + Math.max(0, shift);
    const end = start + Math.min(cells, cells + shift);
    for (let i = first; i < end; i++) sum += (query[i - shift] ?? 0) * (reference[i] ?? 0);
  }
  return sum;
}

/** Σ aᵢ·bᵢ of two arrays of one length. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
