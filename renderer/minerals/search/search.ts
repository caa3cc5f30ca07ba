import { bareFormula, bitOf, type Hit, plain, type SearchIndex, strengthWords } from "./index.ts";
import type { LineWanted, Query } from "./query.ts";

/** Letters that may be wrong, as a share of the word; a word of three letters or fewer must be right. */
const fuzzy = (term: string): number | false => (term.length > 3 ? 0.2 : false);
/** Of hits by lines: what a position off by its whole tolerance costs, in steps of strength. */
const offCost = 2;
/** What it is worth, in the same steps, that the mineral is known from the planets or the field sites. */
const planetaryWorth = 1;

/**
 * The minerals that the query wants, best first: names by how well they match, lines by strength and nearness, all else in
 * the order of names. Pure, about a millisecond for 6,000 minerals: it runs at every keystroke.
 */
export function search(index: SearchIndex, query: Query): readonly Hit[] {
  const { entries, hits } = index;
  const passes = filterOf(index, query);
  const found = namesFound(index, query.words);
  if (query.lines.length > 0) return byLine(index, query.lines, found ?? [...entries.keys()], passes);
  if (found === undefined && isEmpty(query)) return hits;
  const out: Hit[] = [];
  const take = (at: number): void => {
    const hit = hits[at];
    if (hit !== undefined && passes(at)) out.push(hit);
  };
  if (found === undefined) for (let at = 0; at < entries.length; at += 1) take(at);
  else found.forEach(take);
  return out;
}

/** No condition but words and lines, which are seen to before. */
const isEmpty = ({ has, hasNot, ...query }: Query): boolean =>
  has.length === 0 &&
  hasNot.length === 0 &&
  (["formula", "body", "class", "crystalSystem", "hardness", "colour"] as const).every((key) => !query[key]);

/** Of the candidates those that have all the lines, the strongest and nearest first, minerals of the planets before others. */
function byLine(
  index: SearchIndex,
  wanted: readonly LineWanted[],
  candidates: readonly number[],
  passes: (at: number) => boolean,
): Hit[] {
  const lines = wanted.map((line) => linesFound(index, line));
  return candidates
    .filter((at) => lines.every((of) => of.has(at)) && passes(at))
    .map((at) => {
      const own = lines.map((of) => of.get(at)).filter((line) => line !== undefined);
      const worth = index.entries[at]?.depth === "full" ? planetaryWorth : 0;
      return { at, rank: own.reduce((sum, { rank }) => sum + rank, worth), words: own.map(({ words }) => words) };
    })
    .sort((a, b) => b.rank - a.rank || a.at - b.at)
    .flatMap(({ at, words }) => {
      const entry = index.entries[at];
      return entry === undefined ? [] : [{ entry, line: words.join("; ") }];
    });
}

/** Indexes by falling score; undefined if no word was typed. A name that is typed in full comes first. */
function namesFound({ names, byId }: SearchIndex, words: string): number[] | undefined {
  if (words.trim() === "") return undefined;
  const whole = byId.get(plain(words.trim()));
  const ids = names.search(words, { fuzzy, prefix: true, combineWith: "AND" }).map(({ id }) => Number(id));
  return whole === undefined ? ids : [whole, ...ids.filter((id) => id !== whole)];
}

function filterOf(index: SearchIndex, query: Query): (at: number) => boolean {
  const { body, has, hasNot, hardness } = query;
  const bit = body === undefined ? 0 : bitOf(body);
  const colour = query.colour && plain(query.colour.trim());
  const formula = query.formula === undefined ? undefined : bareFormula(query.formula);
  return (at) => {
    const entry = index.entries[at];
    const elements = index.elements[at];
    if (entry === undefined || elements === undefined) return false;
    if (bit !== 0 && ((index.bodyBits[at] ?? 0) & bit) === 0) return false;
    if (query.class !== undefined && entry.class !== query.class) return false;
    if (query.crystalSystem !== undefined && !entry.crystalSystem.includes(query.crystalSystem)) return false;
    if (has.some((symbol) => !elements.has(symbol)) || hasNot.some((symbol) => elements.has(symbol))) return false;
    if (formula !== undefined && !(index.formulas[at] ?? "").startsWith(formula)) return false;
    if (colour && !(index.colours[at] ?? "").includes(colour)) return false;
    if (hardness === undefined) return true;
    const [low, high] = [index.hardness[2 * at] ?? Number.NaN, index.hardness[2 * at + 1] ?? Number.NaN];
    return low <= hardness[1] && high >= hardness[0];
  };
}

interface LineFound {
  readonly rank: number;
  readonly words: string;
}

/** Index of the entry → its best line within the tolerance. */
function linesFound(index: SearchIndex, wanted: LineWanted): ReadonlyMap<number, LineFound> {
  return wanted.technique === "libs" ? elementsWithLine(index, wanted) : bandsFound(index, wanted.technique, wanted);
}

function bandsFound(
  { bands }: SearchIndex,
  technique: "raman" | "vnir",
  { position, tolerance }: LineWanted,
): ReadonlyMap<number, LineFound> {
  const { positions, owners, strengths } = bands[technique];
  const found = new Map<number, LineFound>();
  for (let i = 0; i < positions.length; i += 1) {
    const here = positions[i] ?? 0;
    const off = Math.abs(here - position);
    if (off > tolerance) continue;
    const owner = owners[i] ?? 0;
    const strength = strengths[i] ?? 0;
    const rank = strength - (offCost * off) / Math.max(tolerance, 1e-9);
    if (rank <= (found.get(owner)?.rank ?? Number.NEGATIVE_INFINITY)) continue;
    found.set(owner, { rank, words: `${here} ${technique === "raman" ? "cm⁻¹" : "nm"}, ${strengthWords[strength]}` });
  }
  return found;
}

/** Minerals with an element that has a line there; the more of it, the better. */
function elementsWithLine(
  { entries, elementLines }: SearchIndex,
  { position, tolerance }: LineWanted,
): ReadonlyMap<number, LineFound> {
  const lines = Object.entries(elementLines).flatMap(([element, list]) => {
    const near = list.filter(([nm]) => Math.abs(nm - position) <= tolerance);
    const best = near.toSorted((a, b) => b[1] - a[1])[0];
    return best === undefined ? [] : [{ element, nm: best[0], relative: best[1] }];
  });
  const found = new Map<number, LineFound>();
  if (lines.length === 0) return found;
  entries.forEach(({ elements, massFractions }, at) => {
    for (const { element, nm, relative } of lines) {
      if (!elements.includes(element)) continue;
      const rank = relative * (massFractions[element] ?? 0.1);
      if (rank > (found.get(at)?.rank ?? Number.NEGATIVE_INFINITY))
        found.set(at, { rank, words: `${element} ${nm} nm` });
    }
  });
  return found;
}
