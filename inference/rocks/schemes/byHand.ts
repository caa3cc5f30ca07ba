import type { Place } from "../../../contract/rock.ts";
import type { Group } from "../../../contract/rocks/groups.ts";
import type { Composition, Part, Ratio } from "./scheme.ts";

/**
 * Rocks whose published rule is no list of plain ranges: ratios within a triangle, "of QFL", fragments whose minerals are
 * left open. Each says how the rule was read; numbers are those of the list, unless a comment gives another reason.
 */

const part = (low: number, high: number, groups: Part["groups"]): Part => ({ low, high, groups });
const one = (group: Group, low: number, high: number): Part => part(low, high, { [group]: 1 });
const of = (parts: readonly Part[], ratios: readonly Ratio[] = []): Composition => ({ parts, ratios });

const pyroxenes = ["orthopyroxene", "pigeonite", "clinopyroxene"] as const satisfies Group[];
const feldspars = ["K-feldspar", "sodic plagioclase", "calcic plagioclase"] as const satisfies Group[];
const qfl = ["silica", ...feldspars, "rock fragment"] as const satisfies Group[];
const plagioclase = { "calcic plagioclase": 1, "sodic plagioclase": 1 } as const;
const grains = {
  silica: 2,
  "K-feldspar": 1,
  "sodic plagioclase": 1,
  "calcic plagioclase": 0.5,
  calcite: 0.5,
  clay: 0.5,
} as const;
const lunarClasts = {
  "rock fragment": 2,
  "calcic plagioclase": 2,
  orthopyroxene: 0.5,
  pigeonite: 0.5,
  clinopyroxene: 0.5,
  olivine: 0.5,
} as const;
const melt = {
  glass: 1,
  "calcic plagioclase": 1,
  "sodic plagioclase": 0.5,
  pigeonite: 0.5,
  clinopyroxene: 0.5,
  orthopyroxene: 0.5,
  "K-feldspar": 0.3,
  silica: 0.3,
} as const;

/**
 * On the Moon the highland scheme names what has 60 % plagioclase or more by other names (Stöffler et al. 1980: limits 60,
 * 77.5 and 90 %), so norite, gabbro, gabbronorite and troctolite end there; on Earth at 90 %.
 */
const mostPlagioclase = (place: Place | undefined): number => (place === "moon" ? 60 : 90);

/** Streckeisen (1976): the rarer pyroxene of a norite or gabbro is less than 5 % of the pyroxene. */
const norite = (place: Place | undefined): Composition =>
  of(
    [
      part(10, mostPlagioclase(place), plagioclase),
      one("orthopyroxene", 5, 90),
      part(0, 5, { clinopyroxene: 1, pigeonite: 0.3 }),
      one("olivine", 0, 5),
    ],
    [{ of: ["orthopyroxene"], among: pyroxenes, low: 95, high: 100 }],
  );
const gabbro = (place: Place | undefined): Composition =>
  of(
    [
      part(10, mostPlagioclase(place), plagioclase),
      part(5, 90, { clinopyroxene: 5, pigeonite: 0.5 }),
      one("orthopyroxene", 0, 5),
      one("olivine", 0, 5),
    ],
    [{ of: ["orthopyroxene"], among: pyroxenes, low: 0, high: 5 }],
  );
const gabbronorite = (place: Place | undefined): Composition =>
  of(
    [
      part(10, mostPlagioclase(place), plagioclase),
      one("orthopyroxene", 0, 90),
      part(0, 90, { clinopyroxene: 5, pigeonite: 1 }),
      one("olivine", 0, 5),
    ],
    [{ of: ["orthopyroxene"], among: pyroxenes, low: 5, high: 95 }],
  );
const troctolite = (place: Place | undefined): Composition =>
  of([
    part(10, mostPlagioclase(place), plagioclase),
    one("olivine", 10, 90),
    part(0, 5, { orthopyroxene: 1, pigeonite: 1, clinopyroxene: 1 }),
  ]);

const quartzArenite = of(
  [
    one("silica", 80, 100),
    part(0, 5, { "K-feldspar": 1, "sodic plagioclase": 1 }),
    one("rock fragment", 0, 5),
    part(0, 15, { clay: 1, "white mica": 1 }),
  ],
  [{ of: ["silica"], among: qfl, low: 95, high: 100 }],
);
/** F/L > 3: feldspar is more than three quarters of feldspar and fragments. */
const arkose = of(
  [one("silica", 25, 75), part(25, 75, { "K-feldspar": 1, "sodic plagioclase": 1 }), one("rock fragment", 0, 25)],
  [{ of: feldspars, among: [...feldspars, "rock fragment"], low: 75, high: 100 }],
);
/** L/F > 3, matrix < 15 %. */
const litharenite = of(
  [
    one("silica", 5, 75),
    part(0, 25, { "K-feldspar": 1, "sodic plagioclase": 1 }),
    one("rock fragment", 10, 95),
    part(0, 15, { clay: 1, "white mica": 1, chlorite: 1 }),
  ],
  [{ of: ["rock fragment"], among: [...feldspars, "rock fragment"], low: 75, high: 100 }],
);

