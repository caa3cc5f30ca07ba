import { z } from "zod";

/** The three kinds of spectroscopy that are fused, in the order used by every model package. */
export const techniques = ["raman", "vnir", "libs"] as const;
export const Technique = z.enum(techniques);
export type Technique = z.infer<typeof Technique>;

/** The technique's name as people read it. */
export const techniqueName: Record<Technique, string> = { raman: "Raman", vnir: "VNIR", libs: "LIBS" };

/**
 * A physical axis, ascending. Raman spectra are against Raman shift, VNIR and LIBS against wavelength in air (the medium
 * is stored with the axis: ChemCam's team warns of vacuum against air, reference C4).
 */
export const Axis = z.discriminatedUnion("quantity", [
  z.object({ quantity: z.literal("ramanShift"), unit: z.literal("cm-1"), values: z.instanceof(Float64Array) }),
  z.object({
    quantity: z.literal("wavelength"),
    unit: z.literal("nm"),
    medium: z.enum(["air", "vacuum"]),
    values: z.instanceof(Float64Array),
  }),
]);
export type Axis = z.infer<typeof Axis>;

/** Units that an axis of a file can have; the answer a person gives when the file does not say. */
export const FileAxisUnit = z.enum(["cm-1", "nm", "um"]);
export type FileAxisUnit = z.infer<typeof FileAxisUnit>;

/**
 * One step between what the detector counted (or the file held) and this spectrum. The list is ordered; replaying it on
 * the source gives the same arrays, so derived arrays are never stored in place of the source.
 */
export const Correction = z.discriminatedUnion("kind", [
  /** Subtraction of a reading taken with the light off and the same settings. */
  z.object({ kind: z.literal("dark"), readingId: z.string() }),
  /** Mean of the exposures of one measurement. */
  z.object({ kind: z.literal("average"), exposures: z.int().positive() }),
  /** Values of single exposures that a cosmic ray raised, left out of the mean. */
  z.object({ kind: z.literal("cosmicRays"), values: z.int().positive() }),
  /** Detector linearity, corrected = counts / Σ nᵢ·countsⁱ. */
  z.object({ kind: z.literal("linearity"), coefficients: z.array(z.number()) }),
  /** Pixel to wavelength in air, λ(p) = Σ cᵢ·pⁱ, nm. Without an id they are the instrument's own. */
  z.object({ kind: z.literal("wavelength"), coefficients: z.array(z.number()), calibrationId: z.ulid().optional() }),
  /** Wavelength in air to Raman shift in vacuum wavenumbers. Without an id it is the laser that the operator entered. */
  z.object({
    kind: z.literal("ramanShift"),
    excitationNm: z.number().positive(),
    calibrationId: z.ulid().optional(),
  }),
  /** Counts times the response factor of a calibration, by wavelength; NaN outside the factor's range. */
  z.object({ kind: z.literal("response"), calibrationId: z.ulid() }),
  /** Counts per second over those of the white, times the tile's certified reflectance. */
  z.object({ kind: z.literal("white"), calibrationId: z.ulid() }),
  /** Change of a file's unit into ours, for example µm → nm, per cent → fraction. */
  z.object({ kind: z.literal("unit"), from: z.string(), to: z.string() }),
  /** The file's axis was not ascending. */
  z.object({ kind: z.literal("sorted") }),
  /** Points that the file marks as deleted; they are NaN here. */
  z.object({ kind: z.literal("deleted"), points: z.int().positive() }),
]);
export type Correction = z.infer<typeof Correction>;

/** Intensity against a physical axis. `intensity` has the axis' length; NaN marks a deleted point. */
export const Spectrum = z.object({
  technique: Technique,
  axis: Axis,
  intensity: z.instanceof(Float64Array),
  /** counts: detector counts; reflectance: fraction, 1 = white; relative: any linear scale of the source. */
  intensityUnit: z.enum(["counts", "reflectance", "relative"]),
  /** Excitation wavelength in nm where it is known (Raman). */
  excitationNm: z.number().positive().optional(),
  corrections: z.array(Correction),
});
export type Spectrum = z.infer<typeof Spectrum>;
