import type { Grid } from "../../contract/model.ts";
import { type Technique, techniques } from "../../contract/spectrum.ts";
import type { Carried, CarryingPart } from "../../contract/why.ts";
import type { SpotInput } from "../inputs.ts";

/** A spot with one part of one spectrum covered up. */
export interface Occlusion {
  readonly technique: Technique;
  /** cm⁻¹ or nm. */
  readonly from: number;
  readonly to: number;
  readonly input: SpotInput;
}

/** Width of the parts: a Raman band with its flanks, half an iron band of reflectance, a handful of LIBS multiplets. */
const partWidth: Record<Technique, number> = { raman: 50, vnir: 100, libs: 20 };
/** Parts below this share of all are not told, and no more than this many. */
const leastShare = 0.04;
const mostParts = 8;

/**
 * The spot once for each part of its spectra, with that part covered up (occlusion: Zeiler and Fergus 2014,
 * doi:10.1007/978-3-319-10590-1_53). The model answers each; what its verdict loses is what the part carried.
 */
export function occlusions(input: SpotInput, of: Readonly<Record<Technique, { readonly grid: Grid }>>): Occlusion[] {
  return techniques.flatMap((technique) => {
    const gridded = input[technique];
    if (gridded === undefined) return [];
    const { start, step, count } = of[technique].grid;
    const cells = Math.max(1, Math.round(partWidth[technique] / step));
    const made: Occlusion[] = [];
    for (let first = 0; first < count; first += cells) {
      const end = Math.min(count, first + cells);
      const mask = gridded.mask.slice();
      const values = gridded.values.slice();
      mask.fill(0, first, end);
      values.fill(0, first, end);
      const covered = mask.reduce((sum, value) => sum + value, 0);
      if (covered === gridded.covered || covered === 0) continue; // nothing was measured here, or nothing elsewhere
      const from = start + (first - 0.5) * step;
      const to = start + (end - 0.5) * step;
      made.push({ technique, from, to, input: { ...input, [technique]: { values, mask, covered } } });
    }
    return made;
  });
}

/**
 * Which parts of the spectra carried the decision for the first name over the second. `marginOf` gives, for each spot in
 * order, the log-odds of first over second (nats: the difference of their logits over the temperature). One batch of 20 to
 * 90 spots goes through the model.
 */
export async function whatCarried(
  input: SpotInput,
  of: Readonly<Record<Technique, { readonly grid: Grid }>>,
  names: { readonly first: string; readonly second: string },
  marginOf: (spots: readonly SpotInput[]) => Promise<readonly number[]>,
): Promise<Carried | undefined> {
  const covered = occlusions(input, of);
  if (covered.length === 0) return undefined;
  const [whole = 0, ...without] = await marginOf([input, ...covered.map((part) => part.input)]);
  const parts = covered.map(({ technique, from, to }, i) => ({
    technique,
    from,
    to,
    contribution: whole - (without[i] ?? whole),
  }));
  return { ...names, parts: largest(joined(parts)) };
}

/** Neighbours that say the same become one part. */
function joined(parts: readonly CarryingPart[]): CarryingPart[] {
  const all = parts.reduce((sum, { contribution }) => sum + Math.abs(contribution), 0);
  const least = all > 0 ? leastShare * all : Number.POSITIVE_INFINITY;
  const out: CarryingPart[] = [];
  for (const part of parts.filter(({ contribution }) => Math.abs(contribution) >= least)) {
    const last = out.at(-1);
    const goesOn =
      last !== undefined &&
      last.technique === part.technique &&
      last.to === part.from &&
      Math.sign(last.contribution) === Math.sign(part.contribution);
    if (goesOn) out[out.length - 1] = { ...last, to: part.to, contribution: last.contribution + part.contribution };
    else out.push(part);
  }
  return out;
}

const largest = (parts: CarryingPart[]): CarryingPart[] =>
  parts.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)).slice(0, mostParts);
