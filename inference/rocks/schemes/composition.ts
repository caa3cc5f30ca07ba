import type { BulkChemistry } from "../../../contract/rock.ts";
import { type Group, groups } from "../../../contract/rocks/groups.ts";

export type Oxide = keyof BulkChemistry;
export const oxides = ["SiO2", "TiO2", "Al2O3", "FeO", "MgO", "CaO", "K2O", "alkalis"] as const satisfies Oxide[];

interface GroupChemistry {
  /** g/cm³. */
  readonly density: number;
  /** wt%; what is not named is 0. */
  readonly oxides: Readonly<Partial<Record<Oxide, number>>>;
  /** How much an oxide varies within the group from rock to rock, wt%, one standard deviation; 2 where nothing is said. */
  readonly spread?: Readonly<Partial<Record<Oxide, number>>>;
}

const ironMagnesium = { FeO: 9, MgO: 9 };
const anything = { SiO2: 30, TiO2: 5, Al2O3: 15, FeO: 15, MgO: 15, CaO: 15, K2O: 5, alkalis: 8 };

/**
 * Typical compositions of the groups as rocks have them: stoichiometry of the common members and densities as in Deer,
 * Howie and Zussman, An Introduction to the Rock-Forming Minerals (general knowledge, rounded). They serve to ask which
 * modes agree with a bulk analysis, with wide allowances.
 */
const chemistry: Readonly<Record<Group, GroupChemistry>> = {
  olivine: { density: 3.4, oxides: { SiO2: 39, FeO: 17, MgO: 43 }, spread: ironMagnesium },
  orthopyroxene: { density: 3.35, oxides: { SiO2: 55, Al2O3: 1, FeO: 12, MgO: 30, CaO: 1.5 }, spread: ironMagnesium },
  pigeonite: { density: 3.4, oxides: { SiO2: 53, Al2O3: 1, FeO: 20, MgO: 20, CaO: 5 }, spread: ironMagnesium },
  clinopyroxene: {
    density: 3.35,
    oxides: { SiO2: 52, TiO2: 0.7, Al2O3: 2.5, FeO: 9, MgO: 15, CaO: 21, alkalis: 0.5 },
    spread: { FeO: 5, MgO: 3, CaO: 3, SiO2: 2.5 },
  },
  "sodic pyroxene": {
    density: 3.35,
    oxides: { SiO2: 56, Al2O3: 13, FeO: 6, MgO: 8, CaO: 11, alkalis: 7 },
    spread: { Al2O3: 6, FeO: 5, MgO: 4, CaO: 5, alkalis: 3 },
  },
  "calcic plagioclase": { density: 2.72, oxides: { SiO2: 46, Al2O3: 34, CaO: 18, alkalis: 1.5 }, spread: { SiO2: 3 } },
  "sodic plagioclase": {
    density: 2.63,
    oxides: { SiO2: 66, Al2O3: 21, CaO: 2, alkalis: 10.5, K2O: 0.4 },
    spread: { SiO2: 3, K2O: 0.5 },
  },
  "K-feldspar": { density: 2.57, oxides: { SiO2: 65, Al2O3: 18.5, alkalis: 16, K2O: 15 } },
  silica: { density: 2.65, oxides: { SiO2: 100 }, spread: { SiO2: 1 } },
  opal: { density: 2.1, oxides: { SiO2: 93 }, spread: { SiO2: 4 } },
  foid: {
    density: 2.5,
    oxides: { SiO2: 48, Al2O3: 30, alkalis: 19, K2O: 6 },
    spread: { SiO2: 6, Al2O3: 6, alkalis: 4, K2O: 7 },
  },
  amphibole: {
    density: 3.1,
    oxides: { SiO2: 49, TiO2: 0.5, Al2O3: 8, FeO: 11, MgO: 16, CaO: 12, alkalis: 2 },
    spread: { SiO2: 6, Al2O3: 6, ...ironMagnesium },
  },
  "dark mica": {
    density: 3,
    oxides: { SiO2: 38, TiO2: 1.5, Al2O3: 14, FeO: 16, MgO: 16, alkalis: 10, K2O: 9.5 },
    spread: { Al2O3: 3, FeO: 12, MgO: 9, TiO2: 1.5 },
  },
  "white mica": {
    density: 2.82,
    oxides: { SiO2: 46, Al2O3: 36, FeO: 1.5, MgO: 1, alkalis: 10.5, K2O: 10 },
    spread: { Al2O3: 4, K2O: 3 },
  },
  chlorite: { density: 2.8, oxides: { SiO2: 29, Al2O3: 19, FeO: 16, MgO: 23 }, spread: ironMagnesium },
  serpentine: { density: 2.6, oxides: { SiO2: 41, Al2O3: 1, FeO: 6, MgO: 38 }, spread: { SiO2: 5, FeO: 10, MgO: 8 } },
  "talc, brucite": { density: 2.6, oxides: { SiO2: 35, MgO: 48 }, spread: { SiO2: 25, MgO: 18 } },
  clay: {
    density: 2.4,
    oxides: { SiO2: 50, Al2O3: 22, FeO: 5, MgO: 6, CaO: 1, alkalis: 1.5, K2O: 0.5 },
    spread: { SiO2: 6, Al2O3: 14, FeO: 8, MgO: 9, alkalis: 1.5, K2O: 1 },
  },
  zeolite: {
    density: 2.2,
    oxides: { SiO2: 50, Al2O3: 21, CaO: 6, alkalis: 6, K2O: 2 },
    spread: { SiO2: 5, CaO: 5, alkalis: 5, K2O: 3 },
  },
  epidote: { density: 3.4, oxides: { SiO2: 38, Al2O3: 26, FeO: 9, CaO: 24 }, spread: { Al2O3: 5, FeO: 6 } },
  garnet: {
    density: 4,
    oxides: { SiO2: 39, Al2O3: 22, FeO: 22, MgO: 10, CaO: 6 },
    spread: { FeO: 12, MgO: 10, CaO: 9 },
  },
  "aluminium silicate": { density: 3.3, oxides: { SiO2: 37, Al2O3: 60 }, spread: { Al2O3: 4 } },
  cordierite: { density: 2.6, oxides: { SiO2: 50, Al2O3: 34, FeO: 4, MgO: 11 }, spread: { FeO: 4, MgO: 4 } },
  wollastonite: { density: 2.9, oxides: { SiO2: 51, CaO: 47 } },
  melilite: { density: 3, oxides: { SiO2: 26, Al2O3: 30, MgO: 2, CaO: 41 }, spread: { SiO2: 8, Al2O3: 12, MgO: 4 } },
  calcite: { density: 2.71, oxides: { CaO: 56 } },
  dolomite: { density: 2.87, oxides: { CaO: 30, MgO: 21, FeO: 1 } },
  "other carbonate": { density: 3.3, oxides: { MgO: 25, FeO: 30 }, spread: { MgO: 22, FeO: 28 } },
  gypsum: { density: 2.32, oxides: { CaO: 33 } },
  anhydrite: { density: 2.97, oxides: { CaO: 41 } },
  "hydrous sulfate": { density: 2, oxides: { MgO: 22 }, spread: { MgO: 7, FeO: 6, alkalis: 6 } },
  "alunite, jarosite": { density: 3.2, oxides: { FeO: 43, alkalis: 7, K2O: 5 }, spread: { FeO: 6, Al2O3: 6, K2O: 4 } },
  halide: { density: 2.17, oxides: { alkalis: 53 }, spread: { alkalis: 5, K2O: 5 } },
  ilmenite: { density: 4.7, oxides: { TiO2: 53, FeO: 46, MgO: 1 }, spread: { TiO2: 5, FeO: 5, MgO: 3 } },
  magnetite: { density: 5.15, oxides: { FeO: 92, TiO2: 2 }, spread: { FeO: 5, TiO2: 4 } },
  hematite: { density: 5, oxides: { FeO: 88 }, spread: { FeO: 4 } },
  spinel: { density: 3.6, oxides: { Al2O3: 70, MgO: 26, FeO: 3 }, spread: { FeO: 6, MgO: 5, Al2O3: 5 } },
  chromite: { density: 4.6, oxides: { FeO: 30, Al2O3: 8, MgO: 6 }, spread: { FeO: 6, Al2O3: 8, MgO: 6 } },
  "titanium oxide": { density: 4.1, oxides: { TiO2: 85, CaO: 5 }, spread: { TiO2: 25, CaO: 10, SiO2: 10 } },
  phosphate: { density: 3.15, oxides: { CaO: 53, MgO: 1 } },
  /** 92 % iron, told as FeO. */
  metal: { density: 7.8, oxides: { FeO: 118 }, spread: { FeO: 6 } },
  sulfide: { density: 4.8, oxides: { FeO: 78 }, spread: { FeO: 12 } },
  "reduced sulfide": { density: 2.8, oxides: { CaO: 50, MgO: 15 }, spread: { CaO: 25, MgO: 15 } },
  carbon: { density: 2.2, oxides: {} },
  glass: {
    density: 2.5,
    oxides: { SiO2: 58, Al2O3: 14, FeO: 8, MgO: 6, CaO: 8, alkalis: 4, K2O: 1.5 },
    spread: { ...anything, SiO2: 12 },
  },
  maskelynite: {
    density: 2.65,
    oxides: { SiO2: 55, Al2O3: 28, CaO: 11, alkalis: 5 },
    spread: { SiO2: 5, Al2O3: 3, CaO: 4 },
  },
  "rock fragment": {
    density: 2.65,
    oxides: { SiO2: 58, Al2O3: 14, FeO: 6, MgO: 5, CaO: 8, alkalis: 3, K2O: 1.5 },
    spread: anything,
  },
  "other mineral": { density: 3, oxides: {}, spread: { ...anything, SiO2: 50 } },
};

