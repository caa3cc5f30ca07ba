import { type Group, groupIndex, groups } from "../../contract/rocks/groups.ts";
import { type Random, seededRandom } from "../../spectra/random.ts";
import { dirichlet } from "./distributions.ts";
import { bulkOf, oxides } from "./schemes/composition.ts";
import type { Composition, Ratio } from "./schemes/scheme.ts";

/** Pair moves between two modes that are kept, for each part: by then the chain has forgotten the one before. */
const movesPerPart = 6;
/** Divisions tried for a mode whose ratios do not fit, before the totals are drawn again. */
const divisionsTried = 20;

/**
 * Modes of a rock, drawn evenly from all that meet its ranges and ratios: `count` rows of shares (they add up to 1) in the
 * order of `groups`. Part totals walk through the polytope "every range met, sum 100" by moves that take from one part
 * what they give another (hit-and-run, Smith 1984, doi:10.1287/opre.32.6.1296); each part then divides as its Dirichlet
 * says. Throws if no mode meets the ranges.
 */
export function drawModes({ parts, ratios }: Composition, count: number, random: Random): Float32Array {
  const lowest = parts.reduce((sum, { low }) => sum + low, 0);
  const room = parts.reduce((sum, { high, low }) => sum + high - low, 0);
  if (lowest > 100 || lowest + room < 100) throw new Error("The ranges cannot add up to 100.");
  const totals = parts.map(({ low, high }) => low + ((100 - lowest) * (high - low)) / (room || 1));
  const divided = parts.map(({ groups: of }) => ({
    indices: Object.keys(of).map((g) => groupIndex[g as Group]),
    concentrations: Object.values(of),
  }));
  const modes = new Float32Array(count * groups.length);
  const mode = new Float64Array(groups.length);
  for (let n = 0; n < count; ) {
    walk(totals, parts, random);
    for (let tried = 0; tried < divisionsTried; tried++) {
      mode.fill(0);
      for (const [p, { indices, concentrations }] of divided.entries()) {
        for (const [k, share] of dirichlet(concentrations, random).entries()) {
          const i = indices[k] ?? 0;
          mode[i] = (mode[i] ?? 0) + ((totals[p] ?? 0) / 100) * share;
        }
      }
      if (!ratios.every((ratio) => meets(mode, ratio))) continue;
      modes.set(mode, n * groups.length);
      n += 1;
      break;
    }
  }
  return modes;
}

function walk(totals: number[], parts: Composition["parts"], random: Random): void {
  for (let move = 0; move < movesPerPart * parts.length; move++) {
    const i = Math.floor(random() * parts.length);
    const j = Math.floor(random() * parts.length);
    const [from, to] = [parts[i], parts[j]];
    const [a = 0, b = 0] = [totals[i], totals[j]];
    if (i === j || from === undefined || to === undefined) continue;
    const least = Math.max(from.low - a, b - to.high);
    const most = Math.min(from.high - a, b - to.low);
    const step = least + random() * (most - least);
    totals[i] = a + step;
    totals[j] = b - step;
  }
}

function meets(mode: Float64Array, { of, among, low, high }: Ratio): boolean {
  const sum = (list: readonly Group[]) => list.reduce((total, group) => total + (mode[groupIndex[group]] ?? 0), 0);
  const whole = sum(among);
  const part = 100 * sum(of);
  return whole === 0 || (part >= low * whole && part <= high * whole);
}

/** Modes of one rock by group: `shares[k]` are those of `present[k]`, one for each mode; groups that no mode has are left out. */
export interface Modes {
  readonly count: number;
  readonly present: readonly number[];
  readonly shares: readonly Float32Array[];
  /** Expected wt% of each oxide and its variance, one for each mode, in the order of `oxides`. */
  readonly bulk: readonly { readonly mean: Float32Array; readonly variance: Float32Array }[];
}

/** Modes for a first look at every rock, and for those worth a second. Few are enough to see what is hopeless. */
const modesDrawn = { rough: 100, fine: 1000 } as const;
export type Fineness = keyof typeof modesDrawn;

/** Drawn once for each composition, from the same seed: an answer repeats and does not hang on what was asked before. */
const drawn = { rough: new WeakMap<Composition, Modes>(), fine: new WeakMap<Composition, Modes>() };

export function modesOf(composition: Composition, fineness: Fineness): Modes {
  const known = drawn[fineness].get(composition);
  if (known !== undefined) return known;
  const count = modesDrawn[fineness];
  const rows = drawModes(composition, count, seededRandom(122));
  const columns = groups.map((_, g) =>
    Float32Array.from({ length: count }, (_, n) => rows[n * groups.length + g] ?? 0),
  );
  const present = [...groups.keys()].filter((g) => columns[g]?.some((share) => share > 0));
  const shares = present.flatMap((g) => columns[g] ?? []);
  const modes = { count, present, shares, bulk: bulkOfModes(count, present, shares) };
  drawn[fineness].set(composition, modes);
  return modes;
}

function bulkOfModes(count: number, present: readonly number[], shares: readonly Float32Array[]): Modes["bulk"] {
  const bulk = oxides.map(() => ({ mean: new Float32Array(count), variance: new Float32Array(count) }));
  for (let n = 0; n < count; n++) {
    const { mean, variance } = bulkOf(present, (k) => shares[k]?.[n] ?? 0);
    for (const [o, column] of bulk.entries()) {
      column.mean[n] = mean[o] ?? 0;
      column.variance[n] = variance[o] ?? 0;
    }
  }
  return bulk;
}
