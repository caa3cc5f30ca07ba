import type { Context } from "../contract/context.ts";
import type { Identification } from "../contract/identification.ts";
import type { MineralEntry } from "../contract/mindb.ts";
import { type Spectrum, type Technique, techniques } from "../contract/spectrum.ts";
import type { BandTable } from "./bands.ts";
import { contextPrior, withContext } from "./context/context.ts";
import { type MeasuredTechnique, whatNext } from "./next/whatNext.ts";
import { checkStoichiometry } from "./stoichiometry/check.ts";
import { explain } from "./why/explain.ts";

/** What the reasons rest on besides the spectra. */
export interface Grounds {
  readonly bands: BandTable;
  /** The catalogue's entry of a mineral: its look-alikes, occurrences and formula. */
  readonly entryOf: (name: string) => MineralEntry | undefined;
  readonly context: Context;
  /** Techniques that can be proposed here; all if absent. */
  readonly available?: readonly Technique[];
}

/** Minerals whose formula is checked against the elements: those that a screen shows. */
const mostChecked = 5;

/**
 * The identification with its reasons, what to measure next, the effect of the place and the check of the elements. With a
 * place, `minerals` are the probabilities with it, most probable first; `unknown` and `set` stay as the spectra gave them, as
 * the set's coverage was calibrated without a place. Pure; a few to a hundred milliseconds.
 */
export function withReasons(
  identification: Identification,
  spectra: readonly Spectrum[],
  grounds: Grounds,
): Identification {
  const { bands, entryOf, context, available } = grounds;
  const findings = identification.elements?.findings;
  const occurrencesOf = (name: string) => entryOf(name)?.occurrences ?? [];
  const spectral = identification.minerals;
  const names = spectral.map(({ name }) => name);
  const placed = withContext(context, spectral, contextPrior(context, names, occurrencesOf));
  const minerals = context === "anywhere" ? spectral : placed.minerals;
  const formulaOf = (name: string) => bands.formulaOf(name) ?? entryOf(name)?.formula;
  const leading = minerals.slice(0, mostChecked).map(({ name }) => name);
  return {
    ...identification,
    minerals: [...minerals],
    why: explain(spectra, minerals, bands),
    next: whatNext(
      minerals,
      measuredIn(identification, spectra),
      bands,
      (name) => entryOf(name)?.lookAlikes ?? [],
      available,
    ),
    ...(context === "anywhere" ? {} : { context: placed.effect }),
    ...(findings && { elements: { findings, checks: checkStoichiometry(findings, leading, formulaOf) } }),
  };
}

function measuredIn(
  { quality }: Identification,
  spectra: readonly Spectrum[],
): Partial<Record<Technique, MeasuredTechnique>> {
  const measured: Partial<Record<Technique, MeasuredTechnique>> = {};
  for (const technique of techniques) {
    const judged = quality[technique];
    const own = spectra.filter((spectrum) => spectrum.technique === technique);
    if (judged === undefined || own.length === 0) continue;
    const from = Math.min(...own.map(({ axis }) => axis.values[0] ?? Number.POSITIVE_INFINITY));
    const to = Math.max(...own.map(({ axis }) => axis.values.at(-1) ?? Number.NEGATIVE_INFINITY));
    const verdict = judged.verdict === "poor" ? "poor" : "good";
    measured[technique] = { verdict, signalToNoise: judged.signalToNoise, range: [from, to] };
  }
  return measured;
}
