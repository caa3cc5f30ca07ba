import type { CalibrationResult } from "../../../contract/calibration.ts";
import { polynomial } from "../polynomial.ts";
import { calibrateRamanShift } from "../ramanShift.ts";
import { calibrateWavelength } from "../wavelength.ts";
import { type RandomInstrument, randomLibs, randomRaman, randomVnir, shiftOf } from "./randomInstruments.ts";

/** The wizard takes more exposures, of standard and dark alike, while the result fails: up to so many. */
const exposures = [8, 16, 32, 64];

const makers = { raman: randomRaman, vnir: randomVnir, libs: randomLibs } as const;
export type Judged = keyof typeof makers;

export interface Outcome {
  readonly seed: number;
  readonly verdict: CalibrationResult["verdict"];
  /** The fitted axis against the truth, at its worst between the outermost lines that the standard has on the detector; in its unit. */
  readonly error: number;
  /** What it must be within: the standard's own uncertainty, or a quarter of a pixel where that is more. */
  readonly tolerance: number;
  readonly result: CalibrationResult;
}

/** Calibrates one random instrument as the wizard does and compares the axis with the truth. */
export function judge(technique: Judged, seed: number): Outcome {
  const instrument = makers[technique](seed);
  const taken: { exposures: Float64Array[]; darks: Float64Array[] } = { exposures: [], darks: [] };
  let result = calibrated(technique, instrument, taken, exposures[0] ?? 1);
  for (const wanted of exposures.slice(1)) {
    if (result.verdict !== "fail") break;
    result = calibrated(technique, instrument, taken, wanted);
  }
  const pixels = instrument.trueWavelengthNm.length;
  const perPixel = Math.abs(
    polynomial(instrument.coefficients, pixels / 2) - polynomial(instrument.coefficients, pixels / 2 - 1),
  );
  const { uncertainty } = instrument.standard;
  const tolerance = technique === "vnir" ? Math.max(uncertainty, 0.25 * perPixel) : uncertainty;
  return { seed, verdict: result.verdict, error: largestError(instrument, result), tolerance, result };
}

function calibrated(
  technique: Judged,
  instrument: RandomInstrument,
  taken: { exposures: Float64Array[]; darks: Float64Array[] },
  wanted: number,
): CalibrationResult {
  while (taken.exposures.length < wanted) {
    taken.exposures.push(instrument.expose());
    taken.darks.push(instrument.exposeDark());
  }
  const { maximumCounts, coefficients, standard, excitationNm } = instrument;
  const scene = { ...taken, maximumCounts, coefficients, standard };
  if (excitationNm !== undefined) return calibrateRamanShift({ ...scene, excitationNm });
  return calibrateWavelength({ ...scene, kind: technique === "libs" ? "libs-wavelength" : "vnir-wavelength" });
}

/** Infinite if there is no fitted axis. */
function largestError(instrument: RandomInstrument, { correction, range }: CalibrationResult): number {
  const { trueWavelengthNm, trueExcitationNm, standard } = instrument;
  if (correction === undefined || range === undefined) return Number.POSITIVE_INFINITY;
  const { quantity } = standard;
  let worst = 0;
  for (const [pixel, nm] of trueWavelengthNm.entries()) {
    const truth = quantity === "ramanShift" ? shiftOf(nm, trueExcitationNm ?? Number.NaN) : nm;
    if (truth < range.from || truth > range.to) continue;
    let got = Number.NaN;
    if (correction.kind === "wavelength") got = polynomial(correction.coefficients, pixel);
    if (correction.kind === "raman-axis") {
      got = shiftOf(polynomial(correction.coefficients ?? instrument.coefficients, pixel), correction.excitationNm);
    }
    worst = Math.max(worst, Number.isFinite(got) ? Math.abs(got - truth) : Number.POSITIVE_INFINITY);
  }
  return worst;
}
