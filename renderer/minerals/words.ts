import type { Body, MineralEntry, nameLanguages, propertyNames } from "../../contract/mindb.ts";

export const bodyName: Record<Body, string> = {
  moon: "Moon",
  mars: "Mars",
  meteorites: "Meteorites",
  asteroids: "Asteroids",
  pangaea_analogue: "PANGAEA sites",
};

type Occurrence = MineralEntry["occurrences"][number];

/** How far a claim can be trusted, as it stands behind the claim. */
export const trustWords: Record<Occurrence["confidence"], string> = {
  sourced: "read in the source",
  measured: "from spectra",
  paragenetic_mode: "from how it forms",
  general_knowledge: "not checked",
};

const order: readonly Occurrence["confidence"][] = ["sourced", "measured", "paragenetic_mode", "general_knowledge"];

/** Occurrences of one body, the best founded first. */
export const occurrencesOn = (entry: MineralEntry, body: Body): Occurrence[] =>
  entry.occurrences
    .filter((o) => o.body === body)
    .sort((a, b) => order.indexOf(a.confidence) - order.indexOf(b.confidence));

/** What the entry is, in one line: "Olivine group, orthorhombic"; without a group its class. */
export const kindOf = ({ group, class: kind, crystalSystem }: MineralEntry): string =>
  [group === undefined ? asSentence(kind) : `${group} group`, crystalSystem].join(", ");

export const languageName: Record<(typeof nameLanguages)[number], string> = {
  en: "English",
  fr: "French",
  de: "German",
  it: "Italian",
};

export const propertyName: Record<(typeof propertyNames)[number], string> = {
  hardness: "Hardness (Mohs)",
  density: "Density",
  colour: "Colour",
  streak: "Streak",
  lustre: "Lustre",
  cleavage: "Cleavage",
};

/** A source of an entry and what rests on it. */
export interface SourceOfEntry {
  readonly source: string;
  /** "Mars", "look-alike Albite", "3 bands". */
  readonly claims: readonly string[];
  readonly confidence: Occurrence["confidence"];
}

/** "measured from RRUFF R040063 … (6 of 7 specimens)" and "median of 17 spectra: RRUFF" → "RRUFF spectra". */
const librariesOf = (source: string): string =>
  `${/^measured from RRUFF/.test(source) ? "RRUFF" : source.replace(/^.*: /, "")} spectra`;

/** The sources of an entry, each once for each confidence, the best founded first. */
export function sourcesOf(entry: MineralEntry): SourceOfEntry[] {
  const bands = [...Map.groupBy(entry.features, ({ source }) => librariesOf(source))];
  const claims: { source: string; claim: string; confidence: Occurrence["confidence"] }[] = [
    { source: "IMA list of minerals by RRUFF", claim: "Formula, crystal system, group", confidence: "sourced" },
    ...entry.occurrences.map(({ body, source, confidence }) => ({ source, claim: bodyName[body], confidence })),
    ...bands.map(([source, list]) => ({
      ...{ source, claim: `${list.length} band${list.length === 1 ? "" : "s"}`, confidence: "measured" as const },
    })),
    ...[...entry.lookAlikes, ...entry.similar].map(({ name, source, confidence }) => ({
      ...{ source, claim: `Look-alike ${name}`, confidence },
    })),
    ...entry.properties.map(({ property, source, confidence }) => ({
      ...{ source, claim: propertyName[property], confidence },
    })),
    ...(entry.significance
      ? [{ source: entry.significance.source, claim: "What it means", confidence: entry.significance.confidence }]
      : []),
    ...(entry.formation.length > 0
      ? [
          {
            source:
              "Hazen R.M., Morrison S.M. (2022) On the paragenetic modes of minerals, American Mineralogist 107, 1262-1287",
            claim: "How it forms",
            confidence: "paragenetic_mode" as const,
          },
        ]
      : []),
  ];
  return [...Map.groupBy(claims, ({ source, confidence }) => `${confidence} ${source}`).values()]
    .flatMap((list) => {
      const [first] = list;
      return first === undefined ? [] : [{ ...first, claims: [...new Set(list.map(({ claim }) => claim))] }];
    })
    .sort((a, b) => order.indexOf(a.confidence) - order.indexOf(b.confidence));
}

/** The catalogue's phrases begin small; standing alone they begin like sentences. */
export const asSentence = (phrase: string): string => phrase.charAt(0).toUpperCase() + phrase.slice(1);

/** Letters of the longest part that a line cannot break; a hyphen stays with the part before it. */
export const lettersOfLongestWord = (name: string): number =>
  Math.max(...name.split(/\s|(?<=-)/).map((word) => word.length));

/** The numbers of a value such as "5.5-6" or "2.65". */
export const numbersOf = (value: string): number[] =>
  [...value.matchAll(/\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits));

/** Where rocks are known. */
export const placeName: Readonly<Record<string, string>> = {
  moon: "Moon",
  mars: "Mars",
  meteorites: "meteorites",
  asteroids: "asteroids",
  earth: "Earth",
  pangaea_analogue: "PANGAEA sites",
};
