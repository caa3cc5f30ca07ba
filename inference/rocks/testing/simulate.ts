import { readFileSync } from "node:fs";
import { z } from "zod";
import {
  type BulkChemistry,
  type GrainSize,
  grainSizes,
  type Place,
  type RockObservations,
  type SpotLook,
  type Texture,
} from "../../../contract/rock.ts";
import { normal, type Random } from "../../../spectra/random.ts";
import type { RockSpot } from "../evidence.ts";
import type { RockFacts } from "../facts.ts";
import { chemistryOf, looksOf } from "../schemes/looks.ts";
import { accessories, densityOf, mineralsOfTerm } from "./minerals.ts";

/**
 * Samples of the listed rocks as a person and the machine would meet them: a mode within the published ranges, spots on
 * it, and for each spot an answer. Uses the published facts and its own tables, none of the namer's code.
 */

const Answers = z.object({
  answers: z.record(
    z.string(),
    z.array(z.object({ unknown: z.number(), minerals: z.array(z.tuple([z.string(), z.number()])) })),
  ),
  compositions: z.record(z.string(), z.record(z.string(), z.number())),
  shapes: z.array(z.object({ unknown: z.number(), rank: z.int(), probabilities: z.array(z.number()) })),
});
const library = Answers.parse(JSON.parse(readFileSync(new URL("answers.json", import.meta.url), "utf8")));
const measuredMinerals = Object.keys(library.answers);

/** Constituents for rocks whose published rule is no list of ranges: term → [low, high] in vol%, and what the sum must meet. */
interface Plan {
  readonly ranges: readonly (readonly [term: string, low: number, high: number])[];
  readonly holds?: (shares: Readonly<Record<string, number>>) => boolean;
}

const share = (shares: Readonly<Record<string, number>>, term: string): number => shares[term] ?? 0;
const gabbroic = (place: Place, ranges: Plan["ranges"], holds?: Plan["holds"]): Plan => ({
  // Highland limits of the Moon: what has more than 60 % plagioclase has another name there.
  ranges: [["plagioclase", 10, place === "moon" ? 60 : 90], ...ranges],
  ...(holds && { holds }),
});
const carbonateRock: Plan["ranges"] = [
  ["calcite", 90, 100],
  ["clay, quartz", 0, 10],
];
const quartzOfQfl = (s: Readonly<Record<string, number>>) =>
  share(s, "quartz") / (share(s, "quartz") + share(s, "feldspar") + share(s, "lithics"));

