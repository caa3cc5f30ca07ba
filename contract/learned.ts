import { z } from "zod";
import { Technique } from "./spectrum.ts";

/** A mineral taught in the field from the measurements of one spot. It holds for the data folder, across sessions. */
export const LearnedMineral = z.object({
  learnedId: z.ulid(),
  /** An IMA name, or a name of one's own ("Site mineral A"). */
  name: z.string().min(1).max(80),
  technique: Technique,
  /** The measurements that it was learned from, of the session whose journal holds this. */
  measurementIds: z.array(z.ulid()).min(1),
  /** The package that was active; another one computes from the same measurements what it compares with. */
  model: z.object({ id: z.string(), version: z.string(), sha256: z.string() }),
});
export type LearnedMineral = z.infer<typeof LearnedMineral>;
