import type { Spectrum } from "../../contract/spectrum.ts";

/** Half the window of the background, wide against a band of 30 cm⁻¹ on pixels of 1.4 cm⁻¹ and more. */
const windowPixels = 40;

/**
 * Raman shift in cm⁻¹ of the strongest band above 130 cm⁻¹: highest point over a morphological opening of the background,
 * refined by a parabola. A test's own eye, on purpose not the code of `spectra/`.
 */
export function strongestBandCm1({ axis, intensity }: Spectrum): number {
  const smooth = intensity.map((_, i) => mean(intensity.subarray(Math.max(0, i - 1), i + 2)));
  const eroded = smooth.map((_, i) => extreme(smooth, i, Math.min));
  const background = eroded.map((_, i) => extreme(eroded, i, Math.max));
  const net = smooth.map((value, i) => ((axis.values[i] ?? 0) < 130 ? 0 : value - (background[i] ?? 0)));
  const top = net.indexOf(Math.max(...net));
  const [before, at, after] = [net[top - 1] ?? 0, net[top] ?? 0, net[top + 1] ?? 0];
  const offset = (before - after) / (2 * (before - 2 * at + after));
  const step = ((axis.values[top + 1] ?? 0) - (axis.values[top - 1] ?? 0)) / 2;
  return (axis.values[top] ?? 0) + offset * step;
}

function extreme(values: Float64Array, i: number, of: (a: number, b: number) => number): number {
  let found = values[i] ?? 0;
  for (const value of values.subarray(Math.max(0, i - windowPixels), i + windowPixels + 1)) found = of(found, value);
  return found;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
