import { z } from "zod";
import { Technique } from "./spectrum.ts";

/**
 * agrees: measured where the mineral has one. missing: the mineral has one that would be seen above the noise, and it is not
 * there. unexplained: strong in the measurement, and none of the mineral's.
 */
export const BandVerdict = z.enum(["agrees", "missing", "unexplained"]);
export type BandVerdict = z.infer<typeof BandVerdict>;

/** One band or line. Positions in the technique's unit: cm⁻¹ (Raman shift) or nm (in air). */
export const ExplainedBand = z.object({
  verdict: BandVerdict,
  /** Where it was measured; of a missing one, where it should be. */
  position: z.number(),
  /** Where the mineral's list has it; absent if unexplained. */
  expected: z.number().optional(),
  /** Height (missing: expected height) over that of the strongest measured one. */
  strength: z.number().min(0).max(1),
  /** LIBS: the element whose line it is; of an unexplained line the likeliest one. */
  element: z.string().optional(),
});
export type ExplainedBand = z.infer<typeof ExplainedBand>;

/** How one technique's spectrum fits one mineral, within what both the measurement and the mineral's list cover. */
export const TechniqueFit = z.object({
  technique: Technique,
  /** Measured minus listed position that all bands share: the instrument's shift. cm⁻¹ or nm. */
  offset: z.number(),
  /** What could be compared, cm⁻¹ or nm. */
  range: z.tuple([z.number(), z.number()]),
  /** By position. */
  bands: z.array(ExplainedBand),
});
export type TechniqueFit = z.infer<typeof TechniqueFit>;

/** A part of a spectrum and what it says for the first name over the second, in nats of evidence (negative: against). */
export const CarryingPart = z.object({
  technique: Technique,
  from: z.number(),
  to: z.number(),
  contribution: z.number(),
});
export type CarryingPart = z.infer<typeof CarryingPart>;

/** What carried the decision for the first name over the second; the largest parts first. */
export const Carried = z.object({ first: z.string(), second: z.string(), parts: z.array(CarryingPart) });
export type Carried = z.infer<typeof Carried>;

export const Why = z.object({
  /** Leading minerals, the most probable first; without those whose bands no list tells. */
  minerals: z.array(z.object({ name: z.string(), techniques: z.array(TechniqueFit) })),
});
export type Why = z.infer<typeof Why>;
