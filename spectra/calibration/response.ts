import type { CalibrationResult } from "../../contract/calibration.ts";
import { ramanShiftCm1 } from "../air.ts";
import { noiseSigma } from "../background.ts";
import { type Curve, valueAt } from "./curve.ts";
import { atLeast } from "./limits.ts";
import { netCounts, type Scene, wavelengthAt } from "./scene.ts";

/** A source whose spectrum is certified in relative units. */
export interface CertifiedSource {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  /** Relative intensity at a position; NaN outside the certified range. */
  readonly intensity: (position: number) => number;
}

const polynomialOf =
  (...coefficients: number[]) =>
  (x: number) =>
    coefficients.reduceRight((sum, c) => sum * x + c, 0);

/** NIST's form for the glasses after SRM 2241: H·exp(−ln2/(ln ρ)²·(ln((x − x₀)(ρ² − 1)/(wρ) + 1))²) + m·x + b. */
const skewed = (H: number, w: number, rho: number, x0: number, m: number, b: number) => (x: number) => {
  const inner = ((x - x0) * (rho * rho - 1)) / (w * rho) + 1;
  return inner > 0 ? H * Math.exp((-Math.LN2 / Math.log(rho) ** 2) * Math.log(inner) ** 2) + m * x + b : Number.NaN;
};

const within = (low: number, high: number, curve: (x: number) => number) => (x: number) =>
  x >= low && x <= high ? curve(x) : Number.NaN;

/**
 * NIST's luminescent glasses by laser, coefficients and ranges as in ramanchada2's config_certs.json (reference/field.md C2). Against
 * Raman shift, cm⁻¹. SRM 2245 (633 nm) is left out: no certified range is at hand, and none is guessed; its certificate
 * can be entered. The lasers are matched to 1 nm.
 */
export const intensityGlasses: readonly (CertifiedSource & { readonly excitationNm: number })[] = [
  {
    id: "srm-2241",
    name: "NIST SRM 2241",
    source: "NIST SRM 2241 certificate, 200 to 3500 cm⁻¹, 20 to 25 °C",
    excitationNm: 785,
    intensity: within(
      200,
      3500,
      polynomialOf(9.71937e-2, 2.28325e-4, -5.86762e-8, 2.16023e-10, -9.77171e-14, 1.15596e-17),
    ),
  },
  {
    id: "srm-2242a",
    name: "NIST SRM 2242a",
    source: "NIST SRM 2242a certificate, 150 to 4000 cm⁻¹, 20 to 25 °C",
    excitationNm: 532,
    intensity: within(150, 4000, skewed(0.99747, 3100.6, 1.1573, 2972.1, -3.7168e-6, 1.2864e-2)),
  },
  {
    id: "srm-2246a",
    name: "NIST SRM 2246a",
    source: "NIST SRM 2246a certificate, 110 to 3000 cm⁻¹",
    excitationNm: 830,
    intensity: within(110, 3000, skewed(1.0178, 3082.3, 0.98252, 2353.1, -1.1825e-7, -0.0175)),
  },
  {
    id: "srm-2244",
    name: "NIST SRM 2244",
    source: "NIST SRM 2244 certificate, 100 to 3500 cm⁻¹, 20 to 25 °C",
    excitationNm: 1064,
    intensity: within(
      100,
      3500,
      polynomialOf(0.405953, 5.20345e-4, 5.3039e-7, -6.84463e-10, 2.10286e-13, -2.05741e-17),
    ),
  },
];

/** A curve that the operator entered from a certificate. */
export function enteredSource(name: string, curve: Curve): CertifiedSource {
  return { id: "certificate", name, source: "certificate, as entered", intensity: (at) => valueAt(curve, at) };
}

/** Least level of the source over the noise at its faintest certified pixel, for a pass and a warning. */
const levelLimits = { pass: 30, warn: 10 };
/** Standard deviation of the smoothing in pixels: the glasses and lamps have no structure narrower than hundreds. */
const smoothPixels = 6;

