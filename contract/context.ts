import { z } from "zod";

/**
 * Where the rock may come from. `anywhere` says nothing and is what holds until a person chooses. The last four are the
 * PANGAEA field sites of the planetary tables; `dolomites` is Bletterbach and its Groeden, Bellerophon and Athesian beds.
 */
export const contexts = ["anywhere", "moon", "mars", "meteorite", "lanzarote", "ries", "dolomites", "lofoten"] as const;
export const Context = z.enum(contexts);
export type Context = z.infer<typeof Context>;

/** The place as people read it behind "from": "from the Moon". */
export const contextName: Record<Context, string> = {
  anywhere: "anywhere",
  moon: "the Moon",
  mars: "Mars",
  meteorite: "a meteorite",
  lanzarote: "Lanzarote",
  ries: "the Ries",
  dolomites: "the Dolomites",
  lofoten: "Lofoten",
};

/** What the chosen place did to the answer; never hidden. */
export const ContextEffect = z.object({
  context: Context,
  /** The most that a common mineral gained over an unlisted one for this answer; 1: the place changed nothing. */
  factor: z.number().min(1),
  /** Leading names with and without the place, probabilities of the whole answer. Most probable with the place first. */
  minerals: z.array(z.object({ name: z.string(), without: z.number().min(0).max(1), with: z.number().min(0).max(1) })),
});
export type ContextEffect = z.infer<typeof ContextEffect>;
