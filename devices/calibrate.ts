import type { CalibrationCorrection } from "../contract/calibration.ts";
import { LithoscopeError } from "../contract/errors.ts";
import type { InstrumentProfile, Reading } from "../contract/reading.ts";
import type { Correction, Spectrum } from "../contract/spectrum.ts";
import { ramanShiftCm1 } from "../spectra/air.ts";
import { valueAt } from "../spectra/calibration/curve.ts";
import { polynomial } from "../spectra/calibration/polynomial.ts";
import { meanWithoutCosmicRays } from "../spectra/cosmicRays.ts";

/** Corrections of accepted calibrations that hold for an instrument. */
export interface CorrectionsInForce {
  /** Axis: pixel to nm in air, and the laser in nm, in place of the instrument's and the profile's own. */
  readonly axis?:
    | {
        readonly calibrationId: string;
        readonly coefficients?: readonly number[] | undefined;
        readonly excitationNm?: number | undefined;
      }
    | undefined;
  readonly response?: ({ readonly calibrationId: string } & Omit<CorrectionOf<"response">, "kind">) | undefined;
  readonly white?: ({ readonly calibrationId: string } & Omit<CorrectionOf<"white">, "kind">) | undefined;
}
type CorrectionOf<Kind extends CalibrationCorrection["kind"]> = Extract<CalibrationCorrection, { kind: Kind }>;

/**
 * The exposures of one measurement → a Spectrum in counts: mean of the exposures, dark subtracted, against nm in air
 * (VNIR, LIBS) or Raman shift; what a cosmic ray left in one of several exposures is left out (not for LIBS, whose shots
 * differ by more). A pixel that was saturated in any exposure is NaN ("deleted"): its count is only a lower
 * limit, and a flat top would be taken for a band. The readings are not changed.
 *
 * Calibrations in force take the place of what the instrument brings: axis and laser; a response factor for counts (Raman,
 * LIBS); a white, which makes reflectance of the counts of VNIR. The corrections name each by its id.
 *
 * Throws "settings-not-acknowledged" if exposures and dark differ in instrument, pixels, integration time or averaging,
 * or if the dark was taken with the light on; "device-unknown" if the profile of a Raman instrument has no laser.
 */
