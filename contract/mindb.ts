import { z } from "zod";

/** Places whose geology the catalogue speaks of, in the order the card shows them. */
export const bodies = ["moon", "mars", "meteorites", "asteroids", "pangaea_analogue"] as const;
export const Body = z.enum(bodies);
export type Body = z.infer<typeof Body>;

/**
 * How far a claim can be trusted: `sourced` was seen in the cited text; `paragenetic_mode` follows from the mineral's
 * mode (Hazen and Morrison 2022); `general_knowledge` was not checked against the cited text; `measured` was computed
 * from measured spectra.
 */
export const Confidence = z.enum(["sourced", "paragenetic_mode", "general_knowledge", "measured"]);

export const Occurrence = z.object({
  body: Body,
  setting: z.string(),
  abundance: z.string(),
  evidence: z.string(),
  source: z.string(),
  confidence: Confidence,
});

/** A diagnostic band: position in cm⁻¹ (Raman shift) or nm (wavelength in air). */
export const Feature = z.object({
  technique: z.enum(["raman", "vnir"]),
  position: z.number(),
  strength: z.string(),
  assignment: z.string(),
  source: z.string(),
});

/** Another mineral that this one is taken for, and what separates the two. */
export const LookAlike = z.object({
  name: z.string(),
  separatedBy: z.string(),
  how: z.string(),
  source: z.string(),
  confidence: Confidence,
});

/** A catalogue entry. Names are IMA names. */
export const MineralEntry = z.object({
  name: z.string(),
  formula: z.string(),
  elements: z.array(z.string()),
  crystalSystem: z.string(),
  /** Structural group of the IMA list, absent if the species is in none. */
  group: z.string().optional(),
  imaNumber: z.string().optional(),
  /** Element → mass fraction, computed from the IMA formula; `massFractionsApproximate` if sites are shared. */
  massFractions: z.record(z.string(), z.number()),
  massFractionsApproximate: z.boolean(),
  occurrences: z.array(Occurrence),
  features: z.array(Feature),
  lookAlikes: z.array(LookAlike),
});
export type MineralEntry = z.infer<typeof MineralEntry>;

/** The catalogue as it ships: one versioned file. */
export const MinDbPack = z.object({
  format: z.literal("lithoscope-mindb/1"),
  /** Changes whenever an entry does: the first 12 digits of the entries' SHA-256. */
  version: z.string(),
  credits: z.array(z.object({ source: z.string(), citation: z.string() })),
  entries: z.array(MineralEntry),
});
export type MinDbPack = z.infer<typeof MinDbPack>;
