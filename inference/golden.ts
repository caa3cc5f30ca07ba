import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LithoscopeError } from "../contract/errors.ts";
import { type Spectrum, Technique } from "../contract/spectrum.ts";
import type { Verdict } from "./answer.ts";
import type { Model } from "./model.ts";
import type { ModelPackage } from "./package.ts";

/** Name of the file with a package's golden inputs. */
export const goldenFile = "golden.json";

/** Largest difference of a probability from what the training pipeline computed for the same spectra. */
export const parity = 1e-4;

/**
 * Share of a prediction set's names that may differ, at least one name: another processor adds up in another order, and a
 * probability that lies on the set's border may fall on either side of it.
 */
const borderShare = 0.05;

/** A spot with the answer that the training pipeline computed for it. Other fields may stand beside these. */
const GoldenCase = z.object({
  id: z.string(),
  /** `null` marks a deleted point. */
  spectra: z
    .array(z.object({ technique: Technique, x: z.array(z.number()), y: z.array(z.number().nullable()) }))
    .min(1),
  /** The first minerals' probabilities. */
  probabilities: z.record(z.string(), z.number()),
  match: z.array(z.number()).optional(),
  unknown: z.number(),
  set: z.array(z.string()),
  /** Null where the spot is none; absent in packages that cannot unmix. */
  mixture: z.array(z.object({ name: z.string(), fraction: z.number(), low: z.number(), high: z.number() })).nullish(),
});
export type GoldenCase = z.infer<typeof GoldenCase>;

const Golden = z.object({ cases: z.array(GoldenCase).min(1) });

/** What the golden inputs gave on this machine. */
export interface GoldenReport {
  readonly cases: number;
  /** One sentence for each case whose answer is another one than when the package was made. */
  readonly failures: readonly string[];
  /** Largest difference of a probability. */
  readonly largestDifference: number;
}

/** The golden cases of a package. Throws package-golden-failed if it brings none that can be read. */
export async function readGolden({ folder, manifest }: ModelPackage): Promise<GoldenCase[]> {
  const none = (reason: string, cause?: unknown) =>
    new LithoscopeError(
      "package-golden-failed",
      `The golden inputs of the model package ${manifest.id} ${manifest.version} cannot be checked: ${reason}.`,
      "Ask its publisher for a package with golden inputs; without them nobody knows whether it works on this machine.",
      { cause },
    );
  if (manifest.files[goldenFile] === undefined) throw none(`its manifest names no ${goldenFile}`);
  try {
    return Golden.parse(JSON.parse(await readFile(join(folder, goldenFile), "utf8"))).cases;
  } catch (error) {
    throw none(`${goldenFile} does not have the form of golden inputs`, error);
  }
}

/** Runs the package's golden inputs on this machine. Throws what {@link readGolden} and the model throw. */
export async function checkGolden(model: Model): Promise<GoldenReport> {
  const cases = await readGolden(model.package);
  const failures: string[] = [];
  let largestDifference = 0;
  for (const golden of cases) {
    const { worst, differences } = compareGolden(golden, await model.unweighed(golden.spectra.map(goldenSpectrum)));
    largestDifference = Math.max(largestDifference, worst);
    if (differences.length > 0) failures.push(`${golden.id}: ${differences.join("; ")}.`);
  }
  return { cases: cases.length, failures, largestDifference };
}

/** Runs that are timed, after one that is not. */
const timedRuns = 7;

/** Median time of the golden spot with most techniques through the model, in ms. Throws what {@link readGolden} throws. */
export async function spotMs(model: Model): Promise<number> {
  const cases = await readGolden(model.package);
  const fullest = cases.reduce((a, b) => (b.spectra.length > a.spectra.length ? b : a));
  const spectra = fullest.spectra.map(goldenSpectrum);
  const times: number[] = [];
  for (let run = 0; run <= timedRuns; run++) {
    const begun = performance.now();
    await model.unweighed(spectra);
    if (run > 0) times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[Math.floor(timedRuns / 2)] ?? Number.POSITIVE_INFINITY;
}

/** Throws package-golden-failed if an answer differs. */
export function assertGolden({ manifest }: Pick<ModelPackage, "manifest">, report: GoldenReport): void {
  const [first] = report.failures;
  if (first === undefined) return;
  throw new LithoscopeError(
    "package-golden-failed",
    `The model package ${manifest.id} ${manifest.version} answers ${report.failures.length} of its ${report.cases} golden inputs otherwise than when it was made. ${first}`,
    "Do not use it on this machine. Tell its publisher what machine this is.",
  );
}

/** A golden case's spectrum as the product holds one. */
export function goldenSpectrum(given: GoldenCase["spectra"][number]): Spectrum {
  const values = Float64Array.from(given.x);
  return {
    technique: given.technique,
    axis:
      given.technique === "raman"
        ? { quantity: "ramanShift", unit: "cm-1", values }
        : { quantity: "wavelength", unit: "nm", medium: "air", values },
    intensity: Float64Array.from(given.y, (y) => y ?? Number.NaN),
    intensityUnit: given.technique === "vnir" ? "reflectance" : "relative",
    corrections: [],
  };
}

/** Where an answer differs from the golden one, in words, and the largest difference of a probability. */
export function compareGolden(golden: GoldenCase, answer: Verdict): { worst: number; differences: string[] } {
  const differences: string[] = [];
  let worst = 0;
  const compare = (what: string, ours: number, theirs: number): void => {
    const difference = Math.abs(ours - theirs);
    // NaN is no difference that a maximum would keep
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    if (!(difference <= parity)) differences.push(`${what} is ${ours.toFixed(4)} instead of ${theirs.toFixed(4)}`);
  };
  compare("unknown", answer.unknown, golden.unknown);
  const ours = new Map(answer.minerals.map(({ name, probability }) => [name, probability]));
  const theirs = new Map(Object.entries(golden.probabilities));
  // Behind the end of a list a probability is not stated; it is no larger than the last one that is.
  const [ourLeast, theirLeast] = [ours, theirs].map((stated) => Math.min(...stated.values()));
  for (const name of new Set([...theirs.keys(), ...ours.keys()])) {
    const [a, b] = [ours.get(name), theirs.get(name)];
    compare(name, a ?? Math.min(b ?? 0, ourLeast ?? 0), b ?? Math.min(a ?? 0, theirLeast ?? 0));
  }
  const apart = [
    ...golden.set.filter((name) => !answer.set.names.includes(name)),
    ...answer.set.names.filter((name) => !golden.set.includes(name)),
  ];
  const clearly = apart.filter((name) => !isAtBorder(golden, name));
  const allowed = Math.max(1, Math.floor(golden.set.length * borderShare));
  if (clearly.length > 0 || apart.length > allowed) {
    differences.push(`the set holds ${answer.set.names.length} names instead of ${golden.set.length}`);
  }
  return { worst, differences };
}

/** Whether the name's probability lies within {@link parity} of the least one in the golden set, or is too low to be listed. */
function isAtBorder({ probabilities, set }: GoldenCase, name: string): boolean {
  const probability = probabilities[name];
  if (probability === undefined) return true;
  const border = Math.min(...set.flatMap((n) => probabilities[n] ?? []));
  return Math.abs(probability - border) <= parity;
}
