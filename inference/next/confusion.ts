import type { Technique } from "../../contract/spectrum.ts";
import type { BandTable } from "../bands.ts";
import { bandDistance, compositionDistance, compositionIn, type Range } from "./similarity.ts";

/**
 * Evidence in nats per unit of unlikeness. Each is set so that over all minerals of the band table the model below names
 * the right one as often as was measured for the matcher (models/README.md): Raman 0.79 of 1,661; VNIR 0.47 of 225, of
 * another laboratory's powders, as a field instrument is another laboratory; LIBS 0.37 of 1,662. A test checks that they do.
 */
const nats = { raman: 16.6, vnir: 12.6, libs: 0.45 } as const;

/** Beyond this, a pair is told apart for certain, and more evidence changes nothing. */
const mostNats = 30;

/**
 * Expected evidence, in nats, that a measurement in a technique gives for one of two minerals over the other when it is the
 * one: 0 is none. `within`: only what this part of the axis tells. Undefined if the table does not know both.
 */
export function evidence(
  table: BandTable,
  one: string,
  other: string,
  technique: Technique,
  within?: Range,
): number | undefined {
  if (one === other) return 0;
  if (technique === "libs") {
    const [a, b] = [compositionIn(table, one), compositionIn(table, other)];
    return a && b && Math.min(mostNats, nats.libs * compositionDistance(a, b));
  }
  const [a, b] = [table.of(one, technique), table.of(other, technique)];
  const apart = a && b && bandDistance(a, b, technique, within);
  return apart === undefined ? undefined : Math.min(mostNats, nats[technique] * apart);
}

/**
 * The confusion model: probability that a measurement of mineral i (row) looks most like mineral j (column),
 * exp(−evidence) normalised. A row of a mineral that the technique does not know is the mean of the others: measuring says
 * nothing of it. Rows add up to 1. Undefined if fewer than two of the names are known.
 */
export function confusion(
  names: readonly string[],
  evidenceOf: (one: string, other: string) => number | undefined,
): number[][] | undefined {
  const columns = names.filter((one) => names.some((other) => other !== one && evidenceOf(one, other) !== undefined));
  if (columns.length < 2) return undefined;
  const rowOf = (name: string): number[] =>
    normalised(names.map((other) => (columns.includes(other) ? Math.exp(-(evidenceOf(name, other) ?? 0)) : 0)));
  const rows = names.map((name) => (columns.includes(name) ? rowOf(name) : undefined));
  const knownRows = rows.filter((row) => row !== undefined);
  const mean = names.map((_, j) => knownRows.reduce((sum, row) => sum + (row[j] ?? 0), 0) / knownRows.length);
  return rows.map((row) => row ?? mean);
}

/** Entropy in bits; probabilities of 0 add nothing. */
export function entropyBits(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
}

/** Expected fall of the entropy over the candidates, bits: the mutual information of candidate and outcome (Lindley 1956). */
export function expectedGain(prior: readonly number[], rows: readonly (readonly number[])[]): number {
  const outcomes = prior.map((_, j) => rows.reduce((sum, row, i) => sum + (prior[i] ?? 0) * (row[j] ?? 0), 0));
  const within = prior.reduce((sum, p, i) => sum + p * entropyBits(rows[i] ?? []), 0);
  return Math.max(0, entropyBits(outcomes) - within);
}

function normalised(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}
