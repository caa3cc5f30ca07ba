import { z } from "zod";
import { Technique } from "./spectrum.ts";

/** Who measured. The serial number is the identity; the port is where it happened to be plugged in. */
export const InstrumentIdentity = z.object({
  serialNumber: z.string(),
  model: z.string(),
  firmware: z.string().optional(),
  /** The protocol and transport that read it, for example "ocean-obp/serial". */
  driver: z.string(),
  /** True for the demo instrument and every other simulator. Shown wherever the reading is shown. */
  simulated: z.boolean(),
});
export type InstrumentIdentity = z.infer<typeof InstrumentIdentity>;

/** What the operator says an instrument is for; the spectrometer itself does not know its laser. */
export const InstrumentProfile = z.object({
  technique: Technique,
  /** Excitation wavelength in nm, vacuum, needed for Raman. */
  excitationNm: z.number().positive().optional(),
  /**
   * From the calibration sheet of an instrument that does not carry its own: λ(p) = Σ cᵢ·pⁱ in nm (air), p counted as the
   * sheet counts it: from 0, or from 1 on Hamamatsu's. Taken at the next connection.
   */
  wavelengthCoefficients: z.array(z.number()).min(2).max(8).optional(),
});
export type InstrumentProfile = z.infer<typeof InstrumentProfile>;

/** Settings that the device acknowledged, not those wished for. */
export const AcknowledgedSettings = z.object({
  integrationUs: z.int().positive(),
  scansToAverage: z.int().positive(),
  /** Laser or lamp as commanded and acknowledged for this exposure. */
  lightOn: z.boolean(),
});
export type AcknowledgedSettings = z.infer<typeof AcknowledgedSettings>;

/** What the detector counted, pixel by pixel. Never changed after it was taken. */
export const Reading = z.object({
  id: z.ulid(),
  /** UTC, ISO 8601. */
  at: z.iso.datetime(),
  /** Milliseconds on the station's monotonic clock: differences hold even when the clock jumps. */
  monotonicMs: z.number(),
  instrument: InstrumentIdentity,
  settings: AcknowledgedSettings,
  counts: z.union([z.instanceof(Uint16Array), z.instanceof(Uint32Array)]),
  /** Counts at which the converter is full. */
  maximumCounts: z.int().positive(),
  /** λ(p) = Σ cᵢ·pⁱ in nm (air), p from 0, as stored in the instrument. */
  wavelengthCoefficients: z.array(z.number()).min(2),
  /** Detector temperature in °C where the instrument tells it. */
  detectorC: z.number().optional(),
});
export type Reading = z.infer<typeof Reading>;
