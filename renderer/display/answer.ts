import { type AnswerKind, answerKind, type Identification, undecidedSentence } from "../../contract/identification.ts";
import { mixtureOf, spokenMixture } from "./mixture.ts";
import { percentText, wholePercents } from "./percent.ts";

/** One line of the answer. `percent` is whole and adds up to 100; absent where the names are only the nearest ones. */
export interface AnswerRow {
  readonly kind: "mineral" | "more" | "others";
  readonly name: string;
  readonly percent?: number;
}

export interface Answer {
  readonly kind: AnswerKind;
  /** Inside the bracket, most probable first. Empty if no name reaches the coverage, or the kind is not `named`. */
  readonly set: readonly AnswerRow[];
  /** Below the bracket: the next names, "others". */
  readonly rest: readonly AnswerRow[];
}

/** With more names than this in the set, {@link namesShown} stand and "and n more" follows. */
const mostNames = 4;
const namesShown = 3;
/** Named rows beyond the set, as long as all fit on the screen. */
const roomForNames = 3;
/** Below this share "others" is not worth a line (half a per cent rounds away). */
const negligible = 0.005;

/** The rows that the screen shows of an identification. */
export function answerOf(identification: Identification): Answer {
  const kind = answerKind(identification);
  const names = identification.set.names;
  const inSet = kind === "named" ? identification.minerals.filter((m) => names.includes(m.name)) : [];
  const outside = identification.minerals.filter((m) => !inSet.includes(m));
  // A name of the set that the list no longer holds still counts among the "more".
  const setSize = kind === "named" ? names.length : 0;
  const shown = setSize > mostNames ? inSet.slice(0, namesShown) : inSet;
  const hidden = inSet.slice(shown.length);

  const set = shown.map((m) => ({ kind: "mineral" as const, name: m.name, share: m.probability }));
  const more = {
    kind: "more" as const,
    name: `and ${setSize - shown.length} more`,
    share: hidden.reduce((sum, m) => sum + m.probability, 0),
  };
  const setRows = setSize > shown.length ? [...set, more] : set;

  const next = outside
    .slice(0, Math.max(0, roomForNames - setRows.length))
    .map((m) => ({ kind: "mineral" as const, name: m.name, share: m.probability }));
  // Probabilities are given that the mineral is in the library; where that is in doubt they are no numbers to show.
  if (kind === "unknown") return { kind, set: [], rest: next.map(({ name }) => ({ kind: "mineral", name })) };
  const left = Math.max(0, 1 - [...setRows, ...next].reduce((sum, row) => sum + row.share, 0));
  const restRows = left < negligible ? next : [...next, { kind: "others" as const, name: "Others", share: left }];

  const all = [...setRows, ...restRows];
  const percents = wholePercents(all.map((row) => row.share));
  const rows = all.map(({ kind, name }, i): AnswerRow => ({ kind, name, percent: percents[i] ?? 0 }));
  return { kind, set: rows.slice(0, setRows.length), rest: rows.slice(setRows.length) };
}

/** A coverage as people bet: 0.9 → "9 times in 10", 0.95 → "19 times in 20", 0.99 → "99 times in 100". */
export function coverageWords(coverage: number): string {
  const percent = Math.min(99, Math.max(1, Math.round(coverage * 100)));
  const base = [10, 20, 100].find((n) => (percent * n) % 100 === 0) ?? 100;
  return `${(percent * base) / 100} times in ${base}`;
}

/** What stands under the bracket. */
export function setSentence(set: Identification["set"]): string {
  const right = `Right ${coverageWords(set.coverage)}.`;
  if (set.names.length === 0) return "No name is sure enough to stand in a set.";
  return set.names.length === 1 ? `It is this one. ${right}` : `It is one of these ${set.names.length}. ${right}`;
}

const smallNumbers = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** The answer as it is spoken once by a screen reader. */
export function spokenAnswer(identification: Identification): string {
  const mixture = mixtureOf(identification);
  if (mixture) return spokenMixture(mixture);
  const { kind, set, rest } = answerOf(identification);
  if (kind === "poor") return "Too poor to name.";
  if (kind === "undecided") return `Not decided. ${undecidedSentence(identification)}`;
  const first = set[0] ?? rest[0];
  const percent = percentText(first?.percent ?? 0).replace(/\s%/, " per cent");
  if (kind === "unknown") return "Not known. No mineral of the library fits well enough.";
  const count = identification.set.names.length;
  const size = count > 1 ? `, one of ${smallNumbers[count] ?? count}` : "";
  return `${first?.name ?? "No name"}, ${percent}${size}.`;
}

/** Which of the names that are shown first come from this tablet and not from the model package. */
export function taughtSentence({ minerals, set }: Identification): string | undefined {
  const taught = minerals.filter((m) => m.learned && (m === minerals[0] || set.names.includes(m.name)));
  if (taught.length === 0) return undefined;
  return `Taught on this tablet: ${taught.map(({ name }) => name).join(", ")}.`;
}

/** The word under a spot's number. */
export function spotWord(identification: Identification): string {
  const mixture = mixtureOf(identification);
  if (mixture) return `${mixture.rows.length} minerals`;
  const words = { poor: "Too poor", unknown: "Not known", undecided: "Not decided" };
  const kind = answerKind(identification);
  return kind === "named" ? (identification.minerals[0]?.name ?? words.unknown) : words[kind];
}