const plans: Readonly<Record<string, (place: Place) => Plan>> = {
  norite: (place) =>
    gabbroic(
      place,
      [
        ["orthopyroxene", 5, 90],
        ["clinopyroxene", 0, 5],
        ["olivine", 0, 5],
      ],
      (s) => share(s, "orthopyroxene") >= 19 * share(s, "clinopyroxene"),
    ),
  gabbro: (place) =>
    gabbroic(
      place,
      [
        ["clinopyroxene", 5, 90],
        ["orthopyroxene", 0, 5],
        ["olivine", 0, 5],
      ],
      (s) => share(s, "clinopyroxene") >= 19 * share(s, "orthopyroxene"),
    ),
  gabbronorite: (place) =>
    gabbroic(
      place,
      [
        ["clinopyroxene", 1, 85],
        ["orthopyroxene", 1, 85],
        ["olivine", 0, 5],
      ],
      (s) => {
        const ortho = share(s, "orthopyroxene") / (share(s, "orthopyroxene") + share(s, "clinopyroxene"));
        return ortho >= 0.05 && ortho <= 0.95;
      },
    ),
  troctolite: (place) =>
    gabbroic(place, [
      ["olivine", 10, 90],
      ["pyroxene", 0, 5],
    ]),
  tuff: () => ({
    ranges: [
      ["glass and crystals", 40, 100],
      ["zeolite", 0, 60],
      ["clay", 0, 40],
    ],
  }),
  "shocked gneiss or granite": () => ({
    ranges: [
      ["quartz and its glass", 20, 40],
      ["feldspar", 40, 60],
      ["mica", 5, 25],
    ],
  }),
  "impact melt breccia (crystalline)": () => ({
    ranges: [
      ["plagioclase An75-95", 25, 63],
      ["pyroxene", 10, 36],
      ["clasts", 10, 50],
    ],
    holds: (s) => {
      const matrix = 100 - share(s, "clasts");
      const [p, x] = [share(s, "plagioclase An75-95") / matrix, share(s, "pyroxene") / matrix];
      return matrix >= 50 && p >= 0.5 && p <= 0.7 && x >= 0.2 && x <= 0.4;
    },
  }),
  "impact melt rock": () => ({
    ranges: [
      ["crystalline or glassy melt matrix", 50, 100],
      ["clasts", 0, 50],
    ],
  }),
  "quartz arenite": () => ({
    ranges: [
      ["quartz", 75, 100],
      ["feldspar", 0, 5],
      ["lithics", 0, 5],
      ["clay", 0, 15],
    ],
    holds: (s) => quartzOfQfl(s) >= 0.95,
  }),
  arkose: () => ({
    ranges: [
      ["quartz", 25, 75],
      ["feldspar", 25, 75],
      ["lithics", 0, 25],
    ],
    holds: (s) => share(s, "feldspar") > 3 * share(s, "lithics"),
  }),
  litharenite: () => ({
    ranges: [
      ["quartz", 5, 75],
      ["feldspar", 0, 25],
      ["lithics", 10, 95],
      ["clay", 0, 15],
    ],
    holds: (s) => share(s, "lithics") > 3 * share(s, "feldspar"),
  }),
  conglomerate: () => ({
    ranges: [
      ["rounded clasts > 2 mm", 30, 90],
      ["sand matrix", 10, 60],
    ],
  }),
  "sedimentary breccia": () => ({
    ranges: [
      ["angular clasts > 2 mm", 30, 95],
      ["sand matrix", 5, 70],
    ],
  }),
  "lime mudstone / wackestone": () => ({ ranges: carbonateRock }),
  "packstone / grainstone": () => ({ ranges: carbonateRock }),
  boundstone: () => ({
    ranges: [
      ["calcite or dolomite", 90, 100],
      ["clay, quartz", 0, 10],
    ],
  }),
  quartzite: () => ({
    ranges: [
      ["quartz", 80, 100],
      ["silicates of a quartzite", 0, 20],
    ],
  }),
  marble: () => ({
    ranges: [
      ["calcite or dolomite", 50, 100],
      ["silicates of a marble", 0, 50],
    ],
  }),
  hornfels: () => ({
    ranges: [
      ["cordierite, andalusite, diopside, wollastonite by protolith", 15, 80],
      ["silicates of a hornfels", 20, 85],
    ],
  }),
};

/** One word stands for either of two minerals, in one rock only one of them. */
const eitherOr = new Set([
  "calcite or dolomite",
  "opal or quartz",
  "nepheline or analcime",
  "magnetite or metal",
  "pigeonite or opx",
]);

/** Shares of minerals (they add up to 1) of one sample of the rock. */
export function drawSample(facts: RockFacts, place: Place, random: Random): Map<string, number> {
  const plan = plans[facts.name]?.(place) ?? {
    ranges: facts.constituents.map(({ term, range }) => {
      if (range === undefined) throw new Error(`${facts.name} needs a plan.`);
      return [term, ...range] as const;
    }),
  };
  const minerals = new Map<string, number>();
  const add = (name: string, amount: number): void => {
    minerals.set(name, (minerals.get(name) ?? 0) + amount / 100);
  };
  for (const [term, amount] of Object.entries(drawShares(plan, random))) {
    if (term === "accessories") {
      add(choose(accessories, random), amount);
      continue;
    }
    const members = Object.entries(mineralsOfTerm[term] ?? {});
    if (members.length === 0) throw new Error(`Nobody has said which minerals "${term}" is.`);
    if (eitherOr.has(term)) {
      add(choose(members, random)[0], amount);
      continue;
    }
    // Any division about as likely as any other, in the mean that of the table.
    const pieces = members.map(([name, weight]) => [name, weight * -Math.log(1 - random())] as const);
    const sum = pieces.reduce((total, [, piece]) => total + piece, 0);
    for (const [name, piece] of pieces) add(name, (amount * piece) / sum);
  }
  return minerals;
}

/** Each range drawn evenly, all but one; that one is what is left, and the draw counts only if it fits. Sum 100. */
function drawShares({ ranges, holds }: Plan, random: Random): Record<string, number> {
  const most = ranges.reduce((sum, [, , high]) => sum + high, 0);
  const all = [...ranges, ["accessories", 0, Math.max(0, 100 - most) + 2] as const];
  const widest = all.reduce(
    (best, range, i) => (range[2] - range[1] > (all[best]?.[2] ?? 0) - (all[best]?.[1] ?? 0) ? i : best),
    0,
  );
  for (let tried = 0; tried < 200_000; tried++) {
    const drawn = all.map(([term, low, high], i) => [term, i === widest ? 0 : low + random() * (high - low)] as const);
    const left = 100 - drawn.reduce((sum, [, amount]) => sum + amount, 0);
    const [, low, high] = all[widest] ?? ["", 0, 0];
    if (left < low || left > high) continue;
    const shares = Object.fromEntries(drawn.map(([term, amount], i) => [term, i === widest ? left : amount]));
    if (holds === undefined || holds(shares)) return shares;
  }
  throw new Error(`No mode fits ${JSON.stringify(ranges)}.`);
}

