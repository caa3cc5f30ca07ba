import type { ReferenceComparison } from "../contract/reference.ts";
import type { Spectrum } from "../contract/spectrum.ts";
import type { BandTable } from "../inference/bands.ts";
import type { ModelPackage } from "../inference/package.ts";
import { References } from "../inference/references.ts";
import { explain } from "../inference/why/explain.ts";

/** Shows a mineral's references, and how a measurement fits them. */
export class ReferenceDesk {
  readonly #references: References;
  readonly #bands: BandTable | undefined;

  constructor(modelPackage: ModelPackage, bands: BandTable | undefined) {
    this.#references = new References(modelPackage, bands);
    this.#bands = bands;
  }

  compare(name: string, spectrum: Spectrum | undefined): ReferenceComparison {
    const fits =
      spectrum === undefined || this.#bands === undefined
        ? []
        : explain([spectrum], [{ name, probability: 1 }], this.#bands).minerals.flatMap(({ techniques }) => techniques);
    return { references: this.#references.of(name), fits };
  }
}
