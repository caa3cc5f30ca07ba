import type { Limits, Verdict } from "../../contract/calibration.ts";

/**
 * The limits of calibrations, each with its source, and the plain functions from a value to pass, warn or fail.
 */

/** Pass up to `pass`, warn up to `warn`, fail above and for what is no number. */
export function verdictOf(value: number, { pass, warn }: Limits): Verdict {
  const size = Math.abs(value);
  return size <= pass ? "pass" : size <= warn ? "warn" : "fail";
}

/** For values that must be large: the limits are the least for a pass and for a warning. */
export function atLeast(value: number, { pass, warn }: Limits): Verdict {
  return value >= pass ? "pass" : value >= warn ? "warn" : "fail";
}

export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes("fail") ? "fail" : verdicts.includes("warn") ? "warn" : "pass";
}

/**
 * Key lines of a Raman standard, cm⁻¹: about twice the 1.2 cm⁻¹ to which polystyrene itself is known, well inside the 10 cm⁻¹
 * that handhelds resolve (reference/field.md C1). A limit below the standard's own uncertainty is never offered.
 */
export const ramanShiftLimits: Limits = { pass: 2.5, warn: 5 };

/** Silicon's single line after the fit: ten times what the crystal is known to. */
export const siliconLimits: Limits = { pass: 1, warn: 2.5 };

/** Wavelength of a VNIR or a Raman detector as found, nm; a warning up to twice that (reference/field.md C3). */
export const wavelengthLimits: Limits = { pass: 1, warn: 2 };

/** After a wavelength fit, in pixels: root mean square, and the largest residual (reference/field.md C3). */
export const fitRmsPixels: Limits = { pass: 0.25, warn: 0.35 };
export const fitWorstPixels: Limits = { pass: 0.7, warn: 1 };

/** Width of calcite's line, cm⁻¹: the European Pharmacopoeia (2.2.48) asks for 15; the half of it is a good handheld. */
export const resolutionLimits: Limits = { pass: 10, warn: 15 };

/** Step of the reflectance at a joint of two detectors, as a share: above a hundredth it looks like an edge of a band. */
export const spliceLimits: Limits = { pass: 0.01, warn: 0.03 };

/**
 * Scatter of a strong line from shot to shot, as relative standard deviation, %. Single shots on a metal scatter by about
 * ten per cent; twice that is a dirty window or a weak laser.
 */
export const shotScatterLimits: Limits = { pass: 10, warn: 20 };
/** Slope of the shots' level over the series, % of it: the first shots clean the surface and are left out. */
export const shotTrendLimits: Limits = { pass: 10, warn: 25 };

/** Wander of LIBS lines between shots, nm (reference/field.md C4: stable to 0.05 nm over the day). */
export const libsDriftLimits: Limits = { pass: 0.05, warn: 0.1 };

/** Level of the white, share of the full converter: 20,000 to 35,000 of 65,535 is good (reference/field.md C3). */
export const whiteLevel = { least: { pass: 0.3, warn: 0.15 }, most: { pass: 0.85, warn: 0.95 } } as const;

/** Dark: level as a share of the full converter, and pixels that are far above their neighbours, as a share. */
export const darkLevelLimits: Limits = { pass: 0.15, warn: 0.3 };
export const hotPixelLimits: Limits = { pass: 0.002, warn: 0.01 };

/**
 * An axis may be vouched for when what is not known of it stays below this share of what is not known of the standard. A Raman
 * standard's few lines come near it; the many lines of a lamp stay far below, so more is asked of them.
 */
export const vouchedShare = { raman: 0.8, lamp: 0.5 } as const;
/** A rival assignment of the lines whose score comes so near makes the assignment a guess. */
export const mostRival = 0.8;
/** ASTM E1840's users match at least four lines (reference/field.md C1). */
export const leastLines = 4;