/**
 * Relative response: the factor by which counts must be multiplied so that the certified source comes out as certified. Only
 * where the certificate speaks: the factor has no value elsewhere, and neither has a spectrum that it corrects. Normalised
 * to a mean of 1.
 *
 * @param excitationNm for Raman, where the certificate is against shift; absent for LIBS, where it is against nm in air.
 */
export function calibrateResponse(
  scene: Scene & { readonly excitationNm?: number | undefined; readonly standardSerial?: string | undefined },
  source: CertifiedSource,
): CalibrationResult {
  const { excitationNm, detectorC } = scene;
  const net = netCounts(scene);
  const sigma = noiseSigma(net.filter(Number.isFinite)) || 1;
  const smooth = smoothed(net);
  const rows = [...smooth].flatMap((counts, pixel) => {
    const nm = wavelengthAt(scene, pixel);
    const certified = source.intensity(excitationNm === undefined ? nm : ramanShiftCm1(nm, excitationNm));
    return certified > 0 && Number.isFinite(counts) ? [{ nm, counts, ratio: certified / counts }] : [];
  });
  rows.sort((a, b) => a.nm - b.nm);
  const unit = excitationNm === undefined ? "nm" : "cm⁻¹";
  const at = (nm: number) => (excitationNm === undefined ? nm : ramanShiftCm1(nm, excitationNm));
  const range = rows.length > 1 ? { from: at(rows[0]?.nm ?? 0), to: at(rows.at(-1)?.nm ?? 0) } : undefined;
  const least = rows.reduce((min, { counts }) => Math.min(min, counts), Number.POSITIVE_INFINITY) / sigma;
  const level = rows.length < 20 ? 0 : Math.max(0, least);
  const verdict = atLeast(level, levelLimits);
  const mean = rows.reduce((sum, { ratio }) => sum + ratio, 0) / Math.max(1, rows.length);
  const factor = Float64Array.from(rows, ({ ratio }) => ratio / mean);
  const spread =
    factor.length === 0 ? 0 : factor.reduce((a, b) => Math.max(a, b)) / factor.reduce((a, b) => Math.min(a, b));
  const sentence =
    rows.length < 20
      ? "The certificate says nothing in the range of this instrument."
      : verdict === "fail"
        ? "The source is too faint: it does not stand above the noise everywhere."
        : `Relative intensity is corrected by factors that differ up to ${spread.toFixed(1)} times.`;
  return {
    kind: excitationNm === undefined ? "libs-intensity" : "raman-intensity-response",
    unit,
    standard: {
      ...{ id: source.id, name: source.name, source: source.source },
      ...(scene.standardSerial ? { serial: scene.standardSerial } : {}),
    },
    lines: [],
    ...(range === undefined ? {} : { range }),
    figures: [
      { id: "level", label: "Least level over the noise", value: level, unit: "", limits: levelLimits, verdict },
      { id: "factors", label: "Largest over smallest factor", value: spread, unit: "", verdict: "pass" },
    ],
    asFound: { verdict, worst: spread, sentence },
    verdict,
    sentence,
    ...(verdict === "fail"
      ? {}
      : { correction: { kind: "response" as const, wavelengthNm: Float64Array.from(rows, ({ nm }) => nm), factor } }),
    ...(detectorC === undefined ? {} : { detectorC }),
  };
}

function smoothed(values: Float64Array): Float64Array {
  const reach = 3 * smoothPixels;
  return values.map((_, i) => {
    let sum = 0;
    let total = 0;
    for (let k = -reach; k <= reach; k += 1) {
      const value = values[i + k];
      if (value === undefined || !Number.isFinite(value)) continue;
      const weight = Math.exp(-0.5 * (k / smoothPixels) ** 2);
      sum += weight * value;
      total += weight;
    }
    return total > 0 ? sum / total : Number.NaN;
  });
}
