import type { Identification } from "../../contract/identification.ts";
import type { SpotLook } from "../../contract/rock.ts";
import { type Group, groupIndex, groupOf, groups, outsideLibraries } from "../../contract/rocks/groups.ts";

/** One spot of a sample: what the machine said of it, and what the eye adds. */
export interface RockSpot {
  readonly identification: Pick<Identification, "minerals" | "unknown" | "mixture" | "quality">;
  readonly look?: SpotLook | undefined;
}

/** What one spot, or one part of a mixed spot, tells: how likely its answer is if the spot lies on each group. */
export interface Evidence {
  /** By the index of `groups`; only ratios matter. */
  readonly likelihood: Float64Array;
  /** Share of the spot that this speaks of: 1, or a fraction of a mixture. */
  readonly weight: number;
}

/**
 * Groups whose members the machine takes for each other: most errors of the Raman matcher stay within structural groups
 * (models/README.md). Of what the machine gives a group, this share is given to its siblings.
 */
const siblings: readonly { groups: readonly Group[]; share: number }[] = [
  { groups: ["calcic plagioclase", "sodic plagioclase", "K-feldspar"], share: 0.3 },
  { groups: ["orthopyroxene", "pigeonite", "clinopyroxene", "sodic pyroxene"], share: 0.05 },
  { groups: ["serpentine", "chlorite", "clay"], share: 0.1 },
  { groups: ["dark mica", "white mica", "clay"], share: 0.05 },
  { groups: ["silica", "opal"], share: 0.05 },
  { groups: ["magnetite", "chromite", "spinel"], share: 0.05 },
  { groups: ["calcite", "dolomite", "other carbonate"], share: 0.02 },
];

/** One answer in twenty is an error that no probability tells of, and names any group as likely as another. */
const anyError = 0.05;

/**
 * "Other mineral" is some 1,400 classes, a hundred times as many as any group of rock formers, so that it collects the tail of
 * every answer by their number alone. What it is given counts three tenths: a clear name among them still stands out.
 */
const otherMineralCounts = 0.3;

/**
 * How an answer "not in the library" divides: mostly to what the libraries lack, the rest to everything, since a bad
 * spectrum of a known mineral looks unknown as well.
 */
const unknownForOutside = 0.8;

/**
 * What a look says of the groups: how often a spot on such a group is given this word. A person misses glass, metal or a
 * fragment under the probe about once in seven, and sees one where there is none about once in fifty.
 */
const missed = 0.15;
const imagined = 0.02;
const lookedLike: Readonly<Partial<Record<Group, SpotLook>>> = {
  metal: "metal",
  sulfide: "metal",
  glass: "glass",
  maskelynite: "glass",
  "rock fragment": "rock fragment",
};

function chanceOfLook(look: SpotLook, group: Group): number {
  const own = lookedLike[group] ?? "mineral grain";
  if (look === own) return own === "mineral grain" ? 1 - imagined : 1 - missed;
  return look === "mineral grain" ? missed : imagined;
}

/**
 * What a spot tells, or nothing if it is too poor to name and nobody noted how it looks. The probabilities of all its names
 * are carried: those of a group are added up (the machine holds its classes equally likely beforehand).
 */
export function evidenceOf({ identification, look }: RockSpot): Evidence[] {
  const { minerals, unknown, mixture, quality } = identification;
  const verdicts = Object.values(quality);
  const poor = verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === "poor");
  if (poor && (look === undefined || look === "mineral grain")) return [];
  if (mixture !== undefined && mixture.length > 1 && !poor && (look === undefined || look === "mineral grain")) {
    const sum = mixture.reduce((total, { fraction }) => total + fraction, 0);
    return mixture.map(({ name, fraction }) => ({
      likelihood: spread(new Map([[groupOf(name), 1 - unknown]]), unknown),
      weight: fraction / sum,
    }));
  }
  const byGroup = new Map<Group, number>();
  let listed = 0;
  for (const { name, probability } of minerals) {
    const group = groupOf(name);
    const whole = probability * (1 - unknown); // probabilities are given that the mineral is in the library
    byGroup.set(group, (byGroup.get(group) ?? 0) + whole);
    listed += whole;
  }
  const rest = Math.max(0, 1 - unknown - listed); // names that the list was cut after
  const likelihood = poor ? new Float64Array(groups.length).fill(1) : spread(byGroup, unknown, rest);
  if (look === undefined) return [{ likelihood, weight: 1 }];
  // A fragment is counted as such, whatever mineral of it lies under the spot.
  if (look === "rock fragment") likelihood.fill(1);
  for (const [i, group] of groups.entries()) likelihood[i] = (likelihood[i] ?? 0) * chanceOfLook(look, group);
  return [{ likelihood, weight: 1 }];
}

function spread(byGroup: ReadonlyMap<Group, number>, unknown: number, rest = 0): Float64Array {
  const likelihood = new Float64Array(groups.length).fill(
    (anyError + rest + unknown * (1 - unknownForOutside)) / groups.length,
  );
  const add = (group: Group, amount: number): void => {
    const i = groupIndex[group];
    likelihood[i] = (likelihood[i] ?? 0) + amount * (group === "other mineral" ? otherMineralCounts : 1);
  };
  for (const [group, probability] of byGroup) {
    add(group, probability);
    for (const family of siblings) {
      if (!family.groups.includes(group)) continue;
      for (const sibling of family.groups) if (sibling !== group) add(sibling, probability * family.share);
    }
  }
  for (const group of outsideLibraries) add(group, unknown * unknownForOutside);
  return likelihood;
}
