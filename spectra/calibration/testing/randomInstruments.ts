/**
 * Random instruments with a known truth, on which the fits are judged. Frozen before anything was tuned: whoever changes a
 * number here measures again on fresh seeds and says so.
 *
 * Every instrument has a true axis that its stored coefficients miss by an offset, a stretch, and what no straight line
 * takes away (pixel nonlinearity); its axis drifts with temperature while the exposures are taken; lines of the standard are
 * missing and others stand there; there is a background, shot and read noise, pixels that differ and cosmic rays. All of
 * it by seed.
 */
import { airToVacuumNm, vacuumToAirNm, wavelengthOfShiftNm } from "../../air.ts";
import { normal, type Random, seededRandom } from "../../random.ts";
import { mercuryArgon, polystyrene, type Standard, titanium } from "../standards.ts";

export interface RandomInstrument {
  readonly standard: Standard;
  /** The next exposure of the standard, in counts. A wizard asks for more where the lines are faint. */
  readonly expose: () => Float64Array;
  /** The next exposure of the dark; each has its own noise. */
  readonly exposeDark: () => Float64Array;
  readonly maximumCounts: number;
  /** What the instrument believes: Σ cᵢ·pⁱ, nm in air. */
  readonly coefficients: readonly number[];
  /** What the operator believes of the laser, nm in vacuum; absent without a laser. */
  readonly excitationNm?: number;
  /** The truth: nm in air of each pixel at the mean temperature of the exposures. */
  readonly trueWavelengthNm: Float64Array;
  readonly trueExcitationNm?: number;
}

interface Line {
  nm: number;
  /** Full width at half maximum, nm. */
  width: number;
  height: number;
}

const uniform = (random: Random, low: number, high: number): number => low + (high - low) * random();
const logUniform = (random: Random, low: number, high: number): number =>
  Math.exp(uniform(random, Math.log(low), Math.log(high)));
const pick = <T>(random: Random, values: readonly [T, ...T[]]): T =>
  values[Math.floor(random() * values.length)] ?? values[0];
function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) count += 1;
  return count;
}

/** Coefficients of the cubic through four points at u = −1, −1/3, 1/3, 1 of the detector. */
function cubicThrough(values: readonly [number, number, number, number], pixels: number): number[] {
  const nodes = [-1, -1 / 3, 1 / 3, 1].map((u) => ((u + 1) / 2) * (pixels - 1));
  const coefficients = [0, 0, 0, 0];
  for (const [i, node] of nodes.entries()) {
    let basis = [1];
    let scale = 1;
    for (const [j, other] of nodes.entries()) {
      if (j === i) continue;
      scale *= node - other;
      basis = [...basis, 0].map((_, k) => (k > 0 ? (basis[k - 1] ?? 0) : 0) - other * (basis[k] ?? 0));
    }
    for (const [k, b] of basis.entries()) coefficients[k] = (coefficients[k] ?? 0) + ((values[i] ?? 0) * b) / scale;
  }
  return coefficients;
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, c) => sum * x + c, 0);
}

interface Axes {
  coefficients: number[];
  trueCoefficients: number[];
  pixels: number;
}

/** A grating's axis from `low` to `high` nm, and what the instrument believes of it. Errors in nm at the detector's end. */
function axes(
  random: Random,
  pixels: number,
  low: number,
  high: number,
  errors: { offset: number; stretch: number; quadratic: number; cubic: number },
): Axes {
  const span = high - low;
  const bend = -uniform(random, 0.01, 0.03) * span; // dispersion falls towards long wavelengths
  const twist = uniform(random, -0.002, 0.002) * span;
  const at = (u: number) => low + ((u + 1) / 2) * span + bend * (u * u - 1) + twist * (u ** 3 - u);
  const error = (u: number) =>
    errors.offset + errors.stretch * u + errors.quadratic * (u * u - 1 / 3) + errors.cubic * (u ** 3 - 0.6 * u);
  const nodes = [-1, -1 / 3, 1 / 3, 1] as const;
  const through = (f: (u: number) => number) =>
    cubicThrough([f(nodes[0]), f(nodes[1]), f(nodes[2]), f(nodes[3])], pixels);
  return { pixels, trueCoefficients: through(at), coefficients: through((u) => at(u) + error(u)) };
}

