import type { Rate, ReviewScores, ReviewSpot, Sampling, Score, Verdict } from "../../contract/review.ts";
import { techniqueName, techniques } from "../../contract/spectrum.ts";
import { pathM } from "./places.ts";

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The machine's last answer against the truth; undefined where no name can be held against it. */
export function verdictOf({ answer, measurements, truth }: Omit<ReviewSpot, "verdict">): Verdict | undefined {
  if (truth === undefined || truth.kind === "rock" || truth.kind === "undetermined") return undefined;
  if (answer === "unnamed") return undefined;
  if (answer === "poor") return "poor";
  if (answer === "unknown") return "not-known";
  const identification = measurements.findLast((m) => m.identification !== undefined)?.identification;
  if (identification === undefined) return undefined;
  const { minerals, mixture, set } = identification;
  const isTrue = (name: string) => truth.names.some((t) => same(t, name));
  if (truth.kind === "mixture") {
    const said = mixture?.filter(({ fraction }) => fraction > 0).map(({ name }) => name) ?? [];
    if (said.length === truth.names.length && said.every(isTrue)) return "right";
    return said.some(isTrue) || set.names.some(isTrue) ? "in-set" : "wrong";
  }
  const [top] = minerals;
  if (top !== undefined && isTrue(top.name)) return "right";
  return set.names.some(isTrue) ? "in-set" : "wrong";
}

/** Standard normal quantile of a 95 % interval. */
const z95 = 1.959964;

/** Successes with Wilson's score interval (J. Am. Stat. Assoc. 22, 209, 1927), which holds for few and for all or none. */
export function rate(hits: number, of: number): Rate {
  if (of === 0) return { of, hits, low: 0, high: 1 };
  const p = hits / of;
  const spread = z95 ** 2 / of;
  const middle = p + spread / 2;
  const half = z95 * Math.sqrt((p * (1 - p)) / of + spread / (4 * of));
  return {
    of,
    hits,
    low: Math.max(0, (middle - half) / (1 + spread)),
    high: Math.min(1, (middle + half) / (1 + spread)),
  };
}

function scoreOf(name: string, spots: readonly ReviewSpot[]): Score {
  const count = (verdict: Verdict) => spots.filter((spot) => spot.verdict === verdict).length;
  const judged = spots.filter((spot) => spot.verdict !== undefined).length;
  const right = count("right");
  return {
    ...{ name, spots: spots.length, judged },
    rightFirst: rate(right, judged),
    inSet: rate(right + count("in-set"), judged),
    ...{ wrong: count("wrong"), notKnown: count("not-known"), poor: count("poor") },
  };
}

/** Scores by what `nameOf` says, the names in order of the alphabet. */
function scoresBy(spots: readonly ReviewSpot[], nameOf: (spot: ReviewSpot) => string | undefined): Score[] {
  const groups = Map.groupBy(spots, nameOf);
  return [...groups]
    .flatMap(([name, of]) => (name === undefined ? [] : [scoreOf(name, of)]))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
}

/** Edges of the calibration's bins: finer where answers are given. */
const edges = [0, 0.5, 0.7, 0.9, 1] as const;

