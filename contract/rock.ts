import { z } from "zod";
import { Confidence } from "./mindb.ts";

/** Where a sample lay; "meteorite" for a find on Earth that fell from the sky. */
export const places = ["earth", "moon", "mars", "asteroid", "meteorite"] as const;
export const Place = z.enum(places);
export type Place = z.infer<typeof Place>;

/**
 * What a hand lens tells of the size of most grains, with the limits of the rock list: glass; too fine to see (below
 * 0.06 mm); fine to 1 mm; medium to 5 mm; coarse to 30 mm; very coarse above.
 */
export const grainSizes = ["glass", "not visible", "fine", "medium", "coarse", "very coarse"] as const;
export const GrainSize = z.enum(grainSizes);
export type GrainSize = z.infer<typeof GrainSize>;

/** How the grains lie together, one word a rock. */
export const textures = [
  /** Crystals grown into each other. */
  "interlocking",
  /** Larger crystals in a fine or glassy groundmass. */
  "porphyritic",
  /** Full of bubbles. */
  "vesicular",
  "glassy",
  /** Ash, pumice, lapilli, welded shards. */
  "pyroclastic",
  /** Angular fragments in a matrix of broken grains. */
  "breccia",
  /** Fragments in a matrix that was molten. */
  "melt with fragments",
  /** Dark veins or two rocks that cut through each other. */
  "veined",
  /** Rounded pebbles. */
  "conglomerate",
  /** Sand or silt, cemented. */
  "sandy",
  /** Earthy or laminated, no grain to be seen. */
  "muddy",
  /** Not a rock yet: soil. */
  "loose",
  /** Cleavage, schistosity or the bands of a gneiss. */
  "foliated",
  /** An even mosaic of recrystallised grains. */
  "granoblastic",
  /** Layers of different composition. */
  "banded",
  /** Carbonate grains that float in carbonate mud (Dunham). */
  "mud-supported",
  /** Carbonate grains that touch each other (Dunham). */
  "grain-supported",
  /** Corals, algae or microbes that grew in place (Dunham). */
  "organic framework",
  /** A crust or nodules of a soil or a spring. */
  "crust",
  /** Millimetre spheres of a chondrite. */
  "chondrules",
  /** Metal is the frame. */
  "metal frame",
] as const;
export const Texture = z.enum(textures);
export type Texture = z.infer<typeof Texture>;

/** Metal counted as its oxide can exceed 100. */
const weightPercent = z.number().min(0).max(130);

/** Oxides of the whole rock in wt%, as a LIBS raster or a handheld XRF gives them; FeO is all iron, alkalis is Na2O + K2O. */
export const BulkChemistry = z.object({
  SiO2: weightPercent.optional(),
  TiO2: weightPercent.optional(),
  Al2O3: weightPercent.optional(),
  FeO: weightPercent.optional(),
  MgO: weightPercent.optional(),
  CaO: weightPercent.optional(),
  K2O: weightPercent.optional(),
  alkalis: weightPercent.optional(),
});
export type BulkChemistry = z.infer<typeof BulkChemistry>;

/** What a person saw or knows of a sample beside its spots; each is optional. */
export const RockObservations = z.object({
  place: Place.optional(),
  /** In or around an impact crater, or with its marks: shatter cones, splash forms. */
  impact: z.boolean().optional(),
  grain: GrainSize.optional(),
  texture: Texture.optional(),
  chemistry: BulkChemistry.optional(),
});
export type RockObservations = z.infer<typeof RockObservations>;

/** What the eye tells of a single spot: metal, glass and rock fragments are no minerals of a library. */
export const SpotLook = z.enum(["mineral grain", "metal", "glass", "rock fragment"]);
export type SpotLook = z.infer<typeof SpotLook>;

const share = z.number().min(0).max(1);

/** What a sample is made of and what such a rock is called. */
export const RockAssessment = z.object({
  sampleId: z.ulid().optional(),
  spots: z.object({
    counted: z.int().nonnegative(),
    /** Too poor to say anything, so left out of the count. */
    leftOut: z.int().nonnegative(),
  }),
  /** Volume shares with their credible intervals, largest first. */
  minerals: z.array(
    z.object({
      /** A constituent that the schemes count: "olivine", "plagioclase". */
      name: z.string(),
      share,
      low: share,
      high: share,
      /** Probability that the share lies between `low` and `high`. */
      coverage: share,
      /** Minerals that the spots of this constituent were named, IMA names, likeliest first. */
      named: z.array(z.string()),
    }),
  ),
  /** Ranked; the probabilities of all rocks of the list add up to 1, and the list may be cut. */
  rocks: z.array(
    z.object({
      name: z.string(),
      probability: share,
      scheme: z.string(),
      rule: z.string(),
      source: z.string(),
      confidence: Confidence,
      /** The observation that this name waits for, absent if there is none. */
      needs: z.string().optional(),
    }),
  ),
  /** For people, in one or two sentences. */
  sentence: z.string(),
});
export type RockAssessment = z.infer<typeof RockAssessment>;
