import type { CatalogueTables, Diagram, MinDbPack, MineralEntry } from "../contract/mindb.ts";
import { claimsOf, countOf, rockClaims } from "./claims.ts";
import { collections } from "./credits.ts";
import { elementsOf } from "./formula.ts";
import type { Sources } from "./sources.ts";

type Content = Pick<MinDbPack, "entries" | "tables">;

/**
 * Where a band can lie. Raman (cm⁻¹): from where filters cut the laser line to above the OH stretch near 3700.
 * VNIR (nm): the range of the field spectrometers behind the libraries (ASD, 350 to 2500).
 */
const bandRange = { raman: [50, 4200], vnir: [350, 2500] } as const;

/** Fractions are rounded to four digits, so a sum may be off by half a digit for each element; the most hold 25. */
const sumTolerance = 25 * 0.00005;
/** What two ways of computing a mass fraction may differ by: 0.5 wt%. */
const massTolerance = 0.005;
/** Formulas that the source reads otherwise, for a reason that was looked at. */
const readOtherwise: Readonly<Record<string, string>> = {
  Comancheite: "the source takes the range N3-24 for a subtraction",
};
/** The most that may be unsourced, as a share of all statements. */
const mostUnsourced = 0.15;

/** What does not agree with itself or with its sources, one sentence each; empty if all is well. */
export function problemsOf({ entries, tables }: Content, sources: Pick<Sources, "species">): string[] {
  const names = new Set(entries.map(({ name }) => name));
  return [
    ...repeatedNames(entries),
    ...sources.species.filter(({ name }) => !names.has(name)).map(({ name }) => `${name} has no entry`),
    ...entries.flatMap(compositionProblems),
    ...massProblems(entries, sources),
    ...entries.flatMap(sourceProblems),
    ...entries.flatMap(bandProblems),
    ...entries.flatMap((entry) => danglingProblems(entry, names, tables)),
    ...lookAlikeProblems(entries),
    ...entries.filter(({ depth }) => depth === "full").flatMap((entry) => lackingOf(entry, tables.elementLines)),
    ...tables.diagrams.flatMap(diagramProblems),
    ...rockProblems(tables, names),
    ...unsourcedProblems({ entries, tables }),
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

/** The mass fractions were computed by another program, too; the two must agree. */
function massProblems(entries: MineralEntry[], { species }: Pick<Sources, "species">): string[] {
  const given = new Map(species.map((row) => [row.name, row.mass_fractions_of_source]));
  return entries.flatMap(({ name, massFractions }) => {
    const source = (given.get(name) ?? "").split(";").filter((part) => part !== "");
    if (source.length === 0 || Object.keys(massFractions).length === 0 || name in readOtherwise) return [];
    return source.flatMap((part) => {
      const [element = "", fraction] = part.split(":");
      const own = massFractions[element] ?? 0;
      if (Math.abs(own - Number(fraction)) <= massTolerance) return [];
      return [`${name}: ${element} is ${own} of the mass by the formula, ${fraction} by the source`];
    });
  });
}

function sourceProblems({ name, ...entry }: MineralEntry): string[] {
  const { occurrences, features, lookAlikes, similar, properties, significance } = entry;
  const sources = [...occurrences, ...features, ...lookAlikes, ...similar, ...properties].map(({ source }) => source);
  if (significance !== undefined) sources.push(significance.source);
  return sources.filter((source) => source.trim() === "").map(() => `${name}: a fact without a source`);
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

/** Every name that an entry refers to must be there. */
function danglingProblems(entry: MineralEntry, names: ReadonlySet<string>, tables: CatalogueTables): string[] {
  const rocks = new Set(tables.rocks.map(({ name }) => name));
  const missing = [
    ...[...entry.lookAlikes, ...entry.similar].map(({ name }) => name).filter((name) => !names.has(name)),
    ...entry.rocks.filter((rock) => !rocks.has(rock)),
    ...entry.formation.filter((mode) => tables.modes[mode] === undefined).map((mode) => `mode ${mode}`),
  ];
  return missing.map((name) => `${entry.name} refers to ${name}, which is not there`);
}

/** A pair must be told on both entries in the same words. */
function lookAlikeProblems(entries: MineralEntry[]): string[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return entries.flatMap(({ name, lookAlikes, similar }) =>
    [...lookAlikes, ...similar].flatMap((alike) => {
      const other = byName.get(alike.name);
      const told = [...(other?.lookAlikes ?? []), ...(other?.similar ?? [])].some(
        (back) => back.name === name && back.how === alike.how,
      );
      return told ? [] : [`${name} is taken for ${alike.name}, but ${alike.name} does not say so`];
    }),
  );
}

/** What a full entry has to have and this one lacks: a find with a source, a spectral feature, likelihoods, a meaning. */
export function lackingOf(entry: MineralEntry, elementLines: CatalogueTables["elementLines"]): string[] {
  const { name, occurrences, formation, features, elements, detection, significance } = entry;
  const isSourced = occurrences.some(({ confidence }) => confidence !== "general_knowledge") || formation.length > 0;
  const hasFeature = features.length > 0 || elements.some((symbol) => symbol in elementLines);
  return [
    ...(isSourced ? [] : [`${name}: no find or way of forming with a source`]),
    ...(hasFeature ? [] : [`${name}: no band and no line`]),
    ...(detection === undefined ? [`${name}: nobody says which technique sees it`] : []),
    ...(significance === undefined ? [`${name}: nobody says what it means`] : []),
  ];
}

/** Vertices add up to 100, and the fields fill the figure without overlap: their areas add up to its area. */
function diagramProblems({ id, corners, fields }: Diagram): string[] {
  const problems = fields.flatMap(({ name, polygon }) =>
    polygon.some((vertex) => vertex.length !== corners.length || Math.abs(sum(vertex) - 100) > 0.01)
      ? [`${id}, ${name}: a vertex does not add up to 100`]
      : [],
  );
  const at = (vertex: readonly number[]): [number, number] => [
    sum(vertex.map((share, i) => (share / 100) * (corners[i]?.x ?? 0))),
    sum(vertex.map((share, i) => (share / 100) * (corners[i]?.y ?? 0))),
  ];
  // Four corners are those of a double triangle: first, third, fourth, second go around it.
  const outline = corners.length === 4 ? [0, 2, 3, 1] : corners.map((_, i) => i);
  const whole = area(outline.map((i): [number, number] => [corners[i]?.x ?? 0, corners[i]?.y ?? 0]));
  const filled = sum(fields.map(({ polygon }) => area(polygon.map(at))));
  if (Math.abs(filled - whole) > 0.001 * whole) {
    problems.push(`${id}: the fields fill ${(filled / whole).toFixed(3)} of the figure`);
  }
  return problems;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Area of a polygon (shoelace formula). */
function area(polygon: readonly (readonly [number, number])[]): number {
  const twice = polygon.map(([x, y], i) => {
    const [nextX, nextY] = polygon[(i + 1) % polygon.length] ?? [x, y];
    return x * nextY - nextX * y;
  });
  return Math.abs(sum(twice)) / 2;
}

function rockProblems({ rocks, diagrams }: CatalogueTables, names: ReadonlySet<string>): string[] {
  const byId = new Map(diagrams.map((diagram) => [diagram.id, diagram]));
  return rocks.flatMap(({ name, minerals, diagram, field }) => [
    ...minerals.filter((mineral) => !names.has(mineral)).map((mineral) => `${name}: ${mineral} has no entry`),
    ...(diagram === undefined || byId.get(diagram)?.fields.some((known) => known.name === field)
      ? []
      : [`${name}: no field ${field} in the diagram ${diagram}`]),
  ]);
}

function unsourcedProblems({ entries, tables }: Content): string[] {
  const full = entries.filter(({ depth }) => depth === "full").flatMap((entry) => claimsOf(entry, tables.elementLines));
  const counts = {
    "full entries": countOf(full),
    "whole catalogue": countOf([
      ...entries.flatMap((entry) => claimsOf(entry, tables.elementLines)),
      ...rockClaims(tables),
    ]),
  };
  return Object.entries(counts)
    .filter(([, { share }]) => share > mostUnsourced)
    .map(([what, { share }]) => `${what}: ${(100 * share).toFixed(1)} % of the statements are unsourced`);
}