/** All scores of a campaign. `groupOf` tells the mineral's group, as the catalogue has it. */
export function scoresOf(spots: readonly ReviewSpot[], groupOf: (mineral: string) => string | undefined): ReviewScores {
  const techniquesOf = (spot: ReviewSpot) =>
    techniques
      .filter((t) => spot.measurements.some(({ technique }) => technique === t))
      .map((t) => techniqueName[t])
      .join(" and ");
  const groupName = ({ truth }: ReviewSpot) => {
    const [name] = truth?.names ?? [];
    return truth?.kind === "mineral" && name !== undefined ? (groupOf(name) ?? name) : undefined;
  };
  const named = spots.flatMap((spot) => {
    const top = spot.measurements.findLast((m) => m.identification !== undefined)?.identification;
    const isMineral = spot.truth?.kind === "mineral" && spot.verdict !== undefined && spot.verdict !== "poor";
    return isMineral && top?.minerals[0] ? [{ spot, probability: top.minerals[0].probability, set: top.set }] : [];
  });
  const calibration = edges.slice(0, -1).flatMap((from, index) => {
    const to = edges[index + 1] ?? 1;
    const within = named.filter(({ probability: p }) => p >= from && (p < to || to === 1));
    if (within.length === 0) return [];
    const meanProbability = within.reduce((sum, { probability }) => sum + probability, 0) / within.length;
    const hits = within.filter(({ spot }) => isFirst(spot)).length;
    return [{ from, to, meanProbability, rate: rate(hits, within.length) }];
  });
  const [stated] = named;
  const covered = named.filter(({ spot, set }) =>
    set.names.some((name) => spot.truth?.names.some((t) => same(t, name))),
  );
  return {
    crews: scoresBy(spots, ({ crew }) => crew),
    techniques: scoresBy(spots, techniquesOf),
    groups: scoresBy(spots, groupName),
    all: scoreOf("All crews", spots),
    agreement: agreementOf(spots),
    calibration,
    ...(stated && {
      coverage: { stated: stated.set.coverage, rate: rate(covered.length, named.length) },
    }),
    sampling: [...Map.groupBy(spots, ({ crew }) => crew)]
      .map(([crew, of]) => samplingOf(crew, of))
      .sort((a, b) => a.crew.localeCompare(b.crew, "en")),
  };
}

/** Whether the machine's first name is the truth, also where it said that it does not know. */
const isFirst = (spot: ReviewSpot): boolean => {
  const top = topName(spot);
  return top !== undefined && (spot.truth?.names.some((t) => same(t, top)) ?? false);
};
const topName = ({ measurements }: ReviewSpot): string | undefined =>
  measurements.findLast((m) => m.identification !== undefined)?.identification?.minerals[0]?.name;

function agreementOf(spots: readonly ReviewSpot[]): ReviewScores["agreement"] {
  const machine = (spot: ReviewSpot) =>
    spot.answer === "named" || spot.answer === "undecided" ? topName(spot) : undefined;
  const trainer = ({ truth }: ReviewSpot) => (truth?.kind === "mineral" ? truth.names[0] : undefined);
  const astronaut = ({ opinion }: ReviewSpot) => opinion?.name;
  const pair = (
    between: string,
    a: (spot: ReviewSpot) => string | undefined,
    b: (spot: ReviewSpot) => string | undefined,
  ) => {
    const both = spots.flatMap((spot) => {
      const [x, y] = [a(spot), b(spot)];
      return x === undefined || y === undefined ? [] : [same(x, y)];
    });
    return { between, rate: rate(both.filter(Boolean).length, both.length) };
  };
  return [
    pair("Machine and trainer", machine, trainer),
    pair("Astronaut and trainer", astronaut, trainer),
    pair("Astronaut and machine", astronaut, machine),
  ];
}

function samplingOf(crew: string, spots: readonly ReviewSpot[]): Sampling {
  const measurements = spots.flatMap((spot) => spot.measurements).sort((a, b) => (a.at < b.at ? -1 : 1));
  const minutes = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 60_000;
  const stops = [...Map.groupBy(spots, ({ target }) => target.sampleId).values()].map((of) => {
    const times = of.flatMap((spot) => spot.measurements.map(({ at }) => at)).sort();
    return minutes(times[0] ?? "", times.at(-1) ?? "");
  });
  const firsts = spots.map(({ measurements: [first] }) => first?.at ?? "").sort();
  const between = firsts.slice(1).map((at, index) => minutes(firsts[index] ?? at, at));
  const places = measurements.flatMap(({ position }) => (position === undefined ? [] : [position]));
  const counts = techniques.map((t) => [t, measurements.filter(({ technique }) => technique === t).length] as const);
  const [perStop, perSpot] = [median(stops), median(between)];
  return {
    ...{ crew, samples: stops.length, spots: spots.length, repeats: measurements.length - spots.length },
    techniques: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    ...(perStop !== undefined && { minutesPerStop: perStop }),
    ...(perSpot !== undefined && { minutesPerSpot: perSpot }),
    placed: places.length,
    ...(places.length > 1 && { pathM: pathM(places) }),
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