/** Zeolite and clay replace glass: the pyroclasts are the rest. */
const tuff = of([
  part(40, 100, {
    glass: 2,
    "sodic plagioclase": 0.5,
    "calcic plagioclase": 0.5,
    "K-feldspar": 0.5,
    silica: 0.5,
    clinopyroxene: 0.5,
    "dark mica": 0.3,
    olivine: 0.3,
  }),
  one("zeolite", 0, 60),
  one("clay", 0, 40),
]);

/** Diaplectic glass is counted with the quartz that it was. */
const shockedGneiss = of([
  part(20, 40, { silica: 1, glass: 1 }),
  part(40, 60, { "K-feldspar": 1, "sodic plagioclase": 1 }),
  part(5, 25, { "dark mica": 1, "white mica": 1 }),
]);

/** The matrix is 50 to 90 % of the rock; of it 50 to 70 % plagioclase and 20 to 40 % pyroxene. */
const crystallineMeltBreccia = of([
  part(25, 63, { "calcic plagioclase": 3, "sodic plagioclase": 0.5 }),
  part(10, 36, { orthopyroxene: 1, pigeonite: 1, clinopyroxene: 1 }),
  part(10, 50, lunarClasts),
]);

export const compositionsByHand: Readonly<Record<string, (place: Place | undefined) => Composition>> = {
  norite,
  gabbro,
  gabbronorite,
  troctolite,
  tuff: () => tuff,
  "shocked gneiss or granite": () => shockedGneiss,
  "impact melt breccia (crystalline)": () => crystallineMeltBreccia,
  "impact melt rock": () =>
    of([
      part(50, 100, melt),
      part(0, 50, { "rock fragment": 2, silica: 0.5, "sodic plagioclase": 0.5, "calcic plagioclase": 0.5 }),
    ]),
  pseudotachylite: () =>
    of([
      part(50, 90, melt),
      part(10, 50, {
        "rock fragment": 2,
        silica: 1,
        "K-feldspar": 0.5,
        "sodic plagioclase": 0.5,
        "calcic plagioclase": 0.5,
      }),
    ]),
  suevite: () =>
    of([
      part(30, 80, { ...grains, "dark mica": 0.5 }),
      one("glass", 5, 60),
      part(10, 60, { "rock fragment": 3, silica: 0.5, calcite: 0.5 }),
    ]),
  "regolith breccia": () => of([one("glass", 5, 40), part(60, 95, lunarClasts)]),
  "fragmental breccia": () => of([one("glass", 0, 5), part(95, 100, lunarClasts)]),
  "dimict breccia": () => of([part(40, 60, { "calcic plagioclase": 9, "sodic plagioclase": 0.5 }), part(40, 60, melt)]),
  "quartz arenite": () => quartzArenite,
  arkose: () => arkose,
  litharenite: () => litharenite,
  conglomerate: () => of([part(30, 90, { "rock fragment": 3, silica: 1, calcite: 0.5 }), part(10, 60, grains)]),
  "sedimentary breccia": () => of([part(30, 95, { "rock fragment": 3, silica: 1, calcite: 0.5 }), part(5, 70, grains)]),
  "lime mudstone / wackestone": () => of([one("calcite", 90, 100), part(0, 10, { dolomite: 1, clay: 1, silica: 1 })]),
  "packstone / grainstone": () => of([one("calcite", 90, 100), part(0, 10, { dolomite: 1, clay: 1, silica: 1 })]),
  boundstone: () => of([part(90, 100, { calcite: 0.3, dolomite: 0.3 }), part(0, 10, { clay: 1, silica: 1 })]),
  quartzite: () =>
    of([
      one("silica", 80, 100),
      part(0, 20, { "white mica": 1, "K-feldspar": 1, "sodic plagioclase": 1, "aluminium silicate": 0.5 }),
    ]),
  /** The rest of a marble is what impure carbonate turns into. */
  marble: () =>
    of([
      part(50, 100, { calcite: 0.3, dolomite: 0.3 }),
      part(0, 50, {
        clinopyroxene: 1,
        wollastonite: 1,
        olivine: 1,
        amphibole: 1,
        garnet: 1,
        silica: 1,
        "white mica": 1,
        "dark mica": 1,
      }),
    ]),
  hornfels: () =>
    of([
      part(15, 80, { cordierite: 1, "aluminium silicate": 1, clinopyroxene: 1, wollastonite: 1 }),
      part(20, 85, {
        silica: 1,
        "K-feldspar": 1,
        "sodic plagioclase": 1,
        "dark mica": 1,
        "white mica": 0.5,
        garnet: 0.5,
      }),
    ]),
};