/** Light at each pixel: pseudo-Voigt lines, integrated over the pixel by five samples. */
function lightOf(trueNm: (pixel: number) => number, pixels: number, lines: readonly Line[], lorentz: number) {
  const light = new Float64Array(pixels);
  const first = trueNm(0);
  const last = trueNm(pixels - 1);
  for (const { nm, width, height } of lines) {
    const reach = width * (lorentz > 0 ? 12 : 3);
    if (nm + reach < first || nm - reach > last) continue;
    let pixel = Math.floor(((nm - reach - first) / (last - first)) * (pixels - 1) * 0.9) - 4;
    for (pixel = Math.max(0, pixel); pixel < pixels; pixel += 1) {
      const centre = trueNm(pixel);
      if (centre < nm - reach) continue;
      if (centre > nm + reach) break;
      const step = trueNm(pixel + 0.5) - trueNm(pixel - 0.5);
      let sum = 0;
      for (let k = -2; k <= 2; k += 1) {
        const x = (2 * (centre + (k / 5) * step - nm)) / width;
        sum += lorentz / (1 + x * x) + (1 - lorentz) * Math.exp(-Math.LN2 * x * x);
      }
      light[pixel] = (light[pixel] ?? 0) + (height * sum) / 5;
    }
  }
  return light;
}

interface Detector {
  maximumCounts: number;
  bias: number;
  /** Counts of a line of height 1, over all exposures' mean. */
  strongest: number;
  electronsPerCount: number;
  readNoise: number;
}

/** Exposures in which the axis drifts from one end of its swing to the other. */
const swingExposures = 4;

/** The exposures of a scene whose axis drifts by `driftPixels` over four of them, again and again. */
function camera(
  random: Random,
  trueNm: (pixel: number) => number,
  { pixels, lines, lorentz, driftPixels }: { pixels: number; lines: Line[]; lorentz: number; driftPixels: number },
  background: (u: number) => number,
  detector: Detector,
): Pick<RandomInstrument, "expose" | "exposeDark"> {
  const gain = Float64Array.from({ length: pixels }, () => 1 + 0.004 * normal(random));
  const level = Float64Array.from({ length: pixels }, () => detector.bias + 5 * normal(random));
  const noisy = (signal: number) =>
    signal +
    Math.hypot(Math.sqrt(Math.max(0, signal) / detector.electronsPerCount), detector.readNoise) * normal(random);
  const exposeDark = () => level.map((counts) => Math.round(counts + detector.readNoise * normal(random)));
  let taken = 0;
  const expose = () => {
    const drift = driftPixels * ((taken++ % swingExposures) / (swingExposures - 1) - 0.5);
    const light = lightOf((pixel) => trueNm(pixel - drift), pixels, lines, lorentz);
    const counts = level.map((bias, pixel) => {
      const u = (2 * pixel) / (pixels - 1) - 1;
      const signal = ((light[pixel] ?? 0) + background(u)) * detector.strongest * (gain[pixel] ?? 1);
      return Math.min(detector.maximumCounts, Math.max(0, Math.round(bias + noisy(signal))));
    });
    for (let ray = poisson(random, 0.7); ray > 0; ray -= 1) {
      const pixel = Math.floor(random() * pixels);
      counts[pixel] = Math.min(detector.maximumCounts, (counts[pixel] ?? 0) + logUniform(random, 100, 20_000));
    }
    return counts;
  };
  return { expose, exposeDark };
}

function detectorOf(random: Random): Detector {
  const maximumCounts = pick(random, [16_383, 65_535]);
  return {
    maximumCounts,
    bias: uniform(random, 500, 1500),
    strongest: logUniform(random, 0.03, 0.6) * maximumCounts,
    electronsPerCount: uniform(random, 1, 6),
    readNoise: uniform(random, 3, 15),
  };
}

