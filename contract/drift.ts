import { z } from "zod";
import { techniqueSets } from "./model.ts";

/**
 * unwatched: the package does not say how it did at calibration; waiting: too few spots to say anything; ok: no sign that
 * the model does not fit; watch: the spots are unlike those at calibration in a way that the rocks can explain; drifted:
 * chance and ordinary rocks hardly explain it.
 */
export const DriftState = z.enum(["unwatched", "waiting", "ok", "watch", "drifted"]);
export type DriftState = z.infer<typeof DriftState>;

/** One comparison of recent spots with those at calibration. */
export const DriftTest = z.object({
  id: z.enum(["match", "unknown-share", "confidence", "signal-to-noise"]),
  /** Largest probability of a difference like this, or a larger one, if the spots are like those at calibration. */
  p: z.number().min(0).max(1),
});
export type DriftTest = z.infer<typeof DriftTest>;

/** The spots that were measured with one set of techniques. */
export const TechniqueDrift = z.object({
  techniques: z.enum(techniqueSets),
  state: DriftState,
  /** Spots that were compared. */
  spots: z.int().nonnegative(),
  tests: z.array(DriftTest),
  sentence: z.string(),
});
export type TechniqueDrift = z.infer<typeof TechniqueDrift>;

/** Where the Raman bands of named spots lie, against the catalogue's bands of the same minerals. */
export const AxisDrift = z.object({
  state: DriftState,
  /** Spots whose bands were compared. */
  spots: z.int().nonnegative(),
  /** Median of their offsets: above 0 if the instrument says too high a Raman shift. */
  offsetCm1: z.number().optional(),
  /** Largest probability of so many offsets on one side, if at most half of all spots had one. */
  p: z.number().min(0).max(1),
  sentence: z.string(),
});
export type AxisDrift = z.infer<typeof AxisDrift>;

/** Whether the model still fits what this station measures; the worst of the comparisons speaks for all. */
export const Drift = z.object({
  state: DriftState,
  sentence: z.string(),
  techniques: z.array(TechniqueDrift),
  axis: AxisDrift,
});
export type Drift = z.infer<typeof Drift>;
