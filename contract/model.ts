import { z } from "zod";
import { ProviderName } from "./identification.ts";
import { techniques } from "./spectrum.ts";

/** The one manifest format this version reads. */
export const modelFormat = "lithoscope-model/2";

/** A regular grid: cell i is centred on start + i·step; points further apart than maxGap are not joined. */
export const Grid = z.object({
  start: z.number(),
  step: z.number().positive(),
  count: z.int().min(10).max(100_000),
  unit: z.enum(["cm-1", "nm"]),
  maxGap: z.number().positive(),
});
export type Grid = z.infer<typeof Grid>;

const TechniqueInput = z.object({
  grid: Grid,
  references: z.int().nonnegative(),
  classesWithReferences: z.int().nonnegative(),
  /** Classes (their numbers) that this technique has nothing of; the graph gives all of them the same evidence. */
  lacking: z.array(z.int().nonnegative()),
  /** Factor of the evidence in the graph, and the weights of what it is made of: what a learned mineral is compared by. */
  scale: z.number().positive().optional(),
  parts: z.object({ matched: z.number(), nearest: z.number(), vector: z.number() }).optional(),
  /** Elements whose presence the graph tells (LIBS), in its order, and the logits from which they count. */
  elements: z.array(z.string()).optional(),
  presenceLimits: z.object({ found: z.number(), excluded: z.number() }).optional(),
});

const PerTechnique = z.partialRecord(z.enum(techniques), z.number());

/**
 * How the evidence of one set of techniques becomes an answer (inference/answer.ts), fitted on specimens that nothing was
 * trained on.
 */
const Calibration = z.object({
  weights: PerTechnique,
  /** Log-odds that a class which a technique lacks takes, against the mean of the classes it has. */
  noReference: PerTechnique,
  /** Coverage (as text, "0.9") → the least probability that a name of the set has. */
  setThreshold: z.record(z.string(), z.number().min(0).max(1)),
  /** Log-odds of "not in the library" by the signs that inference/answer.ts lists. */
  unknown: z.object({ intercept: z.number(), slopes: z.array(z.number()) }),
  calibratedOn: z.int().nonnegative(),
  /** When a spot is a mixture and how well its fractions are known (inference/mixture); only with Raman, VNIR, or both. */
  mixture: z.object({ limit: z.number().positive(), error: z.number().nonnegative() }).optional(),
});
export type Calibration = z.infer<typeof Calibration>;

/** Every set of techniques that can be measured, as the manifest names it. */
export const techniqueSets = [
  "raman",
  "vnir",
  "libs",
  "raman+vnir",
  "raman+libs",
  "vnir+libs",
  "raman+vnir+libs",
] as const;
export type TechniqueSet = (typeof techniqueSets)[number];

/** Ascending values at evenly spaced levels from 0 (least) to 1 (largest). */
const Quantiles = z
  .array(z.number())
  .min(11)
  .max(1001)
  .refine((values) => values.every((v, i) => i === 0 || v >= (values[i - 1] ?? v)), "they must not descend");

/**
 * What the model said of the spots that it was calibrated on, which nothing in it had seen; the drift watch compares
 * recent spots with it. `lithoscope model evaluate --json` computes it.
 */
export const ReferenceStatistics = z.object({
  spots: z.int().positive(),
  /** Probability of the first name among the library's minerals: probability / (1 − unknown). */
  topProbability: Quantiles,
  /** The stated probability of "not in the library": it falls as the best match rises, so it stands for the match. */
  unknown: Quantiles,
  /** Share of spots whose answer was "Not known", 0 to 1. */
  unknownShare: z.number().min(0).max(1),
  /** The least signal-to-noise ratio among the spot's techniques. */
  signalToNoise: Quantiles,
});
export type ReferenceStatistics = z.infer<typeof ReferenceStatistics>;

export const ModelManifest = z.object({
  format: z.literal(modelFormat),
  id: z.string().min(1),
  version: z.string().min(1),
  minimumAppVersion: z.string(),
  createdAt: z.string(),
  description: z.string(),
  classes: z.array(z.string()).min(10),
  techniques: z.record(z.enum(techniques), TechniqueInput),
  calibration: z.record(z.enum(techniqueSets), Calibration),
  /** What was trained on, and which specimens were held out; for people. */
  training: z.record(z.string(), z.unknown()),
  provenance: z.array(
    z.object({
      source: z.string(),
      /** The source's name for people. */
      title: z.string().optional(),
      citation: z.string(),
      terms: z.string(),
      use: z.string(),
      spectra: z.int().optional(),
    }),
  ),
  metrics: z.record(z.string(), z.unknown()),
  /** By the techniques measured on a spot. A package without them cannot be watched for drift. */
  reference: z.partialRecord(z.enum(techniqueSets), ReferenceStatistics).optional(),
  files: z.record(z.string(), z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().positive() })),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

/** Who vouches for a package: our own source, a key that an operator enrolled, or nobody. */
export const PackageTrust = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("shipped") }),
  z.object({ kind: z.literal("signed"), by: z.string(), key: z.string() }),
  z.object({ kind: z.literal("unsigned") }),
]);
export type PackageTrust = z.infer<typeof PackageTrust>;

/** How a person reads who vouches for a package. */
export function trustWords(trust: PackageTrust): string {
  switch (trust.kind) {
    case "shipped":
      return "It is the package that ships with this version.";
    case "signed":
      return `It is signed by ${trust.by} (key ${trust.key}).`;
    case "unsigned":
      return "Nobody has signed it.";
  }
}

/** What the screens and records need to know of the active package. */
export const ModelSummary = z.object({
  id: z.string(),
  version: z.string(),
  sha256: z.string(),
  description: z.string(),
  classCount: z.int(),
  trust: PackageTrust,
  provider: ProviderName,
  /** Why the model runs there and not elsewhere, for people. */
  providerReason: z.string(),
  credits: z.array(z.object({ source: z.string(), citation: z.string(), terms: z.string() })),
});
export type ModelSummary = z.infer<typeof ModelSummary>;
