import { LithoscopeError } from "../contract/errors.ts";
import type { Reading } from "../contract/reading.ts";

/**
 * Automatic exposure, kept simple on purpose: it aims at a well filled detector, because shot noise falls with the root of
 * the counts, and never at the last bit, because a saturated band has no height. Halving after saturation (a saturated
 * reading does not tell by how much) and scaling when dim is what Wasatch's ENLIGHTEN does (reference/field.md, C5).
 */
const dimBelow = 0.25;
const aimAt = 0.6;
/** A first look at a dim spot extrapolates badly from little signal. */
const largestRaise = 8;
/** A smaller change is not worth another dark. */
const leastRaise = 1.2;
/** The instrument's resolution spreads light over three pixels or more; one or two full ones are a hot pixel or a cosmic ray. */
const saturatedPixels = 3;

export interface IntegrationLimitsUs {
  min: number;
  max: number;
}

export function isSaturated({ counts, maximumCounts }: Reading): boolean {
  return Array.from(counts).filter((count) => count >= maximumCounts).length >= saturatedPixels;
}

/**
 * The integration time in µs that would fill the detector better, or undefined if this one serves.
 * @param mayRaise false once a longer time was found to saturate: up and down would never end.
 * @throws "saturated" if the shortest time is still too long.
 */
export function betterIntegrationUs(
  reading: Reading,
  dark: Reading,
  limits: IntegrationLimitsUs,
  mayRaise: boolean,
): number | undefined {
  const { integrationUs } = reading.settings;
  if (isSaturated(reading)) {
    if (integrationUs <= limits.min) throw tooBright();
    return Math.max(limits.min, Math.floor(integrationUs / 2));
  }
  const full = reading.maximumCounts;
  const brightest = Math.max(...reading.counts);
  if (!mayRaise || brightest >= dimBelow * full) return undefined;
  const bias = Array.from(dark.counts).reduce((sum, count) => sum + count, 0) / dark.counts.length;
  const factor = Math.min(largestRaise, (aimAt * full - bias) / Math.max(1, brightest - bias));
  const longer = Math.min(limits.max, Math.round(integrationUs * factor));
  return longer >= leastRaise * integrationUs ? longer : undefined;
}

function tooBright(): LithoscopeError {
  return new LithoscopeError(
    "saturated",
    "The detector is saturated even with the shortest exposure; the spectrum would have no usable bands.",
    "Move the probe a little away from the rock, shade it from sunlight, or lower the laser power.",
  );
}
