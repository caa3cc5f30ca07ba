import { z } from "zod";
import { techniques } from "./spectrum.ts";

/** The one manifest format this version reads. */
export const modelFormat = "lithoscope-model/1";

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
});

/** Fitted for one set of techniques on specimens that the references did not see. */
const Calibration = z.object({
  temperature: z.number().positive(),
  /** Coverage (as text, "0.9") → the least probability that a name of the set has. */
  setThreshold: z.record(z.string(), z.number().min(0).max(1)),
  calibratedOn: z.int().nonnegative(),
});

const UnknownFit = z.object({ intercept: z.number(), slope: z.number(), note: z.string().optional() });

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
  unknown: z.object({ prior: z.number().min(0).max(1), raman: UnknownFit, vnir: UnknownFit, libs: UnknownFit }),
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
  files: z.record(z.string(), z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().positive() })),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

/** What the screens and records need to know of the active package. */
export const ModelSummary = z.object({
  id: z.string(),
  version: z.string(),
  sha256: z.string(),
  description: z.string(),
  classCount: z.int(),
  provider: z.string(),
  /** Why this provider and not a faster one. */
  providerReason: z.string(),
  credits: z.array(z.object({ source: z.string(), citation: z.string(), terms: z.string() })),
});
export type ModelSummary = z.infer<typeof ModelSummary>;