export interface AnswerOptions {
  /** Spots whose spectrum is too poor to name, e.g. saturated by fluorescence. */
  readonly poor: number;
  /** Spots of known minerals that look like nothing in the library. */
  readonly unknown: number;
  /** How often the person notes that a spot is metal, glass or a rock fragment where it is. */
  readonly noted: number;
  /** All grains of a mineral in a sample answer like one specimen, so that an error repeats; else any held-out specimen. */
  readonly oneSpecimen: boolean;
  /** The machine names every mineral rightly and with certainty: what is left then is chance and the list itself. */
  readonly perfect: boolean;
}

export const realistic: AnswerOptions = { poor: 0.05, unknown: 0.05, noted: 0.85, oneSpecimen: false, perfect: false };

/** Names that a mineral without a second specimen is taken for, nearest first. */
const lookAlikes: Readonly<Record<string, readonly string[]>> = {
  Omphacite: ["Jadeite", "Diopside", "Augite", "Aegirine"],
  Pigeonite: ["Clinoenstatite", "Augite", "Enstatite", "Diopside"],
  Annite: ["Phlogopite", "Siderophyllite", "Muscovite"],
  Antigorite: ["Lizardite", "Chrysotile", "Talc"],
  Lizardite: ["Antigorite", "Chrysotile", "Clinochlore"],
  Saponite: ["Talc", "Montmorillonite", "Hectorite"],
  Cronstedtite: ["Lizardite", "Berthierine", "Chamosite"],
  Montmorillonite: ["Nontronite", "Saponite", "Beryl"],
  Kaolinite: ["Dickite", "Nacrite", "Halloysite"],
  "Phillipsite-Ca": ["Phillipsite-Na", "Harmotome", "Gismondine-Ca"],
  Chromite: ["Magnesiochromite", "Spinel", "Hercynite"],
  Merrillite: ["Whitlockite", "Fluorapatite"],
  Chlorapatite: ["Fluorapatite", "Hydroxylapatite"],
  Bassanite: ["Gypsum", "Anhydrite"],
  Kieserite: ["Szomolnokite", "Gunningite"],
  Hexahydrite: ["Epsomite", "Bianchite", "Starkeyite"],
  Halite: ["Sylvite", "Chlorargyrite"],
};

/** Spots on a sample and what the machine says of each. */
export function drawSpots(
  minerals: ReadonlyMap<string, number>,
  count: number,
  options: AnswerOptions,
  random: Random,
): RockSpot[] {
  const specimen = new Map<string, number>();
  return Array.from({ length: count }, () => {
    let at = random() * [...minerals.values()].reduce((sum, amount) => sum + amount, 0);
    let mineral = "";
    for (const [name, amount] of minerals) {
      mineral = name;
      at -= amount;
      if (at < 0) break;
    }
    return spotOn(mineral, options, specimen, random);
  });
}

function spotOn(mineral: string, options: AnswerOptions, specimen: Map<string, number>, random: Random): RockSpot {
  const lookWords: Readonly<Record<string, SpotLook>> = {
    "+metal": "metal",
    "+troilite": "metal",
    "+glass": "glass",
    "+maskelynite": "glass",
    "+fragment": "rock fragment",
  };
  const look = lookWords[mineral];
  const spot = (answer: Answer, poor: boolean): RockSpot => ({
    identification: {
      ...answer,
      quality: {
        raman: { verdict: poor ? "poor" : "good", weight: poor ? 0 : 1, signalToNoise: poor ? 2 : 40, checks: [] },
      },
    },
    look: look !== undefined && random() < options.noted ? look : "mineral grain",
  });
  if (options.perfect)
    return spot(
      {
        unknown: mineral.startsWith("+") ? 1 : 0,
        minerals: [{ name: mineral, probability: mineral.startsWith("+") ? 0 : 1 }],
      },
      false,
    );
  if (mineral === "+fragment") {
    return spot(
      answerFor(choose(["Albite", "Quartz", "Augite", "Calcite", "Muscovite"], random), options, specimen, random),
      random() < options.poor,
    );
  }
  if (mineral === "+troilite" && random() < 0.5)
    return spot(madeUp("Troilite", ["Pyrrhotite", "Pyrite", "Mackinawite"], random), false);
  if (mineral.startsWith("+")) {
    // Metal and glass have no bands of their own: half such spots are too poor, the others look like nothing known.
    return spot(lost(random), random() < 0.5);
  }
  if (random() < options.poor) return spot(lost(random), true);
  if (random() < options.unknown) return spot(lost(random), false);
  return spot(answerFor(mineral, options, specimen, random), false);
}