export function calibrate(
  readings: readonly Reading[],
  dark: Reading,
  profile: InstrumentProfile,
  inForce: CorrectionsInForce = {},
): Spectrum {
  const [first] = readings;
  if (first === undefined) throw notComparable("there is no exposure");
  for (const reading of readings) mustMatch(reading, dark);
  if (dark.settings.lightOn) throw notComparable("the dark was taken with the light on");

  // Shots of a LIBS instrument differ by more than a ray: what stands out there may be the spot's.
  const replicates = readings.map((reading) => reading.counts);
  const { mean, rejected } =
    profile.technique === "libs" ? { mean: plainMean(replicates), rejected: [] } : meanWithoutCosmicRays(replicates);
  const counts = mean.map((value, pixel) => value - (dark.counts[pixel] ?? Number.NaN));
  const corrections: Correction[] = [
    { kind: "average", exposures: readings.length },
    ...(rejected.length > 0 ? [{ kind: "cosmicRays", values: rejected.length } as const] : []),
    { kind: "dark", readingId: dark.id },
  ];

  const struck = new Set(rejected.map(({ replicate, pixel }) => `${replicate} ${pixel}`));
  let saturated = 0;
  for (let pixel = 0; pixel < counts.length; pixel++) {
    const isFull = (reading: Reading) => (reading.counts[pixel] ?? 0) >= reading.maximumCounts;
    // An exposure that only a ray filled was left out of the mean, which is as good as the others.
    if (!isFull(dark) && !readings.some((reading, i) => isFull(reading) && !struck.has(`${i} ${pixel}`))) continue;
    counts[pixel] = Number.NaN;
    saturated++;
  }
  if (saturated > 0) corrections.push({ kind: "deleted", points: saturated });

  const { axis, response, white } = inForce;
  const own = axis?.coefficients === undefined;
  const coefficients = [...(axis?.coefficients ?? first.wavelengthCoefficients)];
  const wavelengthNm = Float64Array.from(counts, (_, pixel) => polynomial(coefficients, pixel));
  corrections.push({ kind: "wavelength", coefficients, ...(own ? {} : { calibrationId: axis.calibrationId }) });

  const { technique } = profile;
  if (technique !== "vnir" && response !== undefined) {
    const curve = { at: response.wavelengthNm, value: response.factor };
    for (const [pixel, nm] of wavelengthNm.entries()) counts[pixel] = (counts[pixel] ?? 0) * valueAt(curve, nm);
    corrections.push({ kind: "response", calibrationId: response.calibrationId });
  }
  const isReflectance = technique === "vnir" && white !== undefined && white.countsPerS.length === counts.length;
  if (isReflectance) {
    const seconds = first.settings.integrationUs / 1e6;
    for (const [pixel, perS] of white.countsPerS.entries()) {
      const share = perS > 0 ? (counts[pixel] ?? 0) / seconds / perS : Number.NaN;
      counts[pixel] = share * (white.reflectance[pixel] ?? Number.NaN);
    }
    corrections.push({ kind: "white", calibrationId: white.calibrationId });
  }

  const common = { technique, intensityUnit: isReflectance ? "reflectance" : "counts", corrections } as const;
  if (technique !== "raman") {
    const { values, intensity } = ascending(wavelengthNm, counts, corrections);
    return { ...common, axis: { quantity: "wavelength", unit: "nm", medium: "air", values }, intensity };
  }
  const excitationNm = axis?.excitationNm ?? profile.excitationNm;
  if (excitationNm === undefined) throw laserUnknown();
  const byCalibration = axis?.excitationNm === undefined ? {} : { calibrationId: axis.calibrationId };
  corrections.push({ kind: "ramanShift", excitationNm, ...byCalibration });
  const shiftCm1 = wavelengthNm.map((nm) => ramanShiftCm1(nm, excitationNm));
  const { values, intensity } = ascending(shiftCm1, counts, corrections);
  return { ...common, axis: { quantity: "ramanShift", unit: "cm-1", values }, intensity, excitationNm };
}

function plainMean(replicates: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(replicates[0] ?? [], (_, pixel) => {
    let sum = 0;
    for (const counts of replicates) sum += counts[pixel] ?? Number.NaN;
    return sum / replicates.length;
  });
}

/** An axis must ascend; some benches deliver long wavelengths first. */
function ascending(axis: Float64Array, intensity: Float64Array, corrections: Correction[]) {
  const descends = (axis[0] ?? 0) > (axis.at(-1) ?? 0);
  const values = Float64Array.from(descends ? axis.toReversed() : axis);
  if (values.some((value, i) => i > 0 && !(value > (values[i - 1] ?? Number.NaN)))) {
    throw new LithoscopeError(
      "device-protocol",
      "The instrument's wavelength calibration turns back on itself; its readings have no axis.",
      "The instrument needs service. The readings are kept as they were counted.",
    );
  }
  if (descends) corrections.push({ kind: "sorted" });
  return { values, intensity: Float64Array.from(descends ? intensity.toReversed() : intensity) };
}

function mustMatch(reading: Reading, dark: Reading): void {
  const differing =
    reading.instrument.serialNumber !== dark.instrument.serialNumber ||
    reading.counts.length !== dark.counts.length ||
    reading.settings.integrationUs !== dark.settings.integrationUs ||
    reading.settings.scansToAverage !== dark.settings.scansToAverage;
  if (differing) throw notComparable("the dark was taken with other settings or another instrument");
}

function notComparable(why: string): LithoscopeError {
  return new LithoscopeError(
    "settings-not-acknowledged",
    `The reading cannot be corrected: ${why}. It is kept as it was counted.`,
    "Measure again.",
  );
}

function laserUnknown(): LithoscopeError {
  return new LithoscopeError(
    "device-unknown",
    "The laser wavelength of this Raman instrument is not known, so its readings have no Raman shift.",
    "Enter the excitation wavelength of the instrument in Instruments.",
  );
}
