import { type Composition, compositionOf } from "../../contract/chemistry/fractions.ts";
import type { Band, BandTable, KnownBands } from "../bands.ts";
import { undecidedByLibs } from "../stoichiometry/check.ts";

/** A part of a technique's axis, cm⁻¹ or nm. */
export type Range = readonly [number, number];

/** σ by which a field instrument broadens a band: 8 cm⁻¹ and 15 nm of resolution over 2.355. */
const resolution = { raman: 3.4, vnir: 6.4 } as const;
/** Full width at half maximum of a Gaussian over its σ. */
const fwhmPerSigma = 2.355;
/**
 * What counts of a band. Raman: the square root of its height, as libraries are searched, since scales are free and weak
 * bands tell. VNIR: the depth that most specimens reach, since depth is absolute and shallow bands come and go with grain size.
 */
const amplitude = {
  raman: ({ height }: Band) => Math.sqrt(height),
  vnir: ({ low }: Band) => low,
} as const;
/** VNIR: a difference of one band 0.06 deep and 100 nm wide is what specimens of one mineral differ by; in depth²·nm. */
const specimens = 0.1;

/**
 * How unlike two minerals look in a technique, 0 (the same) to 1 (no band in common): the squared difference of their
 * band lists over the sum of their squares, each band a Gaussian, within what both lists and `within` cover. 0 where neither
 * has a band there. Undefined if the lists have no range in common.
 */
export function bandDistance(
  a: KnownBands,
  b: KnownBands,
  technique: "raman" | "vnir",
  within?: Range,
): number | undefined {
  const from = Math.max(a.range[0], b.range[0], within?.[0] ?? Number.NEGATIVE_INFINITY);
  const to = Math.min(a.range[1], b.range[1], within?.[1] ?? Number.POSITIVE_INFINITY);
  if (!(to > from)) return undefined;
  const cut = ({ bands }: KnownBands) => bands.filter(({ position }) => position >= from && position <= to);
  const [left, right] = [cut(a), cut(b)];
  const [own, other] = [overlap(left, left, technique), overlap(right, right, technique)];
  const both = overlap(left, right, technique);
  if (technique === "raman") {
    // Each list has its own scale.
    if (own === 0 || other === 0) return own === other ? 0 : 1;
    return Math.max(0, 1 - both / Math.sqrt(own * other));
  }
  return Math.max(0, own + other - 2 * both) / (own + other + specimens);
}

/** Sum over all pairs of bands of the integral of their product. */
function overlap(a: readonly Band[], b: readonly Band[], technique: "raman" | "vnir"): number {
  const strength = amplitude[technique];
  let sum = 0;
  for (const one of a) {
    for (const other of b) {
      const s1 = Math.hypot(one.width / fwhmPerSigma, resolution[technique]);
      const s2 = Math.hypot(other.width / fwhmPerSigma, resolution[technique]);
      const variance = s1 ** 2 + s2 ** 2;
      const distance = (one.position - other.position) ** 2 / (2 * variance);
      sum += strength(one) * strength(other) * ((s1 * s2) / Math.sqrt(variance)) * Math.exp(-distance);
    }
  }
  return sum;
}

/** Below this mass fraction (1 wt%) LIBS tells no amounts of most elements in rock (Cremers and Radziemski 2013). */
const floor = 0.01;

/**
 * Squared distance of two compositions, in units of a factor e per element: Σ (ln(w + floor) − ln(w' + floor))² over the
 * elements that LIBS decides in air, each at the nearest amounts that the two formulas allow, averaged with their middles.
 */
export function compositionDistance(a: Composition, b: Composition): number {
  const symbols = new Set([...a.elements.keys(), ...b.elements.keys()]);
  let sum = 0;
  for (const symbol of symbols) {
    if (undecidedByLibs.has(symbol)) continue;
    const one = a.elements.get(symbol) ?? none;
    const other = b.elements.get(symbol) ?? none;
    const middles = logRatio(one.nominal, other.nominal);
    const apart =
      one.low > other.high ? logRatio(one.low, other.high) : other.low > one.high ? logRatio(other.low, one.high) : 0;
    sum += ((middles + apart) / 2) ** 2;
  }
  return sum;
}

const none = { low: 0, nominal: 0, high: 0 };
const logRatio = (a: number, b: number): number => Math.abs(Math.log((a + floor) / (b + floor)));

const compositions = new WeakMap<BandTable, Map<string, Composition | undefined>>();

/** The composition of a mineral of the table; undefined if its formula is not understood. */
export function compositionIn(table: BandTable, name: string): Composition | undefined {
  const known = compositions.get(table) ?? new Map<string, Composition | undefined>();
  compositions.set(table, known);
  if (!known.has(name)) {
    const formula = table.formulaOf(name);
    known.set(name, formula === undefined ? undefined : compositionOf(formula));
  }
  return known.get(name);
}