type Answer = Pick<RockSpot["identification"], "minerals" | "unknown">;

/** What the machine said of a held-out specimen of the mineral, or what it might say of one that has none. */
function answerFor(
  mineral: string,
  { oneSpecimen }: AnswerOptions,
  specimen: Map<string, number>,
  random: Random,
): Answer {
  const said = library.answers[mineral];
  if (said === undefined) return madeUp(mineral, lookAlikes[mineral] ?? [], random);
  const which = specimen.get(mineral) ?? Math.floor(random() * said.length);
  if (oneSpecimen) specimen.set(mineral, which);
  const answer = said[which] ?? { unknown: 0, minerals: [] };
  return { unknown: answer.unknown, minerals: answer.minerals.map(([name, probability]) => ({ name, probability })) };
}

/** The shape of some real answer, with the mineral where the truth stood and its look-alikes around it. */
function madeUp(mineral: string, alike: readonly string[], random: Random): Answer {
  const { unknown, rank, probabilities } = choose(library.shapes, random);
  const others = [...alike, ...Array.from({ length: 10 }, () => choose(measuredMinerals, random))]
    .filter((name) => name !== mineral)
    .values();
  return {
    unknown,
    minerals: probabilities.map((probability, i) => ({
      name: i === rank ? mineral : (others.next().value ?? "Quartz"),
      probability,
    })),
  };
}

/** More likely than not "not in the library", with a few names at random. */
function lost(random: Random): Answer {
  const unknown = 0.5 + 0.45 * random();
  const p = (1 - unknown) * (0.1 + 0.3 * random());
  return {
    unknown,
    minerals: [p, p / 2, p / 3, p / 4].map((probability) => ({ name: choose(measuredMinerals, random), probability })),
  };
}

/** What is told beside the spots. */
export interface SeenOptions {
  readonly place: boolean;
  readonly lens: boolean;
  readonly chemistry: boolean;
}

const placeOf = {
  earth: "earth",
  pangaea_analogue: "earth",
  moon: "moon",
  mars: "mars",
  asteroids: "asteroid",
  meteorites: "meteorite",
} as const;

/** A body of the list for this sample, each alike. */
export function drawPlace(facts: RockFacts, random: Random): Place {
  return choose([...new Set(facts.bodies.map((body) => placeOf[body]))], random);
}

/** One observation in ten is not made, one in twenty is wrong: the next grain size, a texture of another rock. */
const notMade = 0.1;
const wrong = 0.05;

export function drawObservations(
  facts: RockFacts,
  place: Place,
  seen: SeenOptions,
  minerals: ReadonlyMap<string, number>,
  random: Random,
): RockObservations {
  const looks = looksOf[facts.name];
  if (looks === undefined) throw new Error(`${facts.name} has no looks.`);
  const observations: {
    place?: Place;
    impact?: boolean;
    grain?: GrainSize;
    texture?: Texture;
    chemistry?: BulkChemistry;
  } = {};
  if (seen.place) observations.place = place;
  if (seen.lens) {
    if (random() >= notMade) {
      const grain = choose(looks.grains, random);
      const beside = grainSizes[grainSizes.indexOf(grain) + (random() < 0.5 ? 1 : -1)] ?? grain;
      observations.grain = random() < wrong ? beside : grain;
    }
    if (random() >= notMade) {
      const texture = choose(looks.textures, random);
      const others = Object.values(looksOf).flatMap(({ textures }) => textures);
      observations.texture = random() < wrong ? choose(others, random) : texture;
    }
    if (place === "earth" || place === "mars") observations.impact = random() < (facts.class === "impact" ? 0.95 : 0.1);
  }
  if (seen.chemistry) observations.chemistry = analysed(facts, bulkOf(facts, minerals, random), random);
  return observations;
}

/** Oxide → the element that it tells of, and oxide by element in mass. */
const oxideOf = {
  SiO2: { Si: 2.139 },
  TiO2: { Ti: 1.668 },
  Al2O3: { Al: 1.889 },
  FeO: { Fe: 1.286 },
  MgO: { Mg: 1.658 },
  CaO: { Ca: 1.399 },
  K2O: { K: 1.205 },
  alkalis: { Na: 1.348, K: 1.205 },
} as const satisfies Record<keyof BulkChemistry, Record<string, number>>;
type Oxide = keyof typeof oxideOf;
const analysedOxides = Object.keys(oxideOf) as Oxide[];

