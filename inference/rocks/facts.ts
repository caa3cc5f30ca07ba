import { z } from "zod";
import { Constituent } from "../../contract/rocks/constituents.ts";
import rocks from "./rocks.json" with { type: "json" };

/** The facts on one rock, as published; what follows from them for a name is decided in `schemes/`. */
export const RockFacts = z.object({
  name: z.string(),
  class: z.enum(["igneous plutonic", "igneous volcanic", "meteorite", "impact", "sedimentary", "metamorphic"]),
  /** Where such rocks are known. */
  bodies: z.array(z.enum(["moon", "mars", "meteorites", "asteroids", "earth", "pangaea_analogue"])).min(1),
  constituents: z.array(Constituent).min(1),
  scheme: z.string(),
  rule: z.string(),
  source: z.string(),
  /** `sourced`: rule or composition was seen in the cited text; `general_knowledge`: not checked against it. */
  confidence: z.enum(["sourced", "general_knowledge"]),
  note: z.string().optional(),
});
export type RockFacts = z.infer<typeof RockFacts>;

let loaded: RockFacts[] | undefined;

/** The rocks that ship with this version, in the order of the list, read once. Throws ZodError if the file is damaged. */
export function rockFacts(): readonly RockFacts[] {
  loaded ??= z.array(RockFacts).parse(rocks);
  return loaded;
}
