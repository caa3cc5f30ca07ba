import { z } from "zod";
import { Technique } from "./spectrum.ts";

/** A limit that a spectrum met or missed before any name was given. */
export const QualityCheck = z.object({
  id: z.enum(["signal-to-noise", "saturation", "coverage", "flat"]),
  passed: z.boolean(),
  value: z.number(),
  limit: z.number(),
  /** One short sentence for people. */
  sentence: z.string(),
});
export type QualityCheck = z.infer<typeof QualityCheck>;

export const TechniqueQuality = z.object({
  verdict: z.enum(["good", "poor"]),
  /** Height of the strongest feature above the background over the noise σ. */
  signalToNoise: z.number(),
  checks: z.array(QualityCheck),
});
export type TechniqueQuality = z.infer<typeof TechniqueQuality>;

/** Where the model ran. */
export const ProviderName = z.enum(["cpu", "cuda", "dml", "coreml", "webgpu"]);
export type ProviderName = z.infer<typeof ProviderName>;

/** What the machine said of one spot. */
export const Identification = z.object({
  /** Ranked, IMA names. The probabilities of all classes and `unknown` add up to 1; the list may be cut. */
  minerals: z.array(z.object({ name: z.string(), probability: z.number().min(0).max(1) })),
  /** Probability that the spot's mineral is not in the library. */
  unknown: z.number().min(0).max(1),
  /** The smallest set of names with the stated coverage, calibrated on specimens the references did not see. */
  set: z.object({ coverage: z.number().min(0).max(1), names: z.array(z.string()) }),
  /** Several minerals under the spot; absent while the model package cannot say. */
  mixture: z.array(z.object({ name: z.string(), fraction: z.number().min(0).max(1) })).optional(),
  quality: z.partialRecord(Technique, TechniqueQuality),
  model: z.object({ id: z.string(), version: z.string(), sha256: z.string(), provider: ProviderName }),
});
export type Identification = z.infer<typeof Identification>;

/**
 * How an identification may be spoken of, on every screen and in the terminal. poor: no spectrum is good enough, so no name
 * is given; unknown: more likely than not the mineral is not in the library; undecided: the set is too long to be an
 * answer; named: a set of names.
 */
export type AnswerKind = "poor" | "unknown" | "undecided" | "named";

/** A set with more names than this says only that the measurement does not decide. */
export const mostNamesOfAnAnswer = 10;

export function answerKind({ minerals, quality, set, unknown }: Identification): AnswerKind {
  const qualities = Object.values(quality);
  if (qualities.length > 0 && qualities.every(({ verdict }) => verdict === "poor")) return "poor";
  if (unknown >= 0.5 || minerals.length === 0) return "unknown";
  return set.names.length > mostNamesOfAnAnswer ? "undecided" : "named";
}
