import { type ElementSymbol, elementName } from "../../../contract/elements.ts";
import type { Body, MineralClass } from "../../../contract/mindb.ts";
import { type LineWanted, parseQuery, type Query, usualTolerance } from "./query.ts";

/** What a person set beside the search field, as it stands in its fields. */
export interface Filters {
  readonly body?: Body | undefined;
  readonly class?: MineralClass | undefined;
  readonly crystalSystem?: string | undefined;
  readonly has: string;
  readonly hasNot: string;
  readonly line: string;
  readonly technique: LineWanted["technique"];
  /** Empty: the usual one of the technique. */
  readonly tolerance: string;
  readonly hardnessFrom: string;
  readonly hardnessTo: string;
  readonly colour: string;
}

export const noFilters: Filters = {
  ...{ has: "", hasNot: "", line: "", technique: "raman", tolerance: "", hardnessFrom: "", hardnessTo: "" },
  colour: "",
};

/** The search field and the filters together; what cannot be read asks for nothing. */
export function queryOf(text: string, filters: Filters): Query {
  const typed = parseQuery(text);
  const line = number(filters.line);
  const [from, to] = [number(filters.hardnessFrom), number(filters.hardnessTo)];
  const { technique } = filters;
  const tolerance = number(filters.tolerance) ?? usualTolerance[technique];
  return {
    ...typed,
    has: [...typed.has, ...symbolsOf(filters.has)],
    hasNot: [...typed.hasNot, ...symbolsOf(filters.hasNot)],
    lines: [...typed.lines, ...(line === undefined ? [] : [{ technique, position: line, tolerance }])],
    ...(filters.body && { body: filters.body }),
    ...(filters.class && { class: filters.class }),
    ...(filters.crystalSystem && { crystalSystem: filters.crystalSystem }),
    ...(filters.colour.trim() !== "" && { colour: filters.colour }),
    ...((from !== undefined || to !== undefined) && { hardness: [from ?? 0, to ?? 10] as const }),
  };
}

/** "Fe, mg Al" → Fe, Mg, Al; what is no element is passed over. */
export const symbolsOf = (text: string): ElementSymbol[] =>
  text
    .split(/[^A-Za-z]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .filter((word): word is ElementSymbol => Object.hasOwn(elementName, word));

/** How many filters are set, for the button that shows them. */
export function countOf({ body, class: kind, crystalSystem, ...filters }: Filters): number {
  const { has, hasNot, line, hardnessFrom, hardnessTo, colour } = filters;
  return [body, kind, crystalSystem, has, hasNot, line, hardnessFrom || hardnessTo, colour].filter(Boolean).length;
}

function number(text: string): number | undefined {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
