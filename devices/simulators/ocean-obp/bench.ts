import { ramanShiftCm1 } from "../../../spectra/air.ts";
import { normal, type Random, seededRandom } from "../../../spectra/random.ts";
import { type Band, separated } from "./minerals.ts";

/**
 * A small 785 nm Raman spectrometer around the STS' detector: 1024 pixels, 14 bit (reference/protocols.md §1.5). What the
 * reference does not give is our choice, after what such instruments are like; the words say which.
 */
export const bench = {
  pixels: 1024,
  maximumCounts: 16383,
  minimumIntegrationUs: 10,
  maximumIntegrationUs: 85_000_000,
  excitationNm: 785,
  /**
   * nm in air; 84 to 1912 cm⁻¹ with 2.3 to 1.4 cm⁻¹ for a pixel, the falling dispersion of a grating. The filter
   * that holds the laser back opens below. Choice. Rounded to
   * float32, as the protocol carries them.
   */
  wavelengthCoefficients: [790, 0.142, -1.0e-5, -1.0e-9].map(Math.fround),
  /** Gaussian, as of a 785 nm instrument with a 25 µm slit. Choice. */
  resolutionCm1: 7,
} as const;

/** Strongest band at the detector with the light on. Choice: a good exposure then takes a quarter of a second. */
const strongestBandCountsPerS = 10_000;
/** Fluorescence at its highest, in strongest bands: between these by seed. Choice. */
const fluorescence = { least: 1.5, most: 3.5, decayCm1: 1800 };
/** Bias, dark current, read noise, well depth per count. Choices, near a cooled-down STS. */
const detector = { biasCounts: 1500, darkCountsPerS: 60, readNoiseCounts: 4, electronsPerCount: 5 };
/** Pixel to pixel: relative gain and dark offset that no averaging removes. Choices. */
const fixedPattern = { gain: 0.003, biasCounts: 6, darkCurrent: 0.2 };

/** The detector behind a probe on one mineral; the same seed gives the same counts in the same order. */
export class RamanBench {
  readonly #random: Random;
  readonly #light: Float64Array;
  readonly #dark: Float64Array;
  readonly #bias: Float64Array;

  constructor(bands: readonly Band[], seed: number) {
    const random = seededRandom(seed);
    const background = fluorescence.least + (fluorescence.most - fluorescence.least) * random();
    const pattern = (spread: number) => 1 + spread * normal(random);
    const shifts = Float64Array.from({ length: bench.pixels }, (_, pixel) =>
      ramanShiftCm1(wavelengthNm(pixel), bench.excitationNm),
    );
    const parts = separated(bands);
    const raman = shifts.map((shift) => parts.reduce((sum, band) => sum + bandAt(shift, band), 0));
    const scale = strongestBandCountsPerS / Math.max(...raman);
    this.#light = shifts.map((shift, pixel) => {
      const glow = strongestBandCountsPerS * background * Math.exp(-shift / fluorescence.decayCm1);
      return ((raman[pixel] ?? 0) * scale + glow) * pattern(fixedPattern.gain);
    });
    this.#dark = shifts.map(() => detector.darkCountsPerS * pattern(fixedPattern.darkCurrent));
    this.#bias = shifts.map(() => detector.biasCounts + fixedPattern.biasCounts * normal(random));
    this.#random = random;
  }

  /** Counts of one spectrum, the mean of `scans` integrations: shot noise, read noise, saturation, rounding. */
  expose(integrationUs: number, scans: number, lightOn: boolean): Uint16Array {
    const seconds = integrationUs / 1e6;
    return Uint16Array.from(this.#bias, (bias, pixel) => {
      const perS = (lightOn ? (this.#light[pixel] ?? 0) : 0) + Math.max(0, this.#dark[pixel] ?? 0);
      const signal = perS * seconds;
      const noise = Math.hypot(Math.sqrt(signal / detector.electronsPerCount), detector.readNoiseCounts);
      const counts = bias + signal + (noise / Math.sqrt(scans)) * normal(this.#random);
      return Math.min(bench.maximumCounts, Math.max(0, Math.round(counts)));
    });
  }
}

function wavelengthNm(pixel: number): number {
  return bench.wavelengthCoefficients.reduceRight((sum, coefficient) => sum * pixel + coefficient, 0);
}

/**
 * A Lorentzian band seen with the bench's Gaussian resolution, area kept: pseudo-Voigt after Thompson, Cox and Hastings
 * (J. Appl. Cryst. 20, 79, 1987), its width after Olivero and Longbothum (JQSRT 17, 233, 1977).
 */
function bandAt(shiftCm1: number, { shiftCm1: centre, fwhmCm1: lorentz, height }: Band): number {
  const gauss = bench.resolutionCm1;
  const width = 0.5346 * lorentz + Math.sqrt(0.2166 * lorentz ** 2 + gauss ** 2);
  const ratio = lorentz / width;
  const mix = 1.36603 * ratio - 0.47719 * ratio ** 2 + 0.11116 * ratio ** 3;
  const x = (2 * (shiftCm1 - centre)) / width;
  const area = (height * Math.PI * lorentz) / 2;
  const lorentzian = 2 / (Math.PI * width * (1 + x * x));
  const gaussian = (2 / width) * Math.sqrt(Math.LN2 / Math.PI) * Math.exp(-Math.LN2 * x * x);
  return area * (mix * lorentzian + (1 - mix) * gaussian);
}
