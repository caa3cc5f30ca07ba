import type { LookAlike, MineralEntry } from "../contract/mindb.ts";

type Named = Pick<
  MineralEntry,
  "name" | "depth" | "formula" | "elements" | "massFractions" | "crystalSystem" | "features"
>;

/** Half width of the bell that stands for a band when spectra are compared, cm⁻¹: field instruments shift and blur so far. */
const blurCm1 = 6;
/** Likeness (cosine) from which two Raman spectra are taken for each other. */
const alikeFrom = 0.85;
/** At most so many computed look-alikes for each entry: the nearest. */
const most = 3;
/** Two minerals of the same elements are the same to LIBS if no mass fraction differs by more than this. */
const sameMass = 0.03;
/** Elements that a LIBS spark in air or a wet sample shows whatever the mineral is. */
const everywhere = new Set(["O", "H", "N", "C"]);

const heights: Record<string, number> = { "very strong": 0.95, strong: 0.65, medium: 0.35, weak: 0.12 };

interface Pair {
  readonly one: Named;
  readonly other: Named;
  readonly likeness: number;
  readonly told: Omit<LookAlike, "name">;
}

/**
 * Look-alikes that follow from the bands and formulas of this catalogue: pairs with at least one full entry whose blurred
 * Raman sticks agree (cosine ≥ 0.85), or, where one of the two has no Raman band, whose elements and mass fractions do. Name → its look-alikes, nearest
 * first, both sides told the same; pairs that a text tells (`told`) are left out.
 */
export function similarPairs(
  entries: readonly Named[],
  told: (one: string, other: string) => boolean,
): Map<string, LookAlike[]> {
  const pairs = [...ramanPairs(entries), ...elementPairs(entries)]
    .filter(({ one, other }) => !told(one.name, other.name))
    .sort((a, b) => rank(b) - rank(a));
  const of = new Map<string, LookAlike[]>();
  for (const { one, other, told: words } of pairs) {
    const [mine, yours] = [of.get(one.name) ?? [], of.get(other.name) ?? []];
    if (mine.length >= most || yours.length >= most) continue;
    of.set(one.name, [...mine, { name: other.name, ...words }]);
    of.set(other.name, [...yours, { name: one.name, ...words }]);
  }
  return of;
}

/** Minerals of the planets come before the rare ones of Earth. */
const rank = ({ one, other, likeness }: Pair): number => likeness + (isFull(one) && isFull(other) ? 0.1 : 0);

const isFull = ({ depth }: Named): boolean => depth === "full";

interface Sticks {
  readonly entry: Named;
  readonly bands: readonly { readonly position: number; readonly height: number }[];
  readonly norm: number;
}

function sticksOf(entry: Named): Sticks | undefined {
  const bands = entry.features
    .filter(({ technique }) => technique === "raman")
    .map(({ position, strength }) => ({ position, height: heights[strength] ?? 0.12 }));
  if (bands.length < 2) return undefined;
  return { entry, bands, norm: Math.sqrt(overlap(bands, bands)) };
}

/** Inner product of two rows of Gaussian bells; both sorted by position. */
function overlap(one: Sticks["bands"], other: Sticks["bands"]): number {
  let sum = 0;
  let from = 0;
  for (const band of one) {
    while (from < other.length && (other[from]?.position ?? 0) < band.position - 4 * blurCm1) from += 1;
    for (let i = from; i < other.length; i += 1) {
      const apart = (other[i]?.position ?? 0) - band.position;
      if (apart > 4 * blurCm1) break;
      sum += band.height * (other[i]?.height ?? 0) * Math.exp(-((apart / (2 * blurCm1)) ** 2));
    }
  }
  return sum;
}

function ramanPairs(entries: readonly Named[]): Pair[] {
  const all = entries.map(sticksOf).filter((sticks) => sticks !== undefined);
  const full = all.filter(({ entry }) => isFull(entry));
  return full.flatMap((one) =>
    all.flatMap((other): Pair[] => {
      const later = other.entry.name > one.entry.name;
      if (other === one || (isFull(other.entry) && !later)) return [];
      const likeness = overlap(one.bands, other.bands) / (one.norm * other.norm);
      if (likeness < alikeFrom) return [];
      return [{ one: one.entry, other: other.entry, likeness, told: ramanWords(one, other, likeness) }];
    }),
  );
}

