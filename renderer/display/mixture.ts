import { answerKind, type Identification } from "../../contract/identification.ts";
import { wholePercents } from "./percent.ts";

/** One of two minerals under a spot. `low` to `high` is where its share is 9 times in 10; all whole per cents. */
export interface MixtureRow {
  readonly name: string;
  readonly percent: number;
  readonly low: number;
  readonly high: number;
}

export interface MixtureAnswer {
  /** The larger share first; the per cents add up to 100. */
  readonly rows: readonly MixtureRow[];
  /** A name that may stand in place of one of the two. */
  readonly instead: string | undefined;
  /** What the shares are shares of. */
  readonly sentence: string;
}

const percent = (share: number) => Math.round(100 * share);

/** The two minerals that the screen shows; undefined if the spot is not spoken of as a mixture. */
export function mixtureOf(identification: Identification): MixtureAnswer | undefined {
  const { mixture, quality } = identification;
  if (mixture === undefined || mixture.length < 2 || answerKind(identification) === "poor") return undefined;
  const two = mixture.slice(0, 2);
  const percents = wholePercents(two.map(({ fraction }) => fraction));
  const rows = two.map(({ name, fraction, low, high }, i) => ({
    name,
    percent: percents[i] ?? 0,
    low: percent(low ?? fraction),
    high: percent(high ?? fraction),
  }));
  const of = quality.raman ? "the light that came back" : "the area that was seen";
  return {
    rows,
    instead: mixture[2]?.name,
    sentence: `Shares of ${of}, not of the rock. Each range is right 9 times in 10.`,
  };
}

/** The range as it stands beside a share. */
export const rangeText = ({ low, high }: MixtureRow): string => `${low} to ${high}\u00a0%`;

/** The two names and shares as they are spoken. */
export const spokenMixture = ({ rows }: MixtureAnswer): string =>
  `Two minerals. ${rows.map(({ name, percent }) => `${name}, ${percent} per cent`).join("; ")}.`;
