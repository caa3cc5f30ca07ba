import { z } from "zod";
import { compositionOf } from "../contract/chemistry/fractions.ts";
import { LithoscopeError } from "../contract/errors.ts";

/** Position, height, full width at half height (all Raman cm⁻¹, VNIR nm), and the height that three in four spectra reach. */
const BandRow = z.tuple([z.number(), z.number(), z.number().nonnegative(), z.number().nonnegative()]);
/** Wavelength in air (nm), intensity over the element's strongest line, ion stage (1: neutral). */
const LineRow = z.tuple([z.number(), z.number(), z.int()]);

/** Heights: Raman over the strongest band, VNIR depth under the convex hull of reflectance (0 to 1). */
const BandList = z.object({
  /** What at least half of the mineral's spectra cover; outside of it nothing is known. */
  range: z.tuple([z.number(), z.number()]),
  /** How many spectra the median is of. */
  spectra: z.int().positive(),
  bands: z.array(BandRow),
});
export type BandList = z.infer<typeof BandList>;

/** `power`: what the strongest line gives per unit mass of the element, in a unit common to all elements. */
const LineList = z.object({ power: z.number().positive(), lines: z.array(LineRow) });

const BandFile = z.object({
  format: z.literal("lithoscope-bands/1"),
  origin: z.string(),
  minerals: z.record(
    z.string(),
    z.object({ formula: z.string(), raman: BandList.optional(), vnir: BandList.optional() }),
  ),
  elements: z.record(z.string(), LineList),
  /** Lines that a plasma in air shows whatever the mineral is. */
  air: z.record(z.string(), LineList),
});

/** A band or line that a mineral has. Units as in {@link BandList}; LIBS in nm, height over its strongest line. */
export interface Band {
  readonly position: number;
  readonly height: number;
  readonly width: number;
  /** Height that most specimens reach: less than `height` where specimens differ. */
  readonly low: number;
  readonly element?: string;
}

/** A mineral's bands in one technique and where they are known. */
export interface KnownBands {
  readonly range: readonly [number, number];
  readonly bands: readonly Band[];
}

/**
 * The optical depth of a mineral's strongest line: strong lines absorb themselves, so they do not stand out as much as in
 * a thin plasma (the same value as in models/lithoscope_models/libs.py).
 */
const opticalDepth = 10;
/** Weaker lines of a mineral are not looked for: noise and other lines cover them. */
const leastLine = 0.03;
/** The least that a line shows of what is computed for it: response and temperature are not known to better than this. */
const leastOfLine = 0.2;
/** FWHM of LIBS lines in field spectrometers, nm. */
const lineWidthNm = 0.25;

/** The bands of minerals and the lines of elements that came with a model package. */
export class BandTable {
  readonly origin: string;
  readonly #file: z.infer<typeof BandFile>;
  readonly #lines = new Map<string, KnownBands | undefined>();

  constructor(file: z.infer<typeof BandFile>) {
    this.#file = file;
    this.origin = file.origin;
  }

  get names(): string[] {
    return Object.keys(this.#file.minerals);
  }

  formulaOf(name: string): string | undefined {
    return this.#file.minerals[name]?.formula;
  }

  /** Undefined where nothing is known of the mineral in that technique; no bands where it is known to have none. */
  of(name: string, technique: "raman" | "vnir" | "libs"): KnownBands | undefined {
    if (technique === "libs") return this.#linesOf(name);
    const list = this.#file.minerals[name]?.[technique];
    return list && { range: list.range, bands: list.bands.map(bandOf) };
  }

  /**
   * The element that may give a line at that wavelength (nm, air): one whose strongest line in range is measured too, the
   * strongest there, common elements first. `seen`: whether there is a line; undefined out of the measured range.
   */
  elementAt(nm: number, within: number, seen: (nm: number) => boolean | undefined): string | undefined {
    let best: { element: string; weight: number } | undefined;
    for (const [element, { power, lines }] of Object.entries(this.#file.elements)) {
      const height = Math.max(0, ...lines.filter(([at]) => Math.abs(at - nm) <= within).map(([, share]) => share));
      const weight = height * Math.sqrt(power) * (common.has(element) ? 10 : 1);
      if (weight <= (best?.weight ?? 0)) continue;
      const strongest = lines.filter(([at]) => seen(at) !== undefined).reduce((a, b) => (b[1] > a[1] ? b : a));
      if (seen(strongest[0]) === true) best = { element, weight };
    }
    return best?.element;
  }

  /** Whether air alone may give the line. */
  isAir(nm: number, within: number): boolean {
    return Object.values(this.#file.air).some(({ lines }) =>
      lines.some(([position, height]) => height > 0.01 && Math.abs(position - nm) <= within),
    );
  }

  #linesOf(name: string): KnownBands | undefined {
    if (!this.#lines.has(name)) this.#lines.set(name, this.#computeLines(name));
    return this.#lines.get(name);
  }

  /** Lines of the formula's elements, each as strong as its mass fraction makes it; 200 to 900 nm in air. */
  #computeLines(name: string): KnownBands | undefined {
    const formula = this.formulaOf(name);
    const composition = formula === undefined ? undefined : compositionOf(formula);
    if (composition === undefined) return undefined;
    const thin = [...composition.elements].flatMap(([element, { nominal }]) => {
      const list = this.#file.elements[element];
      return (list?.lines ?? []).map(([position, share]) => ({
        position,
        element,
        depth: nominal * (list?.power ?? 0) * share,
      }));
    });
    const deepest = Math.max(0, ...thin.map(({ depth }) => depth));
    if (deepest === 0) return undefined;
    const bands = thin
      .map(({ position, element, depth }): Band => {
        const height = 1 - Math.exp((-opticalDepth * depth) / deepest);
        return { position, element, height, low: leastOfLine * height, width: lineWidthNm };
      })
      .filter(({ height }) => height >= leastLine)
      .sort((a, b) => a.position - b.position);
    return { range: [200, 900], bands };
  }
}

/** Elements that make up most of the crust and of contamination: of two that share a line, one of these is likelier. */
const common = new Set(["Na", "K", "Ca", "Mg", "Al", "Fe", "Si", "Ti"]);

const bandOf = ([position, height, width, low]: z.infer<typeof BandRow>): Band => ({ position, height, width, low });

/** Reads the text of a package's bands.json. Throws package-invalid with the reason. */
export function readBands(text: string): BandTable {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid("it is not JSON", cause);
  }
  const parsed = BandFile.safeParse(json);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error), parsed.error);
  return new BandTable(parsed.data);
}

function invalid(reason: string, cause: unknown): LithoscopeError {
  return new LithoscopeError(
    "package-invalid",
    `The band list of the model package cannot be used: ${reason}. Answers come without their reasons.`,
    "Copy the package again from where it was made.",
    { cause },
  );
}
