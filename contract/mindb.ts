import { z } from "zod";
import { Constituent } from "./rocks/constituents.ts";

/** Places whose geology the catalogue speaks of, in the order the card shows them. */
export const bodies = ["moon", "mars", "meteorites", "asteroids", "pangaea_analogue"] as const;
export const Body = z.enum(bodies);
export type Body = z.infer<typeof Body>;

/**
 * How far a claim can be trusted: `sourced` was seen in the cited text; `paragenetic_mode` follows from the mineral's
 * mode (Hazen and Morrison 2022); `general_knowledge` was not checked against the cited text; `measured` was computed
 * from measured spectra.
 */
export const Confidence = z.enum(["sourced", "paragenetic_mode", "general_knowledge", "measured"]);

export const Occurrence = z.object({
  body: Body,
  setting: z.string(),
  abundance: z.string(),
  evidence: z.string(),
  source: z.string(),
  confidence: Confidence,
});

/** A diagnostic band: position in cm⁻¹ (Raman shift) or nm (wavelength in air). */
export const Feature = z.object({
  technique: z.enum(["raman", "vnir"]),
  position: z.number(),
  strength: z.string(),
  /** Empty where nobody has said what vibrates or absorbs. */
  assignment: z.string(),
  source: z.string(),
});
export type Feature = z.infer<typeof Feature>;

/** Another mineral that this one is taken for, and what separates the two. */
export const LookAlike = z.object({
  name: z.string(),
  separatedBy: z.string(),
  how: z.string(),
  source: z.string(),
  confidence: Confidence,
});
export type LookAlike = z.infer<typeof LookAlike>;

/** Chemical classes by the rule of `chemistry/class.ts`: what the formula's anion is. */
export const mineralClasses = [
  "element or alloy",
  "sulfide",
  "oxide or hydroxide",
  "halide",
  "carbonate",
  "nitrate or iodate",
  "borate",
  "sulfate",
  "chromate, molybdate or tungstate",
  "phosphate, arsenate or vanadate",
  "silicate",
  "organic",
  "water",
] as const;
export const MineralClass = z.enum(mineralClasses);
export type MineralClass = z.infer<typeof MineralClass>;

/** Languages that the catalogue knows common names in. */
export const nameLanguages = ["en", "fr", "de", "it"] as const;

/** Another name: a common name in a language, a variety, or an old or differently spelled name. */
export const OtherName = z.object({
  name: z.string(),
  kind: z.enum(["common", "variety", "old name", "spelling", "group"]),
  language: z.enum(nameLanguages).optional(),
});
export type OtherName = z.infer<typeof OtherName>;

export const propertyNames = ["hardness", "density", "colour", "streak", "lustre", "cleavage"] as const;

/** What a hand lens, a steel nail or a balance tells. Hardness: Mohs; density: g/cm³; both a number or a range "5.5-6". */
export const Property = z.object({
  property: z.enum(propertyNames),
  value: z.string(),
  source: z.string(),
  confidence: Confidence,
});
export type Property = z.infer<typeof Property>;

export const likelihoods = ["likely", "possible", "unlikely", "unknown"] as const;
/** Whether a technique can be expected to see and name the mineral, by the rule in {@link CatalogueTables}. */
export const Likelihood = z.object({
  likelihood: z.enum(likelihoods),
  because: z.string(),
  confidence: Confidence,
});
export type Likelihood = z.infer<typeof Likelihood>;

