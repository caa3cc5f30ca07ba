import { LithoscopeError } from "../contract/errors.ts";
import type { InstrumentProfile, Reading } from "../contract/reading.ts";
import type { Correction, Spectrum } from "../contract/spectrum.ts";
import { ramanShiftCm1 } from "../spectra/air.ts";

/**
 * The exposures of one measurement → a Spectrum in counts: mean of the exposures, dark subtracted, against nm in air
 * (VNIR, LIBS) or Raman shift. A pixel that was saturated in any exposure is NaN ("deleted"): its count is only a lower
 * limit, and a flat top would be taken for a band. The readings are not changed.
 *
 * Throws "settings-not-acknowledged" if exposures and dark differ in instrument, pixels, integration time or averaging,
 * or if the dark was taken with the light on; "device-unknown" if the profile of a Raman instrument has no laser.
 */
export function calibrate(readings: readonly Reading[], dark: Reading, profile: InstrumentProfile): Spectrum {
  const [first] = readings;
  if (first === undefined) throw notComparable("there is no exposure");
  for (const reading of readings) mustMatch(reading, dark);
  if (dark.settings.lightOn) throw notComparable("the dark was taken with the light on");

  const counts = Float64Array.from(first.counts, (_, pixel) => {
    let sum = 0;
    for (const reading of readings) sum += reading.counts[pixel] ?? Number.NaN;
    return sum / readings.length - (dark.counts[pixel] ?? Number.NaN);
  });
  const corrections: Correction[] = [
    { kind: "average", exposures: readings.length },
    { kind: "dark", readingId: dark.id },
  ];

  const all = [...readings, dark];
  let saturated = 0;
  for (let pixel = 0; pixel < counts.length; pixel++) {
    if (!all.some((reading) => (reading.counts[pixel] ?? 0) >= reading.maximumCounts)) continue;
    counts[pixel] = Number.NaN;
    saturated++;
  }
  if (saturated > 0) corrections.push({ kind: "deleted", points: saturated });

  const { wavelengthCoefficients } = first;
  const wavelengthNm = Float64Array.from(counts, (_, pixel) => polynomial(wavelengthCoefficients, pixel));
  corrections.push({ kind: "wavelength", coefficients: wavelengthCoefficients });

  const common = { technique: profile.technique, intensityUnit: "counts", corrections } as const;
  const { excitationNm } = profile;
  if (profile.technique !== "raman") {
    const { values, intensity } = ascending(wavelengthNm, counts, corrections);
    return { ...common, axis: { quantity: "wavelength", unit: "nm", medium: "air", values }, intensity };
  }
  if (excitationNm === undefined) throw laserUnknown();
  corrections.push({ kind: "ramanShift", excitationNm });
  const shiftCm1 = wavelengthNm.map((nm) => ramanShiftCm1(nm, excitationNm));
  const { values, intensity } = ascending(shiftCm1, counts, corrections);
  return { ...common, axis: { quantity: "ramanShift", unit: "cm-1", values }, intensity, excitationNm };
}

/** Σ cᵢ·xⁱ (reference/protocols.md §1.4). */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
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
