import type { Likelihood, MineralEntry } from "../contract/mindb.ts";

/** The rules below in words, for the screen. */
export const detectionRules = {
  raman:
    "Likely: a reference of three or more spectra. Possible: a reference of one or two. Unlikely: a metal or alloy, which " +
    "gives no lines. Not known: no reference.",
  vnir: "Likely: a reference with a dip of 8 % or more. Possible: weaker dips. Not known: no reference.",
  libs:
    "Likely: all elements of the formula that air does not have show listed lines, and at most three minerals have just " +
    "these elements. Possible: lines of all, but more minerals share them. Unlikely: an element of 5 wt% or more has no listed line.",
} as const;

/** Carbon and its like are no metals: they have Raman lines. */
const covalent = new Set(["C", "Si", "S", "Se", "Te", "P", "As", "Sb", "Bi", "B", "N"]);
/** Given by air and moisture, so they do not speak for a mineral. */
const inAir = new Set(["O", "H", "N"]);
/** The rule's "three or more spectra". */
const severalSpectra = 3;
/** The rule's "at most three minerals". */
const fewSharers = 3;

type Judged = Pick<MineralEntry, "class" | "elements" | "massFractions" | "features">;

/** What each technique can be expected to say of a mineral. `ramanSpectra`: how many the Raman reference is of, 0 without. */
export function detectionOf(
  entry: Judged,
  ramanSpectra: number,
  sharers: number,
  hasLines: (element: string) => boolean,
): NonNullable<MineralEntry["detection"]> {
  return {
    raman: raman(entry, ramanSpectra),
    vnir: vnir(entry),
    libs: libs(entry, sharers, hasLines),
  };
}

function raman({ class: kind, elements }: Judged, spectra: number): Likelihood {
  if (spectra >= severalSpectra) return measured("likely", `the reference is of ${spectra} spectra`);
  if (spectra > 0) {
    return measured(
      "possible",
      spectra === 1 ? "the reference is one spectrum" : `the reference is ${spectra} spectra`,
    );
  }
  if (kind === "element or alloy" && !elements.some((symbol) => covalent.has(symbol))) {
    return known("unlikely", "metals give no Raman lines");
  }
  return measured("unknown", "there is no reference");
}

function vnir({ features }: Judged): Likelihood {
  const dips = features.filter(({ technique }) => technique === "vnir");
  const deep = dips.filter(({ strength }) => strength !== "weak");
  const at = (list: typeof dips) => list.map(({ position }) => Math.round(position)).join(", ");
  if (deep.length > 0) return measured("likely", `dips at ${at(deep)} nm`);
  if (dips.length > 0) return measured("possible", `weak dips at ${at(dips)} nm`);
  return measured("unknown", "there is no reference");
}

function libs(
  { elements, massFractions }: Judged,
  sharers: number,
  hasLines: (element: string) => boolean,
): Likelihood {
  const telling = elements.filter((symbol) => !inAir.has(symbol));
  const silent = telling.filter((symbol) => !hasLines(symbol) && (massFractions[symbol] ?? 1) >= 0.05);
  if (silent.length > 0) return measured("unlikely", `no listed line of ${silent.join(", ")}`);
  if (telling.length === 0) return measured("unlikely", "its elements are those of air and water");
  const shown = `lines of ${telling.join(", ")}`;
  if (sharers <= fewSharers) {
    const others = sharers - 1;
    return measured(
      "likely",
      others === 0
        ? `${shown}; no other mineral has just these`
        : `${shown}; ${others} other${others === 1 ? " has" : "s have"} just these`,
    );
  }
  return measured("possible", `${shown}, as in ${sharers - 1} other minerals`);
}

const measured = (likelihood: Likelihood["likelihood"], because: string): Likelihood => ({
  ...{ likelihood, because, confidence: "measured" },
});
const known = (likelihood: Likelihood["likelihood"], because: string): Likelihood => ({
  ...{ likelihood, because, confidence: "general_knowledge" },
});
