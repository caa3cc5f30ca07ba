import { type ContextEffect, contextName } from "../../contract/context.ts";
import type { ElementCheck, ElementVerdict } from "../../contract/elements.ts";
import { type Technique, techniqueName } from "../../contract/spectrum.ts";
import type { BandVerdict, Carried, ExplainedBand, TechniqueFit } from "../../contract/why.ts";
import type { MarkName } from "../parts/icons.tsx";
import { percentText, wholePercents } from "./percent.ts";

/** A verdict's shape and word; the same on the plot and in the list. */
export const verdictMark: Record<BandVerdict, MarkName> = { agrees: "good", missing: "failed", unexplained: "unknown" };
export const elementMark: Record<ElementVerdict, MarkName> = {
  consistent: "good",
  contradicts: "failed",
  open: "unknown",
};

const unitOf: Record<Technique, string> = { raman: "cm⁻¹", vnir: "nm", libs: "nm" };

/** A place on the technique's axis; LIBS lines lie closer than a nanometre. */
export const positionText = (technique: Technique, position: number): string =>
  technique === "libs" ? position.toFixed(1) : String(Math.round(position));

export interface BandLine {
  readonly key: string;
  readonly verdict: BandVerdict;
  /** "464 cm⁻¹", "Mg 285.2 nm". */
  readonly text: string;
  /** Width of its bar, per cent of the strongest measured band. */
  readonly percent: number;
}

const byWeight: readonly BandVerdict[] = ["missing", "unexplained", "agrees"];

/** The bands as a list: what speaks against the name first, then by strength. Lines of the same text stand once. */
export function bandLines({ technique, bands }: TechniqueFit): BandLine[] {
  const lines = bands
    .toSorted((a, b) => byWeight.indexOf(a.verdict) - byWeight.indexOf(b.verdict) || b.strength - a.strength)
    .map(({ verdict, position, strength, element }) => {
      const text = `${element === undefined ? "" : `${element} `}${positionText(technique, position)} ${unitOf[technique]}`;
      return { key: `${verdict} ${text}`, verdict, text, percent: Math.round(100 * strength) };
    });
  return lines.filter((line, i) => lines.findIndex(({ key }) => key === line.key) === i);
}

/** "4 agree, 1 missing, none unexplained." */
export function fitSentence({ bands, offset, technique }: TechniqueFit): string {
  const count = (verdict: BandVerdict) => bands.filter((band) => band.verdict === verdict).length || "none";
  const agree = count("agrees");
  const shift =
    technique === "raman" && Math.abs(offset) >= 1
      ? ` All lie ${Math.abs(offset)} cm⁻¹ ${offset > 0 ? "high" : "low"}.`
      : "";
  return `${agree === "none" ? "None agree" : `${agree} agree${agree === 1 ? "s" : ""}`}, ${count("missing")} missing, ${count("unexplained")} unexplained.${shift}`;
}

/** Bands as a screen reader tells them. */
export function spokenBands(bands: readonly ExplainedBand[], technique: Technique): string {
  const at = (verdict: BandVerdict) =>
    bands.filter((band) => band.verdict === verdict).map(({ position }) => positionText(technique, position));
  return byWeight
    .toReversed()
    .map((verdict) => ({ verdict, positions: at(verdict) }))
    .filter(({ positions }) => positions.length > 0)
    .map(({ verdict, positions }) => `${verdict} at ${positions.join(", ")}`)
    .join("; ");
}

export interface PartLine {
  readonly key: string;
  /** "Raman 425 to 475 cm⁻¹". */
  readonly text: string;
  /** The name that it speaks for. */
  readonly name: string;
  /** Share of what all parts told say, per cent. */
  readonly percent: number;
}

/** What carried the decision between the first two names. */
export function partLines({ first, second, parts }: Carried): PartLine[] {
  if (parts.length === 0) return [];
  const percents = wholePercents(parts.map(({ contribution }) => Math.abs(contribution)));
  return parts.map(({ technique, from, to, contribution }, i) => {
    const text = `${techniqueName[technique]} ${positionText(technique, from)} to ${positionText(technique, to)} ${unitOf[technique]}`;
    return { key: text, text, name: contribution > 0 ? first : second, percent: percents[i] ?? 0 };
  });
}

/** What the chosen place did, in a sentence: "From the Moon: Anorthite 67 %, without the place 40 %." */
export function effectSentence({ context, minerals }: ContextEffect): string {
  const [first] = minerals;
  if (first === undefined || context === "anywhere") return "";
  const before = minerals.reduce((a, b) => (b.without > a.without ? b : a));
  const percent = (share: number) => percentText(Math.round(100 * share));
  const place = `From ${contextName[context]}: ${first.name} ${percent(first.with)}`;
  if (before.name !== first.name)
    return `${place}. Without the place ${before.name} is first, ${percent(before.without)}.`;
  return percent(first.with) === percent(first.without)
    ? `${place}, with the place or without.`
    : `${place}, without the place ${percent(first.without)}.`;
}

/** What elements say against the first name, if anything; a screen must not hide it. */
export function contradiction(checks: readonly ElementCheck[], name: string): string | undefined {
  const check = checks.find((one) => one.name === name);
  return check?.verdict === "contradicts" ? check.sentences[0] : undefined;
}