function ramanWords(one: Sticks, other: Sticks, likeness: number): Omit<LookAlike, "name"> {
  const alone = (mine: Sticks, yours: Sticks) =>
    mine.bands
      .filter(({ height }) => height >= 0.35)
      .filter(({ position }) => !yours.bands.some((b) => Math.abs(b.position - position) <= 2 * blurCm1))
      .map(({ position }) => Math.round(position));
  const [onlyOne, onlyOther] = [alone(one, other), alone(other, one)];
  const elements = elementWords(one.entry, other.entry);
  const clauses = [
    ...(onlyOne.length > 0 ? [`${one.entry.name} alone has Raman ${onlyOne.join(", ")} cm-1`] : []),
    ...(onlyOther.length > 0 ? [`${other.entry.name} alone has Raman ${onlyOther.join(", ")} cm-1`] : []),
    ...(elements === undefined ? [] : [elements]),
  ];
  const by = [...(onlyOne.length + onlyOther.length > 0 ? ["Raman"] : []), ...(elements === undefined ? [] : ["LIBS"])];
  return {
    separatedBy: by.length > 0 ? by.join("; ") : "none of the three techniques",
    how: `${one.entry.name} against ${other.entry.name}: ${clauses.join("; ") || "the same Raman bands and elements"}`,
    source: `computed from the Raman bands of this catalogue: likeness ${likeness.toFixed(2)}`,
    confidence: "measured",
  };
}

/** What LIBS would tell: an element that only one has, or has at least 5 wt% more of. */
function elementWords(one: Named, other: Named): string | undefined {
  const only = (mine: Named, yours: Named) =>
    mine.elements.filter((symbol) => !everywhere.has(symbol) && !yours.elements.includes(symbol));
  const [a, b] = [only(one, other), only(other, one)];
  const words = [
    ...(a.length > 0 ? [`${one.name} has ${a.join(", ")}`] : []),
    ...(b.length > 0 ? [`${other.name} has ${b.join(", ")}`] : []),
  ];
  if (words.length > 0) return `LIBS: ${words.join(", ")}`;
  const apart = Object.keys(one.massFractions)
    .filter((symbol) => !everywhere.has(symbol))
    .map((symbol) => ({ symbol, a: one.massFractions[symbol] ?? 0, b: other.massFractions[symbol] ?? 0 }))
    .sort((x, y) => Math.abs(y.a - y.b) - Math.abs(x.a - x.b))[0];
  if (apart === undefined || other.massFractions[apart.symbol] === undefined || Math.abs(apart.a - apart.b) < 0.05) {
    return undefined;
  }
  return `LIBS: ${apart.symbol} ${percent(apart.a)} against ${percent(apart.b)} wt%`;
}

const percent = (fraction: number): string => String(Math.round(100 * fraction));

/** Pairs of the same elements in the same amounts, of which one has no Raman bands to be told by. */
function elementPairs(entries: readonly Named[]): Pair[] {
  const weighed = entries.filter(({ massFractions }) => Object.keys(massFractions).length > 0);
  const groups = Map.groupBy(weighed, ({ elements }) => [...elements].sort().join(" "));
  return [...groups.values()].flatMap((group) =>
    group.flatMap((one, i) =>
      group.slice(i + 1).flatMap((other): Pair[] => {
        if (!(isFull(one) || isFull(other)) || (hasRaman(one) && hasRaman(other))) return [];
        const worst = Math.max(
          ...one.elements.map((symbol) =>
            Math.abs((one.massFractions[symbol] ?? 0) - (other.massFractions[symbol] ?? 0)),
          ),
        );
        if (worst > sameMass) return [];
        const systems =
          one.crystalSystem === other.crystalSystem
            ? "the same crystal system"
            : `${one.crystalSystem} against ${other.crystalSystem}`;
        return [
          {
            ...{ one, other },
            likeness: 0.8 - worst,
            told: {
              separatedBy: "structure, not LIBS",
              how: `${one.name} against ${other.name}: the same elements in the same amounts; ${systems}`,
              source: "computed from the formulas and crystal systems of the IMA list",
              confidence: "measured",
            },
          },
        ];
      }),
    ),
  );
}

const hasRaman = ({ features }: Named): boolean => features.some(({ technique }) => technique === "raman");
