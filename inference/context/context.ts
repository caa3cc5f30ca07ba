import type { Context, ContextEffect } from "../../contract/context.ts";
import type { MineralEntry } from "../../contract/mindb.ts";

type Occurrence = MineralEntry["occurrences"][number];
type Ranked = { readonly name: string; readonly probability: number };

/** The most that a place can do: a common mineral there counts this many times an unlisted one, before anything is measured. */
export const mostFactor = 20;

/**
 * Shares of ln 20 by abundance in the planetary tables: a rock former 20, then 11, 6, 3.3 times; `reported`, which also
 * covers candidates, 2.5 times. The steps are a judgement, not a count: the tables give classes, not frequencies.
 */
const shareOf: Record<string, number> = { major: 1, minor: 0.8, accessory: 0.6, trace: 0.4, reported: 0.3 };
/** What was not checked against its source, or only follows from how a mineral forms, counts less. */
const trustIn: Record<Occurrence["confidence"], number> = {
  sourced: 1,
  measured: 1,
  general_knowledge: 0.7,
  paragenetic_mode: 0.5,
};

/** How a place is recognised in an occurrence. PANGAEA rows name the site or bed first (planetary README). */
const isOf: Record<Exclude<Context, "anywhere">, (occurrence: Occurrence) => boolean> = {
  moon: ({ body }) => body === "moon",
  mars: ({ body }) => body === "mars",
  meteorite: ({ body }) => body === "meteorites",
  lanzarote: site(/^Lanzarote\b/),
  ries: site(/^Ries\b/),
  dolomites: site(/^(?:Groeden|Bletterbach|Bellerophon|Athesian|Dolomites)\b/),
  lofoten: site(/^(?:Lofoten|Vesteralen)\b/),
};

function site(name: RegExp): (occurrence: Occurrence) => boolean {
  return ({ body, setting }) => body === "pangaea_analogue" && name.test(setting);
}

/**
 * Log prior (nats) of each class at a place, 0 for a mineral that the tables do not list there and at most ln 20; all 0
 * anywhere. `occurrencesOf` gives what the catalogue knows of a mineral. Pure.
 */
export function contextPrior(
  context: Context,
  classes: readonly string[],
  occurrencesOf: (name: string) => readonly Occurrence[],
): Float64Array {
  if (context === "anywhere") return new Float64Array(classes.length);
  const here = isOf[context];
  return Float64Array.from(classes, (name) => {
    const weights = occurrencesOf(name)
      .filter(here)
      .map(({ abundance, confidence }) => (shareOf[abundance] ?? 0) * trustIn[confidence]);
    return Math.log(mostFactor) * Math.max(0, ...weights);
  });
}

/**
 * Brings the prior of a place into an answer. The prior counts by 1 − p, with p the answer's largest probability: it
 * decides between names that the spectra leave open and cannot hide what they say. An answer with p ≥ 0.95 stays first
 * and above 0.94 (20^0.05 = 1.16); none of the probability "not in the library" moves. `minerals`: names with probabilities
 * of the whole answer, in any order, adding up to 1 − unknown; `prior` in their order. Most probable first in the result.
 */
export function withContext(
  context: Context,
  minerals: readonly Ranked[],
  prior: Float64Array,
): { minerals: { name: string; probability: number }[]; effect: ContextEffect } {
  const most = Math.max(0, ...minerals.map(({ probability }) => probability));
  const mass = minerals.reduce((sum, { probability }) => sum + probability, 0);
  const strength = Math.max(0, 1 - most);
  const raised = minerals.map(({ probability }, i) => probability * Math.exp(strength * (prior[i] ?? 0)));
  const total = raised.reduce((sum, value) => sum + value, 0);
  const both = minerals
    .map(({ name, probability }, i) => ({
      name,
      without: probability,
      with: total > 0 ? Math.min(1, (mass * (raised[i] ?? 0)) / total) : probability,
    }))
    .sort((a, b) => b.with - a.with);
  return {
    minerals: both.map(({ name, with: probability }) => ({ name, probability })),
    effect: { context, factor: context === "anywhere" ? 1 : mostFactor ** strength, minerals: leading(both) },
  };
}

/** Names that a person has to see: the first three with the place and the first three without it. */
const shown = 3;

function leading(both: ContextEffect["minerals"]): ContextEffect["minerals"] {
  const before = new Set(
    both
      .toSorted((a, b) => b.without - a.without)
      .slice(0, shown)
      .map(({ name }) => name),
  );
  return both.filter(({ name }, i) => i < shown || before.has(name));
}
