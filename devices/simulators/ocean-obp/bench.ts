import type { Technique } from "../../../contract/spectrum.ts";
import { ramanShiftCm1 } from "../../../spectra/air.ts";
import { detectorPosition, polynomial } from "../../../spectra/calibration/polynomial.ts";
import { normal, type Random, seededRandom } from "../../../spectra/random.ts";
import { type Band, separated } from "./minerals.ts";
import type { Placed, Specimen } from "./specimens.ts";

/** Detector and optics of a spectrometer: wavelength of pixel p = Σ cᵢ·pⁱ in nm, p from 0. */
export interface Sensor {
  readonly pixels: number;
  readonly maximumCounts: number;
  readonly excitationNm: number;
  readonly wavelengthCoefficients: readonly number[];
  readonly resolutionCm1: number;
}

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

/** The same board behind other optics: nm in air by pixel, and the width of a line. Choices, rounded as above. */
const optics: Record<Technique, { coefficients: readonly number[]; lineNm: number }> = {
  raman: { coefficients: bench.wavelengthCoefficients, lineNm: 0.5 },
  vnir: { coefficients: [350, 0.72, -4e-5, 0].map(Math.fround), lineNm: 2 },
  libs: { coefficients: [238, 0.185, -8e-6, 0].map(Math.fround), lineNm: 0.45 },
};

/** Σ cᵢ·pⁱ that the instrument for a technique has stored, nm in air. */
export function storedCoefficients(technique: Technique): readonly number[] {
  return optics[technique].coefficients;
}

function sensorOf(technique: Technique): Sensor {
  return { ...bench, wavelengthCoefficients: storedCoefficients(technique) };
}

/** Strongest band at the detector with the light on. Choice: a good exposure then takes a quarter of a second. */
const strongestBandCountsPerS = 10_000;
/** Strongest line of a lamp or a plasma, and a white: a good exposure takes as long. Choice. */
const strongestLightCountsPerS = 40_000;
/** Fluorescence at its highest, in strongest bands: between these by seed. Choice. */
const fluorescence = { least: 1.5, most: 3.5, decayCm1: 1800 };
/** Bias, dark current, read noise, well depth per count. Choices, near a cooled-down STS. */
const detector = { biasCounts: 1500, darkCountsPerS: 60, readNoiseCounts: 4, electronsPerCount: 5 };
/** Pixel to pixel: relative gain and dark offset that no averaging removes. Choices. */
const fixedPattern = { gain: 0.003, biasCounts: 6, darkCurrent: 0.2 };

/** What is wrong with a simulated instrument: its true axis is off from what it has stored and what is believed of its laser. */
export type AxisErrors = Pick<Placed, "laserErrorNm" | "offsetNm" | "stretchNm">;

/** The detector behind a probe; the same seed gives the same counts in the same order. */
export class Bench {
  readonly #random: Random;
  readonly #sensor: Sensor;
  /** Counts per second that the instrument's own light brings, and that shine by themselves. */
  readonly #light: Float64Array;
  readonly #always: Float64Array;
  readonly #dark: Float64Array;
  readonly #bias: Float64Array;

