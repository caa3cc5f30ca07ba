import { z } from "zod";

/** Chemical elements that occur in minerals, by symbol, in the order of their atomic number; names in British spelling. */
export const elementName = {
  H: "hydrogen",
  He: "helium",
  Li: "lithium",
  Be: "beryllium",
  B: "boron",
  C: "carbon",
  N: "nitrogen",
  O: "oxygen",
  F: "fluorine",
  Ne: "neon",
  Na: "sodium",
  Mg: "magnesium",
  Al: "aluminium",
  Si: "silicon",
  P: "phosphorus",
  S: "sulphur",
  Cl: "chlorine",
  Ar: "argon",
  K: "potassium",
  Ca: "calcium",
  Sc: "scandium",
  Ti: "titanium",
  V: "vanadium",
  Cr: "chromium",
  Mn: "manganese",
  Fe: "iron",
  Co: "cobalt",
  Ni: "nickel",
  Cu: "copper",
  Zn: "zinc",
  Ga: "gallium",
  Ge: "germanium",
  As: "arsenic",
  Se: "selenium",
  Br: "bromine",
  Kr: "krypton",
  Rb: "rubidium",
  Sr: "strontium",
  Y: "yttrium",
  Zr: "zirconium",
  Nb: "niobium",
  Mo: "molybdenum",
  Tc: "technetium",
  Ru: "ruthenium",
  Rh: "rhodium",
  Pd: "palladium",
  Ag: "silver",
  Cd: "cadmium",
  In: "indium",
  Sn: "tin",
  Sb: "antimony",
  Te: "tellurium",
  I: "iodine",
  Xe: "xenon",
  Cs: "caesium",
  Ba: "barium",
  La: "lanthanum",
  Ce: "cerium",
  Pr: "praseodymium",
  Nd: "neodymium",
  Pm: "promethium",
  Sm: "samarium",
  Eu: "europium",
  Gd: "gadolinium",
  Tb: "terbium",
  Dy: "dysprosium",
  Ho: "holmium",
  Er: "erbium",
  Tm: "thulium",
  Yb: "ytterbium",
  Lu: "lutetium",
  Hf: "hafnium",
  Ta: "tantalum",
  W: "tungsten",
  Re: "rhenium",
  Os: "osmium",
  Ir: "iridium",
  Pt: "platinum",
  Au: "gold",
  Hg: "mercury",
  Tl: "thallium",
  Pb: "lead",
  Bi: "bismuth",
  Po: "polonium",
  At: "astatine",
  Rn: "radon",
  Fr: "francium",
  Ra: "radium",
  Ac: "actinium",
  Th: "thorium",
  Pa: "protactinium",
  U: "uranium",
} as const;
export type ElementSymbol = keyof typeof elementName;
export const elementSymbols = Object.keys(elementName) as [ElementSymbol, ...ElementSymbol[]];
export const ElementSymbol = z.enum(elementSymbols);

/** A mass fraction of the whole mineral, oxygen and water included: 0.34 is 34 wt%. */
const MassFraction = z.number().min(0).max(1);

/**
 * What a LIBS spectrum says of one element. `found`: its lines are there. `excluded`: they are not, though they would be
 * seen; `high` is then the most that can hide. `unsure`: lines out of range, or under others. `low` to `high` holds the mass
 * fraction 9 times in 10; absent where the amount was not estimated.
 */
export const ElementFinding = z.object({
  state: z.enum(["found", "excluded", "unsure"]),
  massFraction: MassFraction.optional(),
  low: MassFraction.optional(),
  high: MassFraction.optional(),
});
export type ElementFinding = z.infer<typeof ElementFinding>;

/** Elements that are not named were not looked for. */
export const ElementFindings = z.partialRecord(ElementSymbol, ElementFinding);
export type ElementFindings = z.infer<typeof ElementFindings>;

/** consistent: what was found fits the formula. contradicts: an element too many or too few. open: nothing decides. */
export const ElementVerdict = z.enum(["consistent", "contradicts", "open"]);
export type ElementVerdict = z.infer<typeof ElementVerdict>;

/** One candidate's formula against the elements that were found and excluded. */
export const ElementCheck = z.object({
  name: z.string(),
  verdict: ElementVerdict,
  /** For people; contradictions first. */
  sentences: z.array(z.string()),
});
export type ElementCheck = z.infer<typeof ElementCheck>;

export const ElementsAnswer = z.object({ findings: ElementFindings, checks: z.array(ElementCheck) });
export type ElementsAnswer = z.infer<typeof ElementsAnswer>;
