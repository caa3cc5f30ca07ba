import { z } from "zod";
import { Identification } from "./identification.ts";
import { FixQuality } from "./position.ts";
import { Correction, Technique } from "./spectrum.ts";
import { TruthKind } from "./truth.ts";

/** Version of the row's shape; grows when a column changes its meaning. New columns may come without it. */
export const exportVersion = 1;

/** A campaign names a folder of the dataset, so it is made of characters that every file system and query engine takes. */
export const CampaignName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

const degrees = (limit: number) => z.number().min(-limit).max(limit).optional();

/**
 * One measurement as it leaves Lithoscope: the same columns in CSV (without the lists), JSON, Parquet and JCAMP-DX. Names carry units. What a
 * measurement does not have is absent (empty in CSV, null in Parquet). The JSON Schema of this object is published beside every
 * export; the Parquet columns follow from it.
 */
export const ExportedMeasurement = z.object({
  campaign: CampaignName.describe("Name of the campaign; in Parquet the name of the partition."),
  session_id: z.ulid().describe("Session of one tablet (ULID); in Parquet the name of the partition."),
  session_title: z.string(),
  crew: z.string().describe("Who carried the tablet, as the trainer named it; the session's title if nobody did."),
  app_version: z.string().describe("Version of Lithoscope that wrote the journal."),
  tablet_key: z.string().describe("Fingerprint of the key that signed the journal."),
  line_number: z.int().describe("Line of the session's journal, from 1."),
  line_hash: z.string().describe("SHA-256 of that line, hexadecimal: the link to the proof."),
  sample_id: z.ulid(),
  sample_name: z.string(),
  spot_id: z.ulid(),
  spot_number: z.int().describe("Number of the spot within its sample, from 1."),
  measurement_id: z.ulid(),
  saved_at_utc: z.iso.datetime({ precision: 3 }).describe("When the journal line was written, by the tablet's clock."),
  clock_offset_ms: z.number().describe("Milliseconds that the trainer's alignment adds to that clock."),
  aligned_at_utc: z.iso
    .datetime({ precision: 3 })
    .describe("saved_at_utc + clock_offset_ms: one clock for all tablets."),
  monotonic_ms: z.number().describe("The tablet's monotonic clock; differences hold even when its clock jumps."),
  latitude_deg: degrees(90).describe("WGS 84."),
  longitude_deg: degrees(180).describe("WGS 84."),
  elevation_m: z.number().optional().describe("Above mean sea level."),
  fix_quality: FixQuality.optional().describe("How the receiver came to its position."),
  hdop: z.number().optional().describe("Horizontal dilution of precision."),
  technique: Technique,
  source: z.enum(["instrument", "file"]),
  simulated: z.boolean().describe("True for every simulated instrument."),
  instrument_serial: z.string().optional(),
  instrument_model: z.string().optional(),
  driver: z.string().optional(),
  excitation_nm: z.number().optional().describe("Laser wavelength in vacuum (Raman)."),
  integration_us: z.int().optional().describe("Integration time of one exposure, as the device acknowledged it."),
  scans_to_average: z.int().optional(),
  exposures: z.int().optional(),
  detector_c: z.number().optional().describe("Detector temperature in °C."),
  file_name: z.string().optional(),
  file_sha256: z.string().optional(),
  file_format: z.string().optional(),
  axis_medium: z.enum(["air", "vacuum"]).optional().describe("Medium of wavelength_nm."),
  intensity_unit: z.enum(["counts", "reflectance", "relative"]).describe("reflectance: fraction, 1 = white."),
  points: z.int().describe("Length of the spectrum."),
  answer: z
    .enum(["named", "undecided", "unknown", "poor", "unnamed"])
    .describe("How the machine answered for the spot; unnamed: the model could not run, the reading was kept."),
  name: z.string().optional().describe("Most probable mineral (IMA name) of the machine."),
  probability: z.number().optional().describe("Its calibrated probability, given that it is one of the library."),
  unknown_probability: z.number().optional().describe("That the mineral is not in the library."),
  set_coverage: z.number().optional().describe("Stated coverage of set_names."),
  quality: z.enum(["good", "fair", "poor"]).optional(),
  signal_to_noise: z.number().optional(),
  model_id: z.string().optional(),
  model_version: z.string().optional(),
  model_sha256: z.string().optional(),
  model_provider: z.string().optional(),
  truth_kind: TruthKind.optional().describe("The trainer's ground truth of the spot."),
  truth_name: z.string().optional().describe("Mineral or rock name, or the names of a mixture joined by ' + '."),
  truth_certain: z.boolean().optional(),
  names: z.array(z.string()).describe("The machine's ranked names."),
  probabilities: z.array(z.number()).describe("Their probabilities, in the same order."),
  set_names: z.array(z.string()),
  mixture_names: z.array(z.string()),
  mixture_fractions: z.array(z.number()),
  evidence_ids: z.array(z.string()).describe("Measurements of the spot that the answer rests on."),
  raman_shift_cm1: z.array(z.number()).optional().describe("Axis of a Raman spectrum, ascending."),
  wavelength_nm: z.array(z.number()).optional().describe("Axis of a VNIR or LIBS spectrum, ascending."),
  intensity: z
    .array(z.number().nullable())
    .describe("In intensity_unit; null (NaN in Parquet) is a deleted point, for example a saturated pixel."),
  counts: z
    .array(z.int())
    .optional()
    .describe("Raw detector counts with the light on: exposures one after the other, each as long as dark_counts."),
  dark_counts: z.array(z.int()).optional().describe("Raw counts with the light off and the same settings."),
  wavelength_coefficients: z.array(z.number()).optional().describe("λ(p) = Σ cᵢ·pⁱ in nm (air), pixel p from 0."),
  corrections: z.array(Correction).describe("Steps from the counts or the file to this spectrum, in order."),
  identification: Identification.optional().describe("The machine's whole answer."),
});
export type ExportedMeasurement = z.infer<typeof ExportedMeasurement>;

/** A session's file of the JSON export. */
export const ExportedSession = z.object({
  format: z.literal("lithoscope-measurements"),
  version: z.literal(exportVersion),
  campaign: CampaignName,
  session_id: z.ulid(),
  measurements: z.array(ExportedMeasurement),
});
export type ExportedSession = z.infer<typeof ExportedSession>;
