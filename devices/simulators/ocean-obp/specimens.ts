import { z } from "zod";
import { LithoscopeError } from "../../../contract/errors.ts";
import type { Technique } from "../../../contract/spectrum.ts";
import { intensityGlasses } from "../../../spectra/calibration/response.ts";
import {
  argon,
  calcite,
  mercuryArgon,
  polystyrene,
  type Standard,
  silicon,
  titanium,
} from "../../../spectra/calibration/standards.ts";
import { inAir } from "../../../spectra/calibration/wavelength.ts";
import { type Band, bandsOf, simulatedMinerals } from "./minerals.ts";

/** What lies under the simulated probe, and what light comes from it. */
export interface Specimen {
  /** Raman bands under the instrument's laser. */
  readonly bands?: readonly Band[];
  /** Lines that shine by themselves, light on or off: a lamp. nm in air, height relative to the strongest. */
  readonly lamp?: readonly { readonly nm: number; readonly height: number }[];
  /** Lines that the instrument's own laser strikes: LIBS. */
  readonly plasma?: readonly { readonly nm: number; readonly height: number }[];
  /** Smooth light under the instrument's light, by wavelength in air, nm; 1 is the level of a good exposure. */
  readonly smooth?: (nm: number) => number;
  /** Fluorescence in heights of the strongest Raman band; by chance if absent. */
  readonly glow?: number;
}

/** Natural widths of polystyrene's lines, cm⁻¹, in the standard's order. Choices, after published spectra. */
const polystyreneWidths = [8, 9, 4, 5, 9, 14, 8, 7, 25, 28, 14];

const ramanStandard = ({ lines }: Standard, widthCm1: (i: number) => number, glow: number): Specimen => ({
  bands: lines.map(({ at, strength }, i) => ({ shiftCm1: at, fwhmCm1: widthCm1(i), height: strength })),
  glow,
});
const emission = (standard: Standard) =>
  standard.lines.map(({ at, strength }) => ({ nm: inAir(standard, at), height: strength }));

/** A laser of 785 nm: NIST's glass for it. */
const glass785 = intensityGlasses.find(({ excitationNm }) => excitationNm === 785);

/** Standards by the name under which they are placed, and the techniques that they are for. */
const standards: Record<string, { techniques: readonly Technique[]; specimen: Specimen }> = {
  Nothing: { techniques: ["raman", "vnir", "libs"], specimen: {} },
  Polystyrene: { techniques: ["raman"], specimen: ramanStandard(polystyrene, (i) => polystyreneWidths[i] ?? 8, 0.3) },
  Silicon: { techniques: ["raman"], specimen: ramanStandard(silicon, () => 4, 0.05) },
  "Calcite standard": { techniques: ["raman"], specimen: ramanStandard(calcite, () => 4, 0.2) },
  "Argon lamp": { techniques: ["raman"], specimen: { lamp: emission(argon) } },
  "NIST SRM 2241": {
    techniques: ["raman"],
    specimen: { smooth: (nm) => Math.max(0, glass785?.intensity(1e7 / 785 - 1e7 / nm) || 0) },
  },
  "White tile": { techniques: ["vnir"], specimen: { smooth: (nm) => halogen(nm) * whiteTile(nm) } },
  "Grey tile": { techniques: ["vnir"], specimen: { smooth: (nm) => halogen(nm) * 0.5 } },
  "Hg-Ar lamp": { techniques: ["vnir"], specimen: { lamp: emission(mercuryArgon) } },
  Titanium: { techniques: ["libs"], specimen: { plasma: emission(titanium) } },
  "Deuterium-halogen lamp": { techniques: ["libs"], specimen: { smooth: (nm) => 0.3 + 0.7 * ((nm - 240) / 180) } },
};

/** Certified reflectance of the simulated tile: what its certificate in a demo would say. */
export function whiteTile(nm: number): number {
  return 0.99 - 0.00002 * Math.abs(nm - 700);
}

/** A halogen lamp through a silicon detector. Choice. */
function halogen(nm: number): number {
  return Math.exp(-(((nm - 720) / 260) ** 2));
}

/** Names of everything that can lie under the probe of a simulated instrument for the technique. */
export function specimensFor(technique: Technique): { name: string; kind: "mineral" | "standard" }[] {
  const named = Object.entries(standards).filter(([, { techniques }]) => techniques.includes(technique));
  return [
    ...named.map(([name]) => ({ name, kind: "standard" as const })),
    ...(technique === "raman" ? simulatedMinerals.map((name) => ({ name, kind: "mineral" as const })) : []),
  ];
}

/** Throws "usage" for what the simulator does not have, or has for another technique. */
export function specimenOf(name: string, technique: Technique): Specimen {
  const standard = Object.hasOwn(standards, name) ? standards[name] : undefined;
  if (standard?.techniques.includes(technique)) return standard.specimen;
  if (standard === undefined && technique === "raman") return { bands: bandsOf(name) };
  throw new LithoscopeError(
    "usage",
    `The simulated instrument has no "${name}" for this technique.`,
    `Choose one of: ${specimensFor(technique)
      .slice(0, 12)
      .map((specimen) => specimen.name)
      .join(", ")}.`,
  );
}

/** What a person, or a demo, does to a simulated instrument while it runs. Absent members stay as they are. */
export const Placed = z.object({
  specimen: z.string().optional(),
  /** How far the laser is from what the operator believes, nm. */
  laserErrorNm: z.number().optional(),
  /** How far the detector is from its own coefficients, nm: as a whole, and more at its long end than in its middle. */
  offsetNm: z.number().optional(),
  stretchNm: z.number().optional(),
});
export type Placed = z.infer<typeof Placed>;
