import { z } from "zod";
import { LithoscopeError } from "../../../contract/errors.ts";
import table from "./minerals.json" with { type: "json" };

const Table = z.object({
  origin: z.string(),
  minerals: z.record(z.string(), z.array(z.tuple([z.number(), z.number(), z.number()])).min(1)),
});
const { minerals } = Table.parse(table);

/** A measured Raman band: Raman shift and full width at half maximum in cm⁻¹, height relative to the strongest band. */
export interface Band {
  shiftCm1: number;
  fwhmCm1: number;
  height: number;
}

/** IMA names of the minerals that can lie under the simulated probe. */
export const simulatedMinerals: readonly string[] = Object.keys(minerals);

/** The mineral's bands. Throws "usage" for a mineral that the table does not have. */
export function bandsOf(mineral: string): Band[] {
  const bands = Object.hasOwn(minerals, mineral) ? minerals[mineral] : undefined;
  if (bands === undefined) {
    throw new LithoscopeError(
      "usage",
      `The simulator has no Raman bands of "${mineral}".`,
      `Choose one of its ${simulatedMinerals.length} minerals by IMA name, for example Quartz, Calcite or Forsterite.`,
    );
  }
  return bands.map(([shiftCm1, fwhmCm1, height]) => ({ shiftCm1, fwhmCm1, height }));
}

/** Enough for the closest pair of the table to come within 1 %. */
const shareRounds = 20;

/**
 * The bands with the heights that each contributes alone. The table's heights are of whole spectra, where neighbours
 * stand on each other's flanks; added up as they are, close pairs would grow too high.
 */
export function separated(bands: readonly Band[]): Band[] {
  let parts = [...bands];
  for (let round = 0; round < shareRounds; round++) {
    const sums = bands.map(({ shiftCm1 }) => parts.reduce((sum, part) => sum + lorentzian(shiftCm1, part), 0));
    parts = parts.map((part, i) => ({ ...part, height: (part.height * (bands[i]?.height ?? 0)) / (sums[i] ?? 1) }));
  }
  return parts;
}

function lorentzian(atCm1: number, { shiftCm1, fwhmCm1, height }: Band): number {
  return height / (1 + ((2 * (atCm1 - shiftCm1)) / fwhmCm1) ** 2);
}