/** A catalogue entry. Names are IMA names. */
export const MineralEntry = z.object({
  name: z.string(),
  /** `full`: a mineral with a planetary fact, told in full; `short`: any other species of the IMA list. */
  depth: z.enum(["full", "short"]),
  formula: z.string(),
  elements: z.array(z.string()),
  class: MineralClass,
  crystalSystem: z.string(),
  spaceGroup: z.string().optional(),
  /** Structural group of the IMA list, absent if the species is in none. */
  group: z.string().optional(),
  imaNumber: z.string().optional(),
  otherNames: z.array(OtherName),
  /** Element → mass fraction, computed from the IMA formula; `massFractionsApproximate` if sites are shared. */
  massFractions: z.record(z.string(), z.number()),
  massFractionsApproximate: z.boolean(),
  /** Paragenetic modes, keys of the catalogue's table of them. */
  formation: z.array(z.string()),
  /** Age of the oldest find on Earth or in meteorites, million years. */
  oldestMa: z.number().optional(),
  properties: z.array(Property),
  /** What a find means, in two sentences. */
  significance: z.object({ text: z.string(), source: z.string(), confidence: Confidence }).optional(),
  occurrences: z.array(Occurrence),
  features: z.array(Feature),
  detection: z.object({ raman: Likelihood, vnir: Likelihood, libs: Likelihood }).optional(),
  lookAlikes: z.array(LookAlike),
  /** Minerals with nearly the same Raman bands, or the same elements: computed, not told by a text. */
  similar: z.array(LookAlike),
  /** Names of rocks in the catalogue's table that it is a constituent of. */
  rocks: z.array(z.string()),
});
export type MineralEntry = z.infer<typeof MineralEntry>;

/** A way in which minerals form: the title as published, and what it says in plain words after "It …" and "a sign of …". */
const Mode = z.object({ title: z.string(), forms: z.string(), means: z.string() });

/** An element's strongest lines: wavelength in air (nm), intensity over its strongest line, ion stage (1: neutral). */
const ElementLine = z.tuple([z.number(), z.number(), z.int()]);

const Percent = z.number().min(0).max(100);

/** A diagram that names rocks: corners that stand for constituents, and fields between them. */
export const Diagram = z.object({
  id: z.string(),
  title: z.string(),
  /** Three or four corners; x and y in units of a side, y downwards. `constituents` as a rock assessment names them. */
  corners: z.array(
    z.object({ label: z.string(), name: z.string(), constituents: z.array(z.string()), x: z.number(), y: z.number() }),
  ),
  /** Polygons; each vertex is the share of each corner in per cent. */
  fields: z.array(z.object({ name: z.string(), polygon: z.array(z.array(Percent)) })),
  note: z.string().optional(),
  source: z.string(),
  confidence: Confidence,
});
export type Diagram = z.infer<typeof Diagram>;

/** A rock as published: what it is made of and the rule that names it. */
export const RockEntry = z.object({
  name: z.string(),
  class: z.string(),
  bodies: z.array(z.string()),
  constituents: z.array(Constituent),
  scheme: z.string(),
  rule: z.string(),
  /** Entries of this catalogue that its constituents mean. */
  minerals: z.array(z.string()),
  /** The diagram that it is named in, and its field there. */
  diagram: z.string().optional(),
  field: z.string().optional(),
  note: z.string().optional(),
  source: z.string(),
  confidence: Confidence,
});
export type RockEntry = z.infer<typeof RockEntry>;

/** What the entries refer to and what stands beside them. */
export const CatalogueTables = z.object({
  modes: z.record(z.string(), Mode),
  elementLines: z.record(z.string(), z.array(ElementLine)),
  rocks: z.array(RockEntry),
  diagrams: z.array(Diagram),
  glossary: z.array(z.object({ term: z.string(), text: z.string() })),
  /** How the likelihoods of detection were found, in words. */
  detectionRules: z.object({ raman: z.string(), vnir: z.string(), libs: z.string() }),
});
export type CatalogueTables = z.infer<typeof CatalogueTables>;

/** The catalogue as it ships: one versioned file. */
export const MinDbPack = z.object({
  format: z.literal("lithoscope-mindb/2"),
  /** Changes whenever an entry or a table does: the first 12 digits of the SHA-256 of both. */
  version: z.string(),
  /** The day its sources were last changed, ISO 8601: of two packs the later is used. */
  released: z.iso.date(),
  credits: z.array(z.object({ source: z.string(), citation: z.string() })),
  tables: CatalogueTables,
  entries: z.array(MineralEntry),
});
export type MinDbPack = z.infer<typeof MinDbPack>;