  constructor(
    technique: Technique,
    specimen: Specimen,
    seed: number,
    errors: AxisErrors = {},
    sensor = sensorOf(technique),
  ) {
    this.#sensor = sensor;
    const random = seededRandom(seed);
    const background = fluorescence.least + (fluorescence.most - fluorescence.least) * random();
    const pattern = (spread: number) => 1 + spread * normal(random);
    const { lineNm } = optics[technique];
    const { laserErrorNm = 0, offsetNm = 0, stretchNm = 0 } = errors;
    const nm = Float64Array.from({ length: sensor.pixels }, (_, pixel) => {
      const u = detectorPosition(pixel, sensor.pixels);
      return polynomial(sensor.wavelengthCoefficients, pixel) + offsetNm + stretchNm * u;
    });
    const lines = (list: readonly { nm: number; height: number }[] = []) =>
      nm.map((at) =>
        list.reduce((sum, { nm: centre, height }) => {
          const x = (2 * (at - centre)) / lineNm;
          return Math.abs(x) > 8 ? sum : sum + height * Math.exp(-Math.LN2 * x * x);
        }, 0),
      );
    const { bands, lamp, plasma, smooth, glow = background } = specimen;
    const shifts = nm.map((at) => ramanShiftCm1(at, sensor.excitationNm + laserErrorNm));
    const parts = separated(bands ?? []);
    const raman = shifts.map((shift) =>
      parts.reduce((sum, band) => sum + bandAt(shift, band, sensor.resolutionCm1), 0),
    );
    const scale = bands === undefined ? 0 : strongestBandCountsPerS / Math.max(...raman);
    const struck = lines(plasma);
    this.#light = shifts.map((shift, pixel) => {
      const lit = bands === undefined ? 0 : strongestBandCountsPerS * glow * Math.exp(-shift / fluorescence.decayCm1);
      const other = ((struck[pixel] ?? 0) + (smooth?.(nm[pixel] ?? 0) ?? 0)) * strongestLightCountsPerS;
      return ((raman[pixel] ?? 0) * scale + lit + other) * pattern(fixedPattern.gain);
    });
    this.#always = lines(lamp).map((height) => height * strongestLightCountsPerS);
    this.#dark = shifts.map(() => detector.darkCountsPerS * pattern(fixedPattern.darkCurrent));
    this.#bias = shifts.map(() => detector.biasCounts + fixedPattern.biasCounts * normal(random));
    this.#random = random;
  }

  /** Counts of one spectrum, the mean of `scans` integrations: shot noise, read noise, saturation, rounding. */
  expose(integrationUs: number, scans: number, lightOn: boolean): Uint16Array {
    const seconds = integrationUs / 1e6;
    const { maximumCounts } = this.#sensor;
    // The choices above are counts of the bench's converter; another counts finer.
    const scale = (maximumCounts + 1) / (bench.maximumCounts + 1);
    return Uint16Array.from(this.#bias, (bias, pixel) => {
      const perS =
        (lightOn ? (this.#light[pixel] ?? 0) : 0) + (this.#always[pixel] ?? 0) + Math.max(0, this.#dark[pixel] ?? 0);
      const signal = perS * seconds;
      const noise = Math.hypot(Math.sqrt(signal / detector.electronsPerCount), detector.readNoiseCounts);
      const counts = bias + signal + (noise / Math.sqrt(scans)) * normal(this.#random);
      return Math.min(maximumCounts, Math.max(0, Math.round(scale * counts)));
    });
  }
}

/**
 * A Lorentzian band seen with a Gaussian resolution (full width, cm⁻¹), area kept: pseudo-Voigt after Thompson, Cox and Hastings
 * (J. Appl. Cryst. 20, 79, 1987), its width after Olivero and Longbothum (JQSRT 17, 233, 1977).
 */
function bandAt(shiftCm1: number, { shiftCm1: centre, fwhmCm1: lorentz, height }: Band, gauss: number): number {
  const width = 0.5346 * lorentz + Math.sqrt(0.2166 * lorentz ** 2 + gauss ** 2);
  const ratio = lorentz / width;
  const mix = 1.36603 * ratio - 0.47719 * ratio ** 2 + 0.11116 * ratio ** 3;
  const x = (2 * (shiftCm1 - centre)) / width;
  const area = (height * Math.PI * lorentz) / 2;
  const lorentzian = 2 / (Math.PI * width * (1 + x * x));
  const gaussian = (2 / width) * Math.sqrt(Math.LN2 / Math.PI) * Math.exp(-Math.LN2 * x * x);
  return area * (mix * lorentzian + (1 - mix) * gaussian);
}
