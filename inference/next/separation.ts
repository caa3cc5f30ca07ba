import type { z } from "zod";
import { elementName } from "../../contract/elements.ts";
import type { LookAlike } from "../../contract/mindb.ts";
import { type Technique, techniqueName } from "../../contract/spectrum.ts";
import type { Band, BandTable } from "../bands.ts";
import { undecidedByLibs } from "../stoichiometry/check.ts";
import { compositionIn, type Range } from "./similarity.ts";

export type KnownLookAlike = z.infer<typeof LookAlike>;

/** What separates two minerals in a technique, in words that follow "Raman: ". */
export function separation(
  table: BandTable,
  one: string,
  other: string,
  technique: Technique,
  outside?: Range,
): string {
  const words = technique === "libs" ? byElement(table, one, other) : byBand(table, one, other, technique, outside);
  return words ?? `it tells ${one} from ${other}`;
}

/** Bands nearer than this many widths are the same band in two minerals, shifted; cm⁻¹ and nm. */
const sameBand = { raman: 25, vnir: 150 } as const;
/** A shift that a field instrument resolves: more than its own shift of up to 5 cm⁻¹ leaves in doubt; VNIR by width. */
const leastShift = { raman: 3, vnir: 8 } as const;
/** A band so broad is spoken of by its region: "the 1.1 µm band". */
const broadNm = 200;

function byBand(
  table: BandTable,
  one: string,
  other: string,
  technique: "raman" | "vnir",
  outside: Range | undefined,
): string | undefined {
  const [a, b] = [table.of(one, technique), table.of(other, technique)];
  if (a === undefined || b === undefined) return undefined;
  const from = Math.max(a.range[0], b.range[0]);
  const to = Math.min(a.range[1], b.range[1]);
  const usable = ({ position }: Band) =>
    position >= from && position <= to && !(outside && position >= outside[0] && position <= outside[1]);
  let best: { worth: number; words: string } | undefined;
  for (const [mine, yours, owner, stranger] of [
    [a.bands, b.bands, one, other],
    [b.bands, a.bands, other, one],
  ] as const) {
    for (const band of mine.filter(usable)) {
      const near = yours
        .filter(({ position }) => Math.abs(position - band.position) <= sameBand[technique])
        .reduce<Band | undefined>((x, y) => (x && gap(x, band) <= gap(y, band) ? x : y), undefined);
      const apart = near === undefined ? 1 : shiftWorth(gap(near, band), band, technique);
      // Nearly equal bands do not tell; a band that the other shows weakly tells by what it is stronger.
      const contrast = near === undefined ? band.low : Math.min(band.low, near.low) * apart;
      if (contrast <= (best?.worth ?? 0)) continue;
      const words =
        near === undefined
          ? `the ${place(band, technique)} band tells ${owner} from ${stranger}`
          : `the ${at(band, technique)} band of ${owner} lies at ${at(near, technique)} in ${stranger}`;
      best = { worth: contrast, words };
    }
  }
  return best?.words;
}

const gap = (a: Band, b: Band): number => Math.abs(a.position - b.position);

function shiftWorth(shift: number, { width }: Band, technique: "raman" | "vnir"): number {
  return shift < leastShift[technique] ? 0 : Math.min(1, shift / Math.max(leastShift[technique], width));
}

function byElement(table: BandTable, one: string, other: string): string | undefined {
  const [a, b] = [compositionIn(table, one), compositionIn(table, other)];
  if (a === undefined || b === undefined) return undefined;
  const amounts = [...new Set([...a.elements.keys(), ...b.elements.keys()])]
    .filter((symbol) => !undecidedByLibs.has(symbol))
    .map((symbol) => {
      const [mine, yours] = [a.elements.get(symbol)?.nominal ?? 0, b.elements.get(symbol)?.nominal ?? 0];
      return { symbol, mine, yours, worth: Math.abs(Math.log((mine + 0.01) / (yours + 0.01))) };
    });
  const [best] = amounts.sort((x, y) => y.worth - x.worth);
  if (best === undefined || best.worth < 0.1) return undefined;
  const [rich, poor] = best.mine > best.yours ? [one, other] : [other, one];
  const [more, less] = [Math.max(best.mine, best.yours), Math.min(best.mine, best.yours)];
  return `${elementName[best.symbol]} tells ${rich} (${percent(more)}) from ${poor} (${percent(less)})`;
}

const percent = (share: number): string => (share < 0.005 ? "none" : `${Math.round(100 * share)} wt%`);

function place(band: Band, technique: "raman" | "vnir"): string {
  return technique === "vnir" && band.width >= broadNm
    ? `${(band.position / 1000).toFixed(1)} µm`
    : at(band, technique);
}

const at = ({ position }: Band, technique: "raman" | "vnir"): string =>
  `${Math.round(position)} ${technique === "raman" ? "cm⁻¹" : "nm"}`;

/** Whether the catalogue says that the technique separates the pair. */
export function namesTechnique({ separatedBy }: KnownLookAlike, technique: Technique): boolean {
  return separatedBy.includes(techniqueName[technique]);
}

/** Marks of a clause that speaks of a technique; a LIBS line is an element with its wavelength. */
const marks: Record<Technique, RegExp> = {
  raman: /cm-1|Raman/,
  vnir: /VNIR|(?<![A-Z][a-z]? (?:I+ )?[\d., ]*)\b\d{3,4} nm/,
  libs: /LIBS|\blines?\b|\b[A-Z][a-z]? (?:I+ )?\d{3}\.\d/,
};

/**
 * What the catalogue says of the pair in that technique, as a sentence with both names in its order: "Raman tells Calcite
 * from Dolomite: v1 1086 against 1098 cm⁻¹." Undefined if none of its clauses speaks of the technique.
 */
export function catalogueSentence({ how }: KnownLookAlike, technique: Technique): string | undefined {
  const [, first, second, text] = /^(.+?) against (.+?): (.+)$/s.exec(how) ?? [];
  if (first === undefined || second === undefined || text === undefined) return undefined;
  const clauses = text.split("; ").filter((clause) => marks[technique].test(clause));
  const foreign = (clause: string) => technique !== "raman" && /cm-1/.test(clause);
  const own = clauses.filter((clause) => !foreign(clause));
  if (own.length === 0) return undefined;
  return `${techniqueName[technique]} tells ${first} from ${second}: ${own.join("; ").replaceAll("cm-1", "cm⁻¹")}.`;
}
