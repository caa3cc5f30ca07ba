import type { Body, MineralEntry } from "../../contract/mindb.ts";

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

/** What the entry is, in one line: "Olivine group, orthorhombic". */
export const kindOf = (entry: MineralEntry): string =>
  [entry.group && `${entry.group} group`, entry.crystalSystem.replaceAll("|", " or ")].filter(Boolean).join(", ");

/** The catalogue's phrases begin small; standing alone they begin like sentences. */
export const asSentence = (phrase: string): string => phrase.charAt(0).toUpperCase() + phrase.slice(1);

/** Letters of the longest part that a line cannot break; a hyphen stays with the part before it. */
export const lettersOfLongestWord = (name: string): number =>
  Math.max(...name.split(/\s|(?<=-)/).map((word) => word.length));