/**
 * Mass fractions of what the catalogue has none for: kamacite, FeS, CaS, feldspar glass as labradorite; and minerals whose
 * formula leaves the water open.
 */
const otherCompositions: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "+metal": { Fe: 0.92 },
  "+troilite": { Fe: 0.635, S: 0.365 },
  "+oldhamite": { Ca: 0.556, S: 0.444 },
  "+maskelynite": { Si: 0.253, Al: 0.155, Ca: 0.085, Na: 0.035 },
  Opal: { Si: 0.43 },
  Montmorillonite: { Si: 0.21, Al: 0.1, Mg: 0.02, Na: 0.01 },
  Nontronite: { Si: 0.2, Fe: 0.22, Al: 0.02 },
};

/** Minerals whose formula here is the magnesian end of a series that rocks have with iron. */
const magnesian = new Set([
  "Forsterite",
  "Enstatite",
  "Pigeonite",
  "Diopside",
  "Augite",
  "Phlogopite",
  "Clinochlore",
  "Pargasite",
  "Actinolite",
  "Pyrope",
  "Cordierite",
]);

/** Iron for magnesium, as a mole fraction: what the list says of the rock, else what rocks commonly have. */
function ironShare({ constituents, rule }: RockFacts, random: Random): number {
  const fayalite = constituents.flatMap(({ term }) => /Fa(\d+)-(\d+)/.exec(term) ?? []);
  const magnesiumNumber = constituents.flatMap(({ term }) => /Mg# (\d+)-(\d+)/.exec(term) ?? []);
  const between = (low: number, high: number) => low + random() * (high - low);
  if (fayalite.length > 0) return between(Number(fayalite[1]), Number(fayalite[2])) / 100;
  if (magnesiumNumber.length > 0) return 1 - between(Number(magnesiumNumber[1]), Number(magnesiumNumber[2])) / 100;
  return /FeO-free/.test(rule) ? between(0, 0.02) : between(0.08, 0.35);
}

/** Oxides of the whole sample in wt%, or nothing where more than a tenth is of no stated composition (glass, fragments). */
function bulkOf(
  facts: RockFacts,
  minerals: ReadonlyMap<string, number>,
  random: Random,
): Partial<Record<Oxide, number>> {
  const iron = ironShare(facts, random);
  const sums: Record<string, number> = {};
  let mass = 0;
  let unstated = 0;
  for (const [mineral, share] of minerals) {
    const elements = otherCompositions[mineral] ?? library.compositions[mineral];
    if (elements === undefined) {
      unstated += share;
      continue;
    }
    const weight = share * (densityOf[mineral] ?? 2.7);
    mass += weight;
    const moved = magnesian.has(mineral) ? iron * (elements.Mg ?? 0) : 0;
    for (const [element, fraction] of Object.entries(elements))
      sums[element] = (sums[element] ?? 0) + weight * fraction;
    sums.Mg = (sums.Mg ?? 0) - weight * moved;
    sums.Fe = (sums.Fe ?? 0) + weight * moved * (55.85 / 24.31);
  }
  if (unstated > 0.1) return {};
  const oxides = analysedOxides.map((oxide) => {
    const factors: Readonly<Record<string, number>> = oxideOf[oxide];
    return [
      oxide,
      Object.entries(factors).reduce((sum, [element, factor]) => sum + (100 * factor * (sums[element] ?? 0)) / mass, 0),
    ];
  });
  return Object.fromEntries(oxides);
}

/** The analysis of a bulk, with its errors (wt%, one standard deviation); the rule's own limits go before the mode. */
function analysed(facts: RockFacts, bulk: Partial<Record<Oxide, number>>, random: Random): BulkChemistry {
  const error = { SiO2: 3, TiO2: 0.5, Al2O3: 2, FeO: 1.5, MgO: 1.5, CaO: 1.5, K2O: 0.4, alkalis: 0.7 } as const;
  const found: BulkChemistry = {};
  for (const oxide of analysedOxides) {
    const limits = chemistryOf[facts.name]?.[oxide];
    const value = limits === undefined ? bulk[oxide] : limits[0] + random() * (limits[1] - limits[0]);
    if (value !== undefined) found[oxide] = Math.min(130, Math.max(0, value + error[oxide] * normal(random)));
  }
  return found;
}

function choose<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("Nothing to choose from.");
  return item;
}
