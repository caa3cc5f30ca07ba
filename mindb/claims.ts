import type { z } from "zod";
import type { Confidence, MinDbPack, MineralEntry } from "../contract/mindb.ts";

/** One statement of the catalogue. `confidence` general_knowledge: unsourced. */
export interface Claim {
  readonly of: string;
  readonly kind: string;
  readonly text: string;
  readonly confidence: z.infer<typeof Confidence>;
}

/** From the IMA list, which names the source of all of them. */
const fromList = (entry: MineralEntry): Claim[] => {
  const claim = (kind: string, text: string): Claim => ({ of: entry.name, kind, text, confidence: "sourced" });
  return [
    claim("formula", entry.formula),
    claim("crystal system", entry.crystalSystem),
    ...(entry.group === undefined ? [] : [claim("group", entry.group)]),
    ...(entry.spaceGroup === undefined ? [] : [claim("space group", entry.spaceGroup)]),
    ...(entry.oldestMa === undefined ? [] : [claim("oldest find", `${entry.oldestMa} Ma`)]),
  ];
};

/**
 * The statements of one entry, as a screen shows them. Not counted: the class (it follows from the formula), rocks (which
 * are claims of the rocks) and synonyms of the measured libraries.
 */
export function claimsOf(entry: MineralEntry, elementLines: MinDbPack["tables"]["elementLines"]): Claim[] {
  const { name } = entry;
  const claim = (kind: string, text: string, confidence: Claim["confidence"]): Claim => ({
    ...{ of: name, kind, text, confidence },
  });
  return [
    ...fromList(entry),
    ...entry.formation.map((mode) => claim("way of forming", `PM${mode}`, "paragenetic_mode")),
    ...entry.occurrences.map((o) => claim("occurrence", `${o.body}: ${o.setting}, ${o.abundance}`, o.confidence)),
    ...entry.features.map((f) => claim("band", `${f.technique} ${f.position}`, "measured")),
    ...entry.elements
      .filter((symbol) => symbol in elementLines)
      .map((symbol) => claim("lines of an element", symbol, "sourced")),
    ...(Object.keys(entry.massFractions).length === 0
      ? []
      : [claim("mass fractions", "from the formula and NIST's atomic weights", "measured")]),
    ...entry.similar.map((l) => claim("computed look-alike", l.how, l.confidence)),
    ...entry.lookAlikes.map((l) => claim("look-alike", l.how, l.confidence)),
    ...entry.properties.map((p) => claim(`property: ${p.property}`, p.value, p.confidence)),
    ...(entry.significance ? [claim("significance", entry.significance.text, entry.significance.confidence)] : []),
    ...Object.entries(entry.detection ?? {}).map(([technique, d]) =>
      claim(`detection by ${technique}`, `${d.likelihood}: ${d.because}`, d.confidence),
    ),
    ...entry.otherNames
      .filter(({ kind }) => kind === "common")
      .map((other) => claim("common name", `${other.language}: ${other.name}`, "general_knowledge")),
  ];
}

/** The statements on rocks and diagrams. */
export function rockClaims({ rocks, diagrams }: MinDbPack["tables"]): Claim[] {
  return [
    ...rocks.map(
      (r): Claim => ({ of: r.name, kind: "rock", text: `${r.scheme}: ${r.rule}`, confidence: r.confidence }),
    ),
    ...diagrams.map((d): Claim => ({ of: d.title, kind: "diagram", text: d.source, confidence: d.confidence })),
  ];
}

export interface ClaimCount {
  readonly claims: number;
  readonly unsourced: number;
  readonly share: number;
}

export function countOf(claims: readonly Claim[]): ClaimCount {
  const unsourced = claims.filter(isUnsourced).length;
  return { claims: claims.length, unsourced, share: unsourced / Math.max(1, claims.length) };
}

export const isUnsourced = ({ confidence }: Claim): boolean => confidence === "general_knowledge";

/** What is unsourced, as text to be read and worked off: the counts by kind, then each statement, by mineral. */
export function unsourcedReport(pack: MinDbPack): string {
  const full = pack.entries
    .filter(({ depth }) => depth === "full")
    .flatMap((entry) => claimsOf(entry, pack.tables.elementLines));
  const all = [
    ...pack.entries.flatMap((entry) => claimsOf(entry, pack.tables.elementLines)),
    ...rockClaims(pack.tables),
  ];
  const row = (what: string, { claims, unsourced, share }: ClaimCount) =>
    `| ${what} | ${claims} | ${unsourced} | ${(100 * share).toFixed(1)} % |`;
  const kind = ({ kind: word }: Claim) => word.replace(/: .*/, "").replace(/ by .*/, "");
  const kinds = [...Map.groupBy(full, kind)].sort(([a], [b]) => (a < b ? -1 : 1));
  const listed = all.filter(isUnsourced).filter((claim) => !(claim.kind === "common name"));
  const byOwner = [...Map.groupBy(listed, ({ of }) => of)];
  return [
    `# What the catalogue says without a source (version ${pack.version})`,
    "",
    "Written by `npm run mindb`. Unsourced means: from general knowledge, or from a table that nobody verified, or a work is",
    "named where such facts are kept, but the text was not seen. The screens mark each of them as not checked.",
    "",
    "| statements | all | unsourced | share |",
    "|---|---|---|---|",
    row("whole catalogue", countOf(all)),
    row("full entries", countOf(full)),
    ...kinds.map(([word, claims]) => row(`full entries: ${word}`, countOf(claims))),
    "",
    "Not counted: the class, which follows from the formula, and a mineral's rocks, which are statements on the rocks.",
    "Common names in English, French, German and Italian are all unsourced and not listed one by one.",
    "",
    ...byOwner.flatMap(([of, claims]) => [`* **${of}**`, ...claims.map((c) => `  * ${c.kind}: ${c.text}`)]),
    "",
  ].join("\n");
}