/** Lines of polystyrene that ASTM's table leaves out, as they stand in its spectrum: shift cm⁻¹, width cm⁻¹, height. */
const polystyreneOthers: readonly (readonly [number, number, number])[] = [
  [407, 25, 0.05],
  [760, 14, 0.03],
  [841, 14, 0.03],
  [907, 14, 0.03],
  [1070, 14, 0.02],
  [1183, 12, 0.05],
  [1199, 12, 0.06],
  [1328, 18, 0.04],
  [2975, 25, 0.05],
  [3001, 15, 0.06],
  [3040, 15, 0.1],
];

/** Natural widths of the table's lines, cm⁻¹. */
const polystyreneWidths = [8, 9, 4, 5, 9, 14, 8, 7, 25, 28, 14];

/** A Raman spectrometer with polystyrene under its probe. */
export function randomRaman(seed: number): RandomInstrument {
  const random = seededRandom(seed * 3 + 1);
  const excitationNm = pick(random, [532, 633, 785, 785, 785, 830]);
  const trueExcitationNm = excitationNm + 0.1 * normal(random);
  const pixels = pick(random, [512, 1024, 1024, 2048, 3648]);
  const low = wavelengthOfShiftNm(uniform(random, 50, 250), trueExcitationNm);
  const high = wavelengthOfShiftNm(uniform(random, 1800, 3400), trueExcitationNm);
  const nmPerCm1 = (low + high) ** 2 / 4e7;
  const { coefficients, trueCoefficients } = axes(random, pixels, low, high, {
    offset: uniform(random, -10, 10) * nmPerCm1,
    stretch: 0.0015 * ((high - low) / 2) * normal(random),
    quadratic: 0.5 * nmPerCm1 * normal(random),
    cubic: 0.15 * nmPerCm1 * normal(random),
  });
  const resolutionCm1 = Math.max(uniform(random, 4, 12), (2.2 * (high - low)) / pixels / nmPerCm1);

  const scale = (low: number) => low * nmPerCm1;
  const nmOf = (shift: number) => wavelengthOfShiftNm(shift, trueExcitationNm);
  const seen = (shift: number, natural: number, height: number): Line => {
    const widthCm1 = Math.hypot(resolutionCm1, natural * 0.8);
    return { nm: nmOf(shift), width: scale(widthCm1), height: height * Math.exp(0.25 * normal(random)) };
  };
  const lines: Line[] = [];
  for (const [i, { at, role, strength }] of polystyrene.lines.entries()) {
    const missing = role !== "primary" && random() < 0.12;
    if (!missing) lines.push(seen(at, polystyreneWidths[i] ?? 8, strength));
  }
  for (const [shift, natural, height] of polystyreneOthers) lines.push(seen(shift, natural, height));
  for (let k = poisson(random, 1.5); k > 0; k -= 1)
    lines.push(seen(uniform(random, 100, 3400), 1, logUniform(random, 0.03, 0.5)));

  const trueNm = (pixel: number) => polynomial(trueCoefficients, pixel);
  const glow = uniform(random, 0.1, 2);
  const [bump, bumpAt] = [uniform(random, 0, 1), uniform(random, -1, 1)];
  const background = (u: number) =>
    glow * Math.exp(-0.7 * (u + 1)) + bump * Math.exp(-(((u - bumpAt) / 0.6) ** 2)) * 0.5;
  const driftPixels = 0.15 * normal(random);
  const lorentz = uniform(random, 0.2, 0.7);
  const detector = detectorOf(random);
  const scene = { pixels, lines, lorentz, driftPixels };
  return {
    ...camera(random, trueNm, scene, background, { ...detector, strongest: detector.strongest / (1 + glow) }),
    standard: polystyrene,
    maximumCounts: detector.maximumCounts,
    coefficients,
    excitationNm,
    trueWavelengthNm: Float64Array.from({ length: pixels }, (_, pixel) => trueNm(pixel)),
    trueExcitationNm,
  };
}

