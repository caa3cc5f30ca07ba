import type { GrainSize, RockAssessment, RockObservations } from "../../contract/rock.ts";
import { type Group, groupOf } from "../../contract/rocks/groups.ts";
import { seededRandom } from "../../spectra/random.ts";
import { evidenceOf, type RockSpot } from "./evidence.ts";
import { modalCoverage, modalMineralogy } from "./modal.ts";
import { type NamedRock, nameRock } from "./name.ts";
import { chemistryOf } from "./schemes/looks.ts";
import { rockSchemes } from "./schemes/schemes.ts";

/** Fewer spots than this say what minerals are there, not how much: one of 5 is 20 %, with an interval of 5 to 50 %. */
export const fewestSpots = 5;
/** A first name below this is only the best of many. */
const clearName = 0.5;
/** Constituents and rocks below these are not listed. */
const leastShare = 0.01;
const leastProbability = 0.01;
const mostRocks = 10;
/** A rival worth telling apart from the first. */
const rivalProbability = 0.05;

/** From the spots of a sample to its modal mineralogy and its names. The same spots give the same answer. `pause` as in {@link nameRock}. */
export async function assessRock(
  spots: readonly RockSpot[],
  seen: RockObservations = {},
  pause?: () => Promise<void>,
): Promise<RockAssessment> {
  const evidence = spots.map(evidenceOf);
  const counted = evidence.filter((parts) => parts.length > 0).length;
  const flat = evidence.flat();
  const names = namesByGroup(spots);
  const minerals = modalMineralogy(flat, seededRandom(30))
    .filter(({ share }) => counted > 0 && share >= leastShare)
    .map(({ constituent, share, low, high }) => ({
      name: constituent.name,
      share,
      low,
      high,
      coverage: modalCoverage,
      named: constituent.groups.flatMap((group) => names.get(group) ?? []).slice(0, 3),
    }));
  const ranked = counted === 0 ? [] : await nameRock(rockSchemes(), flat, seen, pause);
  const rocks = ranked
    .slice(0, mostRocks)
    .filter(({ probability }, i) => i === 0 || probability >= leastProbability)
    .map((rock) => {
      const { name, scheme, rule, source, confidence } = rock.scheme.facts;
      const needs = needsOf(rock, ranked, seen);
      return {
        name,
        probability: rock.probability,
        scheme,
        rule,
        source,
        confidence,
        ...(needs !== undefined && { needs }),
      };
    });
  const assessment = { spots: { counted, leftOut: spots.length - counted }, minerals, rocks };
  return { ...assessment, sentence: sentenceOf(assessment) };
}

/** The minerals that the spots were named, by group, those with the most probability first. */
function namesByGroup(spots: readonly RockSpot[]): Map<Group, string[]> {
  const sums = new Map<string, number>();
  for (const { identification } of spots) {
    for (const { name, probability } of identification.minerals) sums.set(name, (sums.get(name) ?? 0) + probability);
  }
  const worthTelling = [...sums].filter(([, sum]) => sum >= 0.5).sort((a, b) => b[1] - a[1]);
  const byGroup = Map.groupBy(worthTelling, ([name]) => groupOf(name));
  return new Map([...byGroup].map(([group, list]) => [group, list.map(([name]) => name)]));
}

const grainWords: Readonly<Record<GrainSize, string>> = {
  glass: "glass",
  "not visible": "too fine to see",
  fine: "fine (below 1 mm)",
  medium: "medium (1 to 5 mm)",
  coarse: "coarse (5 to 30 mm)",
  "very coarse": "very coarse (above 30 mm)",
};

/** The observation that would tell this name from its nearest rival, if it was not made. */
function needsOf(rock: NamedRock, ranked: readonly NamedRock[], seen: RockObservations): string | undefined {
  if (rock.probability < rivalProbability) return undefined;
  const rivals = ranked.filter((other) => other !== rock && other.probability >= rivalProbability);
  for (const { scheme: other } of rivals) {
    const { facts, looks, places } = rock.scheme;
    const apart = <Word>(ours: readonly Word[], theirs: readonly Word[]) => !ours.some((word) => theirs.includes(word));
    if (seen.grain === undefined && apart(looks.grains, other.looks.grains)) {
      return `${capital(facts.name)} if the grains are ${either(looks.grains.map((g) => grainWords[g]))}; ${other.facts.name} if they are ${either(other.looks.grains.map((g) => grainWords[g]))}.`;
    }
    if (seen.texture === undefined && apart(looks.textures, other.looks.textures)) {
      return `${capital(facts.name)} if the texture is ${either(looks.textures)}; ${other.facts.name} if it is ${either(other.looks.textures)}.`;
    }
    if (seen.place === undefined && apart(places, other.places)) {
      return `${capital(facts.name)} if the sample is of: ${places.join(", ")}; ${other.facts.name} if of: ${other.places.join(", ")}.`;
    }
    const ours = chemistryOf[facts.name] ?? {};
    const theirs = chemistryOf[other.facts.name] ?? {};
    for (const oxide of Object.keys(ours) as (keyof typeof ours)[]) {
      const [a, b] = [ours[oxide], theirs[oxide]];
      if (a === undefined || b === undefined || seen.chemistry?.[oxide] !== undefined || (a[1] > b[0] && b[1] > a[0]))
        continue;
      return `${capital(facts.name)} with ${oxide} ${a[0]} to ${a[1]} wt%; ${other.facts.name} with ${b[0]} to ${b[1]} wt%.`;
    }
  }
  return undefined;
}

function sentenceOf({ spots, minerals, rocks }: Omit<RockAssessment, "sentence">): string {
  const [first, second] = rocks;
  if (first === undefined) return "No spot of this sample can be counted. Measure more spots.";
  const main = minerals.slice(0, 3).map(({ name, share }) => `${name} ${Math.round(share * 100)} %`);
  const made = `Counted on ${spots.counted} ${spots.counted === 1 ? "spot" : "spots"}: ${main.join(", ")}.`;
  if (spots.counted < fewestSpots) return `${made} Too few spots for a rock name; measure ${fewestSpots} or better 30.`;
  if (first.probability >= clearName || second === undefined) return `${made} Most likely ${first.name}.`;
  return `${made} Not decided: ${first.name} or ${second.name}.`;
}

function either(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
