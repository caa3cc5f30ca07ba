import type { CalibrationResult, CalibrationState, ResidualLine, Verdict } from "../../contract/calibration.ts";
import type { MarkName } from "../parts/icons.tsx";

export const verdictMark: Record<Verdict, MarkName> = { pass: "good", warn: "look", fail: "failed" };
export const verdictWord: Record<Verdict, string> = { pass: "Pass", warn: "Warn", fail: "Fail" };

export const calibrationMark: Record<CalibrationState, MarkName> = {
  current: "good",
  due: "look",
  expired: "failed",
  replaced: "off",
  withdrawn: "off",
  refused: "failed",
};
export const calibrationWord: Record<CalibrationState, string> = {
  current: "In force",
  due: "Due",
  expired: "Expired",
  replaced: "Replaced",
  withdrawn: "Withdrawn",
  refused: "Refused",
};

const badness: Record<Verdict, number> = { pass: 0, warn: 1, fail: 2 };

/** The worst of several verdicts; undefined of none. */
export const worstVerdict = (verdicts: readonly Verdict[]): Verdict | undefined =>
  verdicts.reduce<Verdict | undefined>(
    (worst, verdict) => (worst === undefined || badness[verdict] > badness[worst] ? verdict : worst),
    undefined,
  );

/** Decimals that a standard's own uncertainty leaves meaning, by unit of the axis. */
const decimals: Record<string, number> = { "cm⁻¹": 1, "cm-1": 1, nm: 2, "%": 1, counts: 0 };
const decimalsOf = (unit: string): number => decimals[unit] ?? 2;

/** A position or value without its unit: "1001.4". */
export const valueText = (value: number, unit: string): string => value.toFixed(decimalsOf(unit)).replace("-", "−");

/** A residual with its sign: "+3.4", "−0.1", "0.0". */
export function residualText(value: number, unit: string): string {
  const text = Math.abs(value).toFixed(decimalsOf(unit));
  if (Number(text) === 0) return text;
  return `${value > 0 ? "+" : "−"}${text}`;
}

/** A limit as short as it is written by people: "2.5", "5", "0.25". */
export const limitText = (limit: number): string => String(Number(limit.toPrecision(3)));

/** A row of the residual table, as text. */
export interface LineView {
  readonly expected: string;
  readonly found: string;
  readonly before: { readonly text: string; readonly mark: MarkName; readonly word: string };
  /** Absent where nothing was fitted. */
  readonly after: { readonly text: string; readonly mark: MarkName; readonly word: string } | undefined;
  /** The verdict rests on it. */
  readonly key: boolean;
  readonly note: string;
}

/** The residual table of a result: as found and after the fit, side by side. */
export const lineViews = ({
  lines,
  unit,
  afterFit,
}: Pick<CalibrationResult, "lines" | "unit" | "afterFit">): LineView[] =>
  lines.map((line) => ({
    expected: valueText(line.expected, unit),
    found: line.found === undefined ? "none" : valueText(line.found, unit),
    before: judged(line.residual, line.verdict, unit),
    after: afterFit && judged(line.residualAfter, line.verdictAfter, unit),
    key: line.role !== "other",
    note: line.note,
  }));

function judged(residual: number | undefined, verdict: Verdict | undefined, unit: string): LineView["before"] {
  return {
    text: residual === undefined ? "" : residualText(residual, unit),
    // Without a verdict the line does not count; that is neither good nor bad.
    mark: verdict === undefined ? "off" : verdictMark[verdict],
    word: verdict === undefined ? "not judged" : verdictWord[verdict],
  };
}

/** The limits that most lines have, and the standard's largest own uncertainty; undefined without judged lines. */
export function limitsOf({
  lines,
  limits,
}: Pick<CalibrationResult, "lines" | "limits">): { pass: number; warn: number; uncertainty: number } | undefined {
  const shown = limits ?? mostCommon(lines);
  if (shown === undefined || lines.length === 0) return undefined;
  return { ...shown, uncertainty: Math.max(...lines.map(({ uncertainty }) => uncertainty)) };
}

function mostCommon(lines: readonly ResidualLine[]): { pass: number; warn: number } | undefined {
  const counts = new Map<string, { count: number; limits: { pass: number; warn: number } }>();
  for (const { limits } of lines) {
    const key = `${limits.pass} ${limits.warn}`;
    counts.set(key, { count: (counts.get(key)?.count ?? 0) + 1, limits });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.limits;
}

/** The lines to show enlarged: those that the verdict rests on, else the first; by position, at most `most`. */
export function zoomedLines(lines: readonly ResidualLine[], most: number): ResidualLine[] {
  const found = lines.filter(({ found }) => found !== undefined);
  const keys = found.filter(({ role }) => role !== "other");
  const others = found.filter(({ role }) => role === "other");
  return [...keys, ...others].slice(0, most).sort((a, b) => a.expected - b.expected);
}
