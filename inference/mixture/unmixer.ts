import type { Identification } from "../../contract/identification.ts";
import type { ModelManifest } from "../../contract/model.ts";
import type { UnmixingScores } from "../answer.ts";
import type { SpotInput } from "../inputs.ts";
import type { ModelPackage } from "../package.ts";
import { type MixingTechnique, type Mixture, mixtureOf } from "./mixture.ts";
import type { Unmixed } from "./pair.ts";
import { type Prototypes, readPrototypes } from "./prototypes.ts";
import { ramanPairs, ramanQuery } from "./ramanPairs.ts";
import { vnirPairs } from "./vnirPairs.ts";

/** Tells two minerals under one spot by a package's references, which are read when they are first needed. */
export class Unmixer {
  readonly #package: ModelPackage;
  readonly #vnirOwners: readonly number[];
  #references: { readonly prototypes: Prototypes | undefined } | undefined;

  constructor(modelPackage: ModelPackage) {
    this.#package = modelPackage;
    this.#vnirOwners = classesOf(modelPackage.manifest, "vnir");
  }

  /** Undefined if the spot is no mixture, or no spectrum of it is good enough or can be unmixed. */
  mixture(
    input: SpotInput,
    quality: Identification["quality"],
    scores: UnmixingScores | undefined,
  ): Mixture | undefined {
    const { calibration } = this.#package.manifest;
    const usable = (t: MixingTechnique) =>
      calibration[t]?.mixture !== undefined && (quality[t]?.weight ?? 0) > 0 ? input[t] : undefined;
    const [raman, vnir] = [usable("raman"), usable("vnir")];
    if (scores === undefined || (raman === undefined && vnir === undefined)) return undefined;
    const prototypes = this.#prototypes();
    if (prototypes === undefined) return undefined;
    const found: Partial<Record<MixingTechnique, Unmixed>> = {};
    if (raman)
      found.raman = ramanPairs(ramanQuery(scores.ramanAbove, raman.mask, scores.ramanStanding), prototypes.raman);
    if (vnir)
      found.vnir = vnirPairs(
        Float32Array.from(vnir.values),
        vnir.mask,
        scores.vnirShare,
        this.#vnirOwners,
        prototypes.vnir,
      );
    return mixtureOf(this.#package.manifest, found);
  }

  #prototypes(): Prototypes | undefined {
    this.#references ??= { prototypes: readPrototypes(this.#package) };
    return this.#references.prototypes;
  }
}

/** Numbers of the classes that a technique has references of, rising: the columns of its graph outputs. */
function classesOf({ classes, techniques }: ModelManifest, technique: MixingTechnique): number[] {
  const lacking = new Set(techniques[technique].lacking);
  return classes.map((_, i) => i).filter((i) => !lacking.has(i));
}
