import type { Identification, TechniqueQuality } from "../contract/identification.ts";
import type { ModelManifest } from "../contract/model.ts";
import type { Spectrum, Technique } from "../contract/spectrum.ts";
import { assessQuality, replicateWeight } from "../spectra/quality.ts";
import { type SpotInput, toInput } from "./inputs.ts";

/** A spot that is ready for the graph, with what was judged before any name. */
export interface Prepared {
  readonly input: SpotInput;
  readonly quality: Identification["quality"];
}

/**
 * The part before the model, pure: quality, and resampling with replicates pooled by it. Throws what {@link toInput} throws.
 */
export function prepare(spectra: readonly Spectrum[], manifest: ModelManifest): Prepared {
  const weights = new Map<Spectrum, number>();
  const quality: Partial<Record<Technique, TechniqueQuality>> = {};
  for (const spectrum of spectra) {
    const { technique } = spectrum;
    const replicates = spectra.filter((other) => other.technique === technique);
    const own = assessQuality(spectrum, { grid: manifest.techniques[technique].grid, replicates });
    weights.set(spectrum, replicateWeight(own));
    quality[technique] = better(quality[technique], own);
  }
  return { input: toInput(spectra, manifest, weights), quality };
}

/** Of replicates the best one speaks for the technique: the others can only add to it. */
function better(best: TechniqueQuality | undefined, own: TechniqueQuality): TechniqueQuality {
  if (best === undefined) return own;
  const ahead = own.weight === best.weight ? own.signalToNoise > best.signalToNoise : own.weight > best.weight;
  return ahead ? own : best;
}
