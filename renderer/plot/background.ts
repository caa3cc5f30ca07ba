import type { Spectrum } from "../../contract/spectrum.ts";
import { aboveBackground } from "../../spectra/background.ts";

/** A background that rises by more than this share of the whole height hides the lines from the eye. */
const slopeShare = 0.2;

/**
 * The spectrum as it is drawn: where a slope would take the height from the lines, less its smooth background. For the
 * eye alone; identification has its own, and the reading stays as it is. Reflectance is never changed: its dips are
 * broad, and its slope says something. Undefined if it is drawn as measured.
 */
export function withoutSlope(spectrum: Spectrum): Spectrum | undefined {
  const { technique, intensity } = spectrum;
  if (technique === "vnir" || !intensity.every(Number.isFinite)) return undefined;
  const above = aboveBackground(intensity);
  const background = intensity.map((value, i) => value - (above[i] ?? 0));
  return range(background) > slopeShare * range(intensity)
    ? { ...spectrum, intensity: new Float64Array(above) }
    : undefined;
}

function range(values: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}
