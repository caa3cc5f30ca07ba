import { type LineSearch, meanOfExposures, searchLines } from "./lines.ts";
import { polynomial } from "./polynomial.ts";

/** What was taken of a standard, and what the instrument believes of its axis. */
export interface Scene {
  /** Exposures with the standard under the probe and with the light off, counts by pixel. */
  readonly exposures: readonly ArrayLike<number>[];
  readonly darks: readonly ArrayLike<number>[];
  /** Counts at which the converter is full. */
  readonly maximumCounts: number;
  /** Σ cᵢ·pⁱ, nm in air. */
  readonly coefficients: readonly number[];
  readonly detectorC?: number | undefined;
}

/** Mean of the exposures less the mean of the darks, counts; NaN where a pixel was full. */
export function netCounts({ exposures, darks, maximumCounts }: Scene): Float64Array {
  const dark = darks.length === 0 ? undefined : meanOfExposures(darks, undefined, Number.POSITIVE_INFINITY);
  return meanOfExposures(exposures, dark, maximumCounts);
}

/** The scene's lines. `dips`: the standard absorbs, its lines are minima. */
export function linesOf(scene: Scene, dips = false): LineSearch {
  const net = netCounts(scene);
  return searchLines(dips ? net.map((counts) => -counts) : net);
}

export function wavelengthAt({ coefficients }: Pick<Scene, "coefficients">, pixel: number): number {
  return polynomial(coefficients, pixel);
}

export function pixelsOf({ exposures }: Scene): number {
  return exposures[0]?.length ?? 0;
}
