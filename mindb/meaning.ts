import type { CatalogueTables, MineralEntry } from "../contract/mindb.ts";

type Significance = NonNullable<MineralEntry["significance"]>;

const written = "general mineralogical knowledge, not checked against a text";
/** The source of all paragenetic modes. */
export const modesSource =
  "Hazen R.M., Morrison S.M. (2022) On the paragenetic modes of minerals, American Mineralogist 107, 1262-1287, by way of RRUFF's export of the IMA list";

/** Ways of forming that are told in one sentence. */
const mostModes = 3;

/**
 * What a find means, in two sentences: those written for the mineral, else put together from its paragenetic modes in the
 * order of their table, which goes from stardust to slag. Undefined if nothing is known of how it forms.
 */
export function significanceOf(
  text: string | undefined,
  formation: readonly string[],
  modes: CatalogueTables["modes"],
): Significance | undefined {
  if (text !== undefined) return { text, source: written, confidence: "general_knowledge" };
  const ways = formation.map((mode) => modes[mode]).filter((mode) => mode !== undefined);
  const [first] = ways;
  if (first === undefined) return undefined;
  const told = ways.slice(0, mostModes).map(({ forms }) => forms);
  const signs = [...new Set(ways.slice(0, 2).map(({ means }) => means))];
  const more = ways.length > mostModes ? `, and in ${ways.length - mostModes} more ways` : "";
  return {
    text: `It ${listed(told, ", or ")}${more}. A find is a sign of ${listed(signs, ", or of ")}.`,
    source: modesSource,
    confidence: "paragenetic_mode",
  };
}

function listed(words: readonly string[], last: string): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")}${last}${words.at(-1)}`;
}
