import type { Identification, TechniqueQuality } from "../contract/identification.ts";
import type { ModelManifest } from "../contract/model.ts";
import type { Spectrum, Technique } from "../contract/spectrum.ts";
import { assessQuality } from "../spectra/quality.ts";
import { type SpotInput, toInput } from "./inputs.ts";

/** A spot that is ready for the graph, with what was judged before any name. */
export interface Prepared {
  readonly input: SpotInput;
  readonly quality: Identification["quality"];
}

/** The part before the model, pure: resampling and quality. Throws what {@link toInput} throws. */
export function prepare(spectra: readonly Spectrum[], manifest: ModelManifest): Prepared {
  return { input: toInput(spectra, manifest), quality: qualityOf(spectra) };
}

/** Of replicates the best one speaks for the technique: the others can only add to it. */
function qualityOf(spectra: readonly Spectrum[]): Identification["quality"] {
  const quality: Partial<Record<Technique, TechniqueQuality>> = {};
  for (const spectrum of spectra) {
    const own = assessQuality(spectrum);
    const best = quality[spectrum.technique];
    const better =
      best === undefined ||
      (own.verdict === best.verdict ? own.signalToNoise > best.signalToNoise : own.verdict === "good");
    if (better) quality[spectrum.technique] = own;
  }
  return quality;
}
