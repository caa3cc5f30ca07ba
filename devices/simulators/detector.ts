import { normal, type Random, seededRandom } from "../../spectra/random.ts";

/** A detector for tests of protocols: what it counts tells how long and in which light it was exposed. */
export interface DetectorOptions {
  pixels: number;
  maximumCounts: number;
  seed?: number;
}

/** Choices: far enough apart that a test tells dark from light and one integration time from another. */
const biasCounts = 800;
const darkCountsPerMs = 2;
const lightCountsPerMs = 150;
const noiseCounts = 3;

/** The last pixel counts the exposures, so that a test can tell one spectrum from the next; the others have a band in the middle. */
export class SimulatedDetector {
  readonly #options: DetectorOptions;
  readonly #random: Random;
  #exposures = 0;

  constructor(options: DetectorOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed ?? 1);
  }

  expose(integrationMs: number, lightOn: boolean): number[] {
    const { pixels, maximumCounts } = this.#options;
    const stamp = ++this.#exposures % maximumCounts;
    const counts = Array.from({ length: pixels }, (_, pixel) => {
      const x = (pixel - pixels / 2) / (pixels / 20);
      const perMs = darkCountsPerMs + (lightOn ? lightCountsPerMs * Math.exp(-x * x) : 0);
      const signal = biasCounts + perMs * integrationMs + noiseCounts * normal(this.#random);
      return Math.min(maximumCounts, Math.max(0, Math.round(signal)));
    });
    counts[pixels - 1] = stamp;
    return counts;
  }
}
