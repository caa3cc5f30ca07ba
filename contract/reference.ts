import { z } from "zod";
import { Spectrum } from "./spectrum.ts";
import { TechniqueFit } from "./why.ts";

/** What a mineral looks like to one technique, as the model package in use knows it. */
export const Reference = z.object({
  /** A mean or single spectrum of the library; for LIBS lines computed from the formula. Heights in units of their own. */
  trace: Spectrum,
  /** Whose spectra it is of. */
  origin: z.string(),
});
export type Reference = z.infer<typeof Reference>;

/** The references of a mineral beside one measurement, and how the measurement's bands fit them. */
export const ReferenceComparison = z.object({
  /** Techniques that the package has no reference for are absent. */
  references: z.array(Reference),
  /** Empty without a measurement, or where nothing could be compared. */
  fits: z.array(TechniqueFit),
});
export type ReferenceComparison = z.infer<typeof ReferenceComparison>;
