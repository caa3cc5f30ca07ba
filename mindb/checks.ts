import type { MineralEntry } from "../contract/mindb.ts";
import { collections } from "./credits.ts";
import { elementsOf } from "./formula.ts";

/**
 * Where a band can lie. Raman (cm⁻¹): from where filters cut the laser line to above the OH stretch near 3700.
 * VNIR (nm): the range of the field spectrometers behind the libraries (ASD, 350 to 2500).
 */
const bandRange = { raman: [50, 4200], vnir: [350, 2500] } as const;

/** Fractions are rounded to four digits, so a sum may be off by half a digit for each element; none holds 20. */
const sumTolerance = 20 * 0.00005;

/** What does not agree with itself in the entries, one sentence each; empty if all is well. */
export function problemsOf(entries: MineralEntry[], imaNames: ReadonlySet<string>): string[] {
  return [
    ...repeatedNames(entries),
    ...entries.filter(({ name }) => !imaNames.has(name)).map(({ name }) => `${name} is not a name of the IMA list`),
    ...entries.flatMap(compositionProblems),
    ...entries.flatMap(sourceProblems),
    ...entries.flatMap(bandProblems),
    ...lookAlikeProblems(entries, imaNames),
  ];
}

function repeatedNames(entries: MineralEntry[]): string[] {
  const seen = new Set<string>();
  return entries
    .filter(({ name }) => seen.size === seen.add(name).size)
    .map(({ name }) => `${name} has more than one entry`);
}

function compositionProblems({ name, formula, elements, massFractions }: MineralEntry): string[] {
  const problems: string[] = [];
  const inFormula = elementsOf(formula).join(" ");
  if (inFormula === "") problems.push(`${name}: no element in the formula ${formula}`);
  if ([...elements].sort().join(" ") !== inFormula) problems.push(`${name}: the elements are not those of ${formula}`);
  const weighed = Object.keys(massFractions).sort();
  if (weighed.length === 0) return problems; // a formula with an unknown count has none
  if (weighed.join(" ") !== inFormula) problems.push(`${name}: the mass fractions are not of the formula's elements`);
  const sum = Object.values(massFractions).reduce((total, fraction) => total + fraction, 0);
  if (Math.abs(sum - 1) > sumTolerance) problems.push(`${name}: the mass fractions add up to ${sum.toFixed(4)}`);
  return problems;
}

function sourceProblems({ name, occurrences, features, lookAlikes }: MineralEntry): string[] {
  const facts = [...occurrences, ...features, ...lookAlikes];
  return facts.filter(({ source }) => source.trim() === "").map(() => `${name}: a fact without a source`);
}

function bandProblems({ name, features }: MineralEntry): string[] {
  return features.flatMap(({ technique, position, source }) => {
    const [low, high] = bandRange[technique];
    const problems: string[] = [];
    if (position < low || position > high) problems.push(`${name}: no ${technique} band can lie at ${position}`);
    const libraries = source.replace(/^.*: /, "").split(", ");
    const uncredited = libraries.filter((library) => !isCredited(library));
    return [...problems, ...uncredited.map((library) => `${name}: nobody is credited for ${library}`)];
  });
}

function isCredited(library: string): boolean {
  return collections.some(({ namedAs }) => namedAs.some((known) => library.includes(known)));
}

/** A pair must be told on both entries in the same words; the other side may lie outside the pack. */
function lookAlikeProblems(entries: MineralEntry[], imaNames: ReadonlySet<string>): string[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return entries.flatMap(({ name, lookAlikes }) =>
    lookAlikes.flatMap((alike) => {
      const other = byName.get(alike.name);
      if (other === undefined) {
        return imaNames.has(alike.name) ? [] : [`${name}: the look-alike ${alike.name} is not a name of the IMA list`];
      }
      const told = other.lookAlikes.some((back) => back.name === name && back.how === alike.how);
      return told ? [] : [`${name} is taken for ${alike.name}, but ${alike.name} does not say so`];
    }),
  );
}
