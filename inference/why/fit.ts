import type { Technique } from "../../contract/spectrum.ts";
import type { ExplainedBand, TechniqueFit } from "../../contract/why.ts";
import type { Peak } from "../../spectra/peaks.ts";
import type { Band, BandTable, KnownBands } from "../bands.ts";
import { covers, heightNear, type Trace } from "./trace.ts";

/** How bands are compared; positions in the technique's unit. */
interface Rules {
  /** The largest shift that an instrument gives all bands, and the step in which it is sought. */
  readonly offset: { readonly most: number; readonly step: number };
  /** How far one band may then still lie from its place, given its full width at half height. */
  readonly tolerance: (width: number) => number;
  /** A measured peak of this share of the strongest one asks for an explanation. */
  readonly strong: number;
}

/**
 * Raman: the issue's ±5 cm⁻¹ of instrument shift; specimens of a mineral lie within 3 cm⁻¹ (quartiles of the planetary band
 * table), broad bands within more. VNIR: no shift; composition moves iron bands by tens of nm. LIBS: ±0.2 nm, as the matcher.
 */
const rules: Record<Technique, Rules> = {
  raman: { offset: { most: 5, step: 0.5 }, tolerance: (width) => clamp(3 + 0.15 * width, 3, 10), strong: 0.15 },
  vnir: { offset: { most: 0, step: 1 }, tolerance: (width) => clamp(10 + 0.12 * width, 10, 60), strong: 0.2 },
  libs: { offset: { most: 0.2, step: 0.02 }, tolerance: () => 0.15, strong: 0.15 },
};

/** A missing band must have stood this many noise σ above the background, a third more than a peak needs to be found. */
const seenSigmas = 12;
/** … and this share of the strongest peak, as its place may lie under the flank of another. */
const seenShare = 0.05;
/** A height of this share of the expected one, without a peak of its own, is a shoulder: the band is there. */
const shoulder = 0.4;
/** The most of each verdict that are told, the strongest first. */
const told = { agrees: 12, missing: 6, unexplained: 6 } as const;
/** LIBS: only an element's strongest lines are missed; weaker ones depend on temperature. */
const missedLinesOfElement = 3;

/** Compares a measured trace with what is known of a mineral. Undefined where the two have no range in common. */
export function fitOf(trace: Trace, known: KnownBands, table: BandTable): TechniqueFit | undefined {
  const { technique } = trace;
  const { tolerance, strong } = rules[technique];
  const from = Math.max(trace.range[0], known.range[0]);
  const to = Math.min(trace.range[1], known.range[1]);
  if (!(to > from)) return undefined;
  const inside = known.bands.filter((band) => {
    const margin = technique === "vnir" ? band.width / 2 : tolerance(band.width);
    return band.position >= from + margin && band.position <= to - margin;
  });
  const offset = sharedOffset(trace, inside);
  const pairs = inside.flatMap((band) => {
    const peak = nearest(trace.peaks, band.position + offset, tolerance(band.width));
    return peak === undefined ? [] : [{ band, peak }];
  });
  const scale = scaleOf(trace, inside, pairs);
  const share = (height: number) => clamp(trace.strongest > 0 ? height / trace.strongest : 0, 0, 1);

  const agreeing = [...Map.groupBy(pairs, ({ peak }) => peak)].map(([peak, bands]): ExplainedBand => {
    const { band } = bands.reduce((a, b) => (distance(b, offset) < distance(a, offset) ? b : a));
    return {
      verdict: "agrees",
      position: peak.position,
      expected: band.position,
      strength: share(peak.height),
      ...(band.element === undefined ? {} : { element: band.element }),
    };
  });
  const matched = new Set(pairs.map(({ band }) => band));
  const missing = missable(inside, technique)
    .filter((band) => !matched.has(band) && isMissing(trace, band, offset, scale))
    .map(
      (band): ExplainedBand => ({
        verdict: "missing",
        position: band.position + offset,
        expected: band.position,
        strength: share(band.height * scale),
        ...(band.element === undefined ? {} : { element: band.element }),
      }),
    );
  const seen = (nm: number): boolean | undefined =>
    nm < trace.range[0] || nm > trace.range[1]
      ? undefined
      : nearest(trace.peaks, nm + offset, tolerance(0)) !== undefined;
  const unexplained = trace.peaks
    .filter((peak) => peak.position >= from && peak.position <= to && share(peak.height) >= strong)
    .filter((peak) => !known.bands.some((b) => near(peak, b, offset, 1.5 * tolerance(b.width))))
    .filter((peak) => technique !== "libs" || !table.isAir(peak.position - offset, tolerance(0)))
    .map((peak): ExplainedBand => {
      const element = technique === "libs" ? table.elementAt(peak.position - offset, tolerance(0), seen) : undefined;
      return {
        verdict: "unexplained",
        position: peak.position,
        strength: share(peak.height),
        ...(element === undefined ? {} : { element }),
      };
    });
  const strongestOf = (bands: ExplainedBand[], most: number) =>
    bands.sort((a, b) => b.strength - a.strength).slice(0, most);
  const bands = [
    ...strongestOf(agreeing, told.agrees),
    ...strongestOf(missing, told.missing),
    ...strongestOf(unexplained, told.unexplained),
  ].sort((a, b) => a.position - b.position);
  return { technique, offset, range: [from, to], bands };
}