/** A VNIR spectrometer that looks at a mercury-argon lamp. */
export function randomVnir(seed: number): RandomInstrument {
  const random = seededRandom(seed * 3 + 2);
  const pixels = pick(random, [512, 1024, 2048, 3648]);
  const low = uniform(random, 330, 400);
  const high = uniform(random, 850, 1040);
  const { coefficients, trueCoefficients } = axes(random, pixels, low, high, {
    offset: uniform(random, -4, 4),
    stretch: 0.0015 * ((high - low) / 2) * normal(random),
    quadratic: 0.4 * normal(random),
    cubic: 0.15 * normal(random),
  });
  const widthNm = Math.max(uniform(random, 0.8, 3), (2.2 * (high - low)) / pixels);
  const lines: Line[] = [];
  for (const { at, role, strength } of mercuryArgon.lines) {
    const missing = role !== "primary" && random() < 0.1;
    const bright = random() < 0.05 ? 4 : 1; // some lines are far brighter than listed, and saturate
    if (!missing) lines.push({ nm: at, width: widthNm, height: bright * strength * Math.exp(0.5 * normal(random)) });
  }
  for (let k = poisson(random, 2); k > 0; k -= 1)
    lines.push({ nm: uniform(random, low, high), width: widthNm, height: logUniform(random, 0.03, 0.5) });

  const trueNm = (pixel: number) => polynomial(trueCoefficients, pixel);
  const glow = uniform(random, 0, 0.05);
  const driftPixels = 0.1 * normal(random);
  const detector = detectorOf(random);
  const scene = { pixels, lines, lorentz: uniform(random, 0, 0.3), driftPixels };
  return {
    ...camera(random, trueNm, scene, () => glow, detector),
    standard: mercuryArgon,
    maximumCounts: detector.maximumCounts,
    coefficients,
    trueWavelengthNm: Float64Array.from({ length: pixels }, (_, pixel) => trueNm(pixel)),
  };
}

/** A LIBS spectrometer on a titanium target: the target's listed lines among many others. */
export function randomLibs(seed: number): RandomInstrument {
  const random = seededRandom(seed * 3 + 3);
  const pixels = pick(random, [1024, 2048, 4096]);
  const low = uniform(random, 230, 244);
  const high = uniform(random, 407, 440);
  const { coefficients, trueCoefficients } = axes(random, pixels, low, high, {
    offset: uniform(random, -0.5, 0.5),
    stretch: 0.0005 * ((high - low) / 2) * normal(random),
    quadratic: 0.05 * normal(random),
    cubic: 0.02 * normal(random),
  });
  const widthNm = Math.max(uniform(random, 0.12, 0.35), (2.2 * (high - low)) / pixels);
  const lines: Line[] = [];
  for (const { at } of titanium.lines) {
    if (random() < 0.1) continue;
    lines.push({ nm: vacuumToAirNm(at), width: widthNm, height: logUniform(random, 0.15, 1) });
  }
  for (let k = 40; k > 0; k -= 1)
    lines.push({ nm: uniform(random, low, high), width: widthNm, height: logUniform(random, 0.005, 0.15) });
  for (let k = poisson(random, 3); k > 0; k -= 1)
    lines.push({ nm: uniform(random, low, high), width: widthNm, height: logUniform(random, 0.1, 0.6) });

  const trueNm = (pixel: number) => polynomial(trueCoefficients, pixel);
  const glow = uniform(random, 0.01, 0.2);
  const detector = detectorOf(random);
  const driftPixels = 0.1 * normal(random);
  const scene = { pixels, lines, lorentz: uniform(random, 0.1, 0.6), driftPixels };
  return {
    ...camera(random, trueNm, scene, (u) => glow * (1.2 - 0.6 * u * u), detector),
    standard: titanium,
    maximumCounts: detector.maximumCounts,
    coefficients,
    trueWavelengthNm: Float64Array.from({ length: pixels }, (_, pixel) => trueNm(pixel)),
  };
}

/** Raman shift, cm⁻¹, from the wavelength in air and a laser in vacuum; here again so that the judge has its own. */
export function shiftOf(nmAir: number, excitationNm: number): number {
  return 1e7 / excitationNm - 1e7 / airToVacuumNm(nmAir);
}