const ofGroup = groups.map((group) => chemistry[group]);
const usualSpread: Readonly<Record<Oxide, number>> = {
  SiO2: 2,
  TiO2: 0.3,
  Al2O3: 2,
  FeO: 2,
  MgO: 2,
  CaO: 2,
  K2O: 0.3,
  alkalis: 0.8,
};

/**
 * The oxides of a mode: expected wt% and variance, in the order of `oxides`. `shareOf` gives the volume share of a group by
 * its index; grains of a group in one rock are alike, so their deviation does not average out.
 */
export function bulkOf(
  present: readonly number[],
  shareOf: (k: number) => number,
): { mean: number[]; variance: number[] } {
  const mean = oxides.map(() => 0);
  const variance = oxides.map(() => 0);
  let mass = 0;
  for (const [k, g] of present.entries()) mass += shareOf(k) * (ofGroup[g]?.density ?? 0);
  for (const [k, g] of present.entries()) {
    const group = ofGroup[g];
    if (group === undefined) continue;
    const weight = (shareOf(k) * group.density) / mass;
    for (const [o, oxide] of oxides.entries()) {
      mean[o] = (mean[o] ?? 0) + weight * (group.oxides[oxide] ?? 0);
      variance[o] = (variance[o] ?? 0) + (weight * (group.spread?.[oxide] ?? usualSpread[oxide])) ** 2;
    }
  }
  return { mean, variance };
}
