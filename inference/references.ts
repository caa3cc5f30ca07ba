import type { Reference } from "../contract/reference.ts";
import type { Spectrum } from "../contract/spectrum.ts";
import type { BandTable } from "./bands.ts";
import { openPrototypes, type PrototypeRows } from "./mixture/prototypes.ts";
import { reflectanceOf } from "./mixture/vnirPairs.ts";
import type { ModelPackage } from "./package.ts";

/** Step of the drawn LIBS comb, nm: half the width of a line. */
const combStepNm = 0.125;

/** What minerals look like to each technique, by a package's reference vectors; they are read when first asked for. */
export class References {
  readonly #package: ModelPackage;
  readonly #bands: BandTable | undefined;
  #rows: PrototypeRows | undefined;
  #isRead = false;

  constructor(modelPackage: ModelPackage, bands: BandTable | undefined) {
    this.#package = modelPackage;
    this.#bands = bands;
  }

  /** Raman and VNIR from the package's vectors, LIBS from the formula; none of a technique that it does not know. */
  of(name: string): Reference[] {
    if (!this.#isRead) {
      this.#rows = openPrototypes(this.#package);
      this.#isRead = true;
    }
    return [this.#raman(name), this.#vnir(name), this.#libs(name)].filter((reference) => reference !== undefined);
  }

  #raman(name: string): Reference | undefined {
    const { grid } = this.#package.manifest.techniques.raman;
    const at = this.#rows?.owners.raman.indexOf(this.#classOf(name)) ?? -1;
    const row = at < 0 ? undefined : this.#rows?.raman(at);
    if (row === undefined) return undefined;
    const cells = [...row.values.keys()].filter((i) => row.mask[i] === 1);
    const values = Float64Array.from(cells, (i) => grid.start + i * grid.step);
    return {
      trace: {
        ...{ technique: "raman", intensityUnit: "relative", corrections: [] },
        axis: { quantity: "ramanShift", unit: "cm-1", values },
        intensity: Float64Array.from(cells, (i) => row.values[i] ?? 0),
      },
      origin: "mean of RRUFF spectra",
    };
  }

  #vnir(name: string): Reference | undefined {
    const { grid } = this.#package.manifest.techniques.vnir;
    const wanted = this.#classOf(name);
    const all = this.#rows;
    const own = all?.owners.vnir.flatMap((owner, at) => (owner === wanted ? [all.vnir(at)] : [])) ?? [];
    const [best] = own
      .map((row) => ({ mask: row.mask, reflectance: reflectanceOf(row) }))
      .sort((a, b) => roughness(a.reflectance) - roughness(b.reflectance));
    if (best === undefined) return undefined;
    const { mask, reflectance } = best;
    const cells = Array.from({ length: grid.count }, (_, i) => i).filter((i) => mask[i] === 1);
    return {
      trace: wavelengths(
        "vnir",
        cells.map((i) => grid.start + i * grid.step),
        cells.map((i) => reflectance[i] ?? 0),
      ),
      origin: "one spectrum of ECOSTRESS, USGS, Crowley or RELAB",
    };
  }

  /** A comb of the computed lines, each as wide as a field spectrometer shows it. */
  #libs(name: string): Reference | undefined {
    const known = this.#bands?.of(name, "libs");
    if (known === undefined) return undefined;
    const [from, to] = known.range;
    const nm = Array.from({ length: Math.round((to - from) / combStepNm) + 1 }, (_, i) => from + i * combStepNm);
    const heights = new Float64Array(nm.length);
    for (const { position, height, width } of known.bands) {
      const reach = Math.ceil((3 * width) / combStepNm);
      const middle = Math.round((position - from) / combStepNm);
      for (let i = Math.max(0, middle - reach); i <= Math.min(nm.length - 1, middle + reach); i += 1) {
        const apart = ((nm[i] ?? 0) - position) / (width / 2);
        heights[i] = Math.max(heights[i] ?? 0, height / (1 + apart * apart));
      }
    }
    return { trace: wavelengths("libs", nm, [...heights]), origin: "NIST lines of the formula's elements" };
  }

  #classOf(name: string): number {
    return this.#package.manifest.classes.indexOf(name);
  }
}

/** Noise of a reflectance over its range: of several spectra of a mineral, the quietest is the one to look at. */
function roughness(reflectance: Float64Array): number {
  const bends = reflectance.slice(2).map((value, i) => value - 2 * (reflectance[i + 1] ?? 0) + (reflectance[i] ?? 0));
  const range = Math.max(...reflectance) - Math.min(...reflectance);
  return bends.reduce((sum, bend) => sum + Math.abs(bend), 0) / Math.max(range, 1e-6);
}

const wavelengths = (technique: "vnir" | "libs", nm: readonly number[], heights: readonly number[]): Spectrum => ({
  technique,
  axis: { quantity: "wavelength", unit: "nm", medium: "air", values: Float64Array.from(nm) },
  intensity: Float64Array.from(heights),
  intensityUnit: technique === "vnir" ? "reflectance" : "relative",
  corrections: [],
});