/**
 * The one shift that brings most bands onto peaks, weighted by the square roots of both heights so that weak bands count.
 * Small shifts are preferred: half of what a perfect fit is worth is lost at four times the largest one.
 */
function sharedOffset({ technique, peaks, strongest }: Trace, bands: readonly Band[]): number {
  const { offset, tolerance } = rules[technique];
  const whole = bands.reduce((sum, { height }) => sum + Math.sqrt(height), 0);
  let best = { offset: 0, worth: Number.NEGATIVE_INFINITY };
  const steps = Math.round(offset.most / offset.step);
  for (let k = -steps; k <= steps; k += 1) {
    const shift = k * offset.step;
    let worth = offset.most > 0 ? -whole * (shift / offset.most) ** 2 * 0.03 : 0;
    for (const band of bands) {
      const reach = tolerance(band.width);
      const peak = nearest(peaks, band.position + shift, reach);
      if (peak === undefined) continue;
      const off = (peak.position - band.position - shift) / reach;
      worth += Math.sqrt(band.height * clamp(peak.height / strongest, 0, 1)) * (1 - off ** 2);
    }
    if (worth > best.worth + 1e-9 || (worth > best.worth - 1e-9 && Math.abs(shift) < Math.abs(best.offset))) {
      best = { offset: shift, worth };
    }
  }
  return round(best.offset, 2);
}

/** Measured over expected height: the median of the agreeing bands, each weighted by its expected height. */
function scaleOf(trace: Trace, inside: readonly Band[], pairs: readonly { band: Band; peak: Peak }[]): number {
  const ratios = pairs
    .filter(({ band }) => band.height > 0)
    .map(({ band, peak }) => ({ ratio: peak.height / band.height, weight: band.height }))
    .sort((a, b) => a.ratio - b.ratio);
  const half = ratios.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let passed = 0;
  for (const { ratio, weight } of ratios) {
    passed += weight;
    if (passed >= half) return ratio;
  }
  // Nothing agrees: then the mineral's strongest band should have been the strongest that was measured.
  const highest = Math.max(0, ...inside.map(({ height }) => height));
  return highest > 0 ? trace.strongest / highest : 0;
}

function isMissing(trace: Trace, band: Band, offset: number, scale: number): boolean {
  const expected = band.low * scale;
  if (expected < seenSigmas * trace.sigma || expected < seenShare * trace.strongest) return false;
  const reach = rules[trace.technique].tolerance(band.width);
  if (!covers(trace, band.position + offset, reach)) return false;
  return heightNear(trace, band.position + offset, reach) < shoulder * expected;
}

function missable(bands: readonly Band[], technique: Technique): Band[] {
  if (technique !== "libs") return [...bands];
  return [...Map.groupBy(bands, ({ element }) => element).values()].flatMap((lines) =>
    lines.toSorted((a, b) => b.height - a.height).slice(0, missedLinesOfElement),
  );
}

function nearest(peaks: readonly Peak[], position: number, within: number): Peak | undefined {
  let best: Peak | undefined;
  for (const peak of peaks) {
    const off = Math.abs(peak.position - position);
    if (off <= within && (best === undefined || off < Math.abs(best.position - position))) best = peak;
  }
  return best;
}

const near = (peak: Peak, band: Band, offset: number, within: number): boolean =>
  Math.abs(peak.position - band.position - offset) <= within;
const distance = ({ band, peak }: { band: Band; peak: Peak }, offset: number): number =>
  Math.abs(peak.position - band.position - offset);
const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const round = (value: number, digits: number): number => Number(value.toFixed(digits));
