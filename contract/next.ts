import { z } from "zod";
import { Confidence } from "./mindb.ts";
import { Technique } from "./spectrum.ts";

/** measure: a technique that the spot lacks. longer: again, with less noise. wider: again, over more of the axis. */
export const NextAction = z.enum(["measure", "longer", "wider"]);
export type NextAction = z.infer<typeof NextAction>;

export const NextStep = z.object({
  action: NextAction,
  technique: Technique,
  /** Expected fall of the entropy over the candidates, bits. */
  gainBits: z.number().nonnegative(),
  /** What to do and what it settles: "Raman: the 1086 cm⁻¹ band tells Calcite from Quartz." */
  sentence: z.string(),
  /** Of a separation that the catalogue states: who says it, and how far that can be trusted. */
  source: z.string().optional(),
  confidence: Confidence.optional(),
});
export type NextStep = z.infer<typeof NextStep>;

export const Next = z.object({
  /** Entropy over the candidates now, bits: 0 is settled, 1 is one against one. */
  openBits: z.number().nonnegative(),
  /** The most telling first; empty if nothing would help. */
  steps: z.array(NextStep),
  /** The best step in a sentence, or why there is none. */
  sentence: z.string(),
});
export type Next = z.infer<typeof Next>;
