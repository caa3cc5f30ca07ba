import type { Feature, MineralEntry } from "../contract/mindb.ts";

/** How the source of a band of the band list begins; those of the table of features name their specimens instead. */
export const bandListSource = "median of";

/**
 * Raman bands of the table of features: few and diagnostic, each seen in most specimens, so that their positions can judge an
 * instrument's axis. The band list also has weak ones and those of single spectra.
 */
export function surveyedRamanBands({ features }: Pick<MineralEntry, "features">): Feature[] {
  return features.filter(({ technique, source }) => technique === "raman" && !source.startsWith(bandListSource));
}
