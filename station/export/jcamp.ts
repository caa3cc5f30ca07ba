import { z } from "zod";
import { ExportedMeasurement } from "../../contract/exported.ts";
import type { Spectrum } from "../../contract/spectrum.ts";
import { readJcamp } from "../../spectra/files/jcamp.ts";
import { jcampText, ownRecords, ownSpectrum } from "../../spectra/files/ownJcamp.ts";
import { columns } from "./columns.ts";
import { damaged } from "./problems.ts";

/** What the spectrum itself says; all other columns become labelled records. */
const inSpectrum: readonly string[] = ["raman_shift_cm1", "wavelength_nm", "intensity", "corrections"];
const recordColumns = columns.filter(({ name }) => !inSpectrum.includes(name));
/** User-defined labels begin with "$" (JCAMP-DX 4.24, section 4.3); blanks and underlines do not count in labels. */
const labelOf = (name: string): string => `$${name.toUpperCase()}`;

/** A measurement as a JCAMP-DX file with all that is known of it; undefined for a reading that has no spectrum. */
export function jcampOf(row: ExportedMeasurement): string | undefined {
  const spectrum = spectrumOf(row);
  if (spectrum === undefined) return undefined;
  const records = recordColumns.flatMap(({ name }) =>
    row[name] === undefined ? [] : [[labelOf(name), row[name]] as const],
  );
  const title = `${row.sample_name} spot ${row.spot_number} ${row.measurement_id}`;
  return jcampText(spectrum, title, `Lithoscope ${row.app_version}, ${row.crew}`, records);
}

/** The spectrum of an exported measurement; undefined where there is none. */
export function spectrumOf(row: ExportedMeasurement): Spectrum | undefined {
  const { technique, intensity_unit, excitation_nm, corrections, axis_medium } = row;
  const values = row.raman_shift_cm1 ?? row.wavelength_nm;
  if (values === undefined || values.length === 0) return undefined;
  return {
    technique,
    axis:
      row.raman_shift_cm1 === undefined
        ? { quantity: "wavelength", unit: "nm", medium: axis_medium ?? "air", values: Float64Array.from(values) }
        : { quantity: "ramanShift", unit: "cm-1", values: Float64Array.from(values) },
    intensity: Float64Array.from(row.intensity, (value) => value ?? Number.NaN),
    intensityUnit: intensity_unit,
    ...(excitation_nm !== undefined && { excitationNm: excitation_nm }),
    corrections,
  };
}

/** The measurement that {@link jcampOf} wrote. Throws export-invalid for another file, and what the JCAMP reader throws. */
export function readJcampMeasurement(name: string, text: string): ExportedMeasurement {
  const table = readJcamp(name, text);
  const spectrum = ownSpectrum(name, table);
  if (spectrum === undefined) throw damaged("it has no LITHOSCOPE SPECTRUM record");
  const records = ownRecords(table.header);
  const values = recordColumns.flatMap((column) => {
    const value = records.get(labelOf(column.name));
    return value === undefined ? [] : [[column.name, value] as const];
  });
  const { axis, intensity, corrections } = spectrum;
  const parsed = ExportedMeasurement.safeParse({
    ...Object.fromEntries(values),
    [axis.quantity === "ramanShift" ? "raman_shift_cm1" : "wavelength_nm"]: Array.from(axis.values),
    intensity: Array.from(intensity, (value) => (Number.isFinite(value) ? value : null)),
    corrections,
  });
  if (parsed.success) return parsed.data;
  throw damaged(z.prettifyError(parsed.error), parsed.error);
}
