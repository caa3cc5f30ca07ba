import { describe, expect, test } from "vitest";
import { groupOf } from "../../contract/rocks/groups.ts";
import { seededRandom } from "../../spectra/random.ts";
import { evidenceOf } from "./evidence.ts";
import { constituents, modalCoverage, modalMineralogy } from "./modal.ts";
import { type NamedRock, nameRock } from "./name.ts";
import { rockSchemes } from "./schemes/schemes.ts";
import {
  type AnswerOptions,
  drawObservations,
  drawPlace,
  drawSample,
  drawSpots,
  realistic,
  type SeenOptions,
} from "./testing/simulate.ts";

// The short form proves that the chain works on one sample of every rock; ASSURE=1 gives the figures of docs/decisions/010.
const long = process.env.ASSURE === "1";
const repetitions = long ? 10 : 1;
const timeout = 3_600_000;
const spotsPerSample = 30;

const everything: SeenOptions = { place: true, lens: true, chemistry: true };
const lens: SeenOptions = { place: true, lens: true, chemistry: false };
const place: SeenOptions = { place: true, lens: false, chemistry: false };
const perfect: AnswerOptions = { poor: 0, unknown: 0, noted: 1, oneSpecimen: false, perfect: true };

interface Score {
  first: number;
  firstThree: number;
  byRock: Map<string, { right: number; instead: string[] }>;
}

/** Every rock of the list alike; `withSpots` false tells what the observations alone would give. */
async function score(seen: SeenOptions, answers: AnswerOptions = realistic, withSpots = true): Promise<Score> {
  const schemes = rockSchemes();
  const result: Score = { first: 0, firstThree: 0, byRock: new Map() };
  for (const [i, scheme] of schemes.entries()) {
    const random = seededRandom(1000 * i + 7);
    const tally = { right: 0, instead: [] as string[] };
    for (let n = 0; n < repetitions; n++) {
      const site = drawPlace(scheme.facts, random);
      const sample = drawSample(scheme.facts, site, random);
      const spots = drawSpots(sample, spotsPerSample, answers, random);
      const observations = drawObservations(scheme.facts, site, seen, sample, random);
      const ranked: NamedRock[] = await nameRock(schemes, withSpots ? spots.flatMap(evidenceOf) : [], observations);
      if (ranked[0]?.scheme === scheme) tally.right += 1;
      else tally.instead.push(ranked[0]?.scheme.facts.name ?? "");
      if (ranked.slice(0, 3).some((rock) => rock.scheme === scheme)) result.firstThree += 1;
    }
    result.first += tally.right;
    result.byRock.set(scheme.facts.name, tally);
  }
  result.first /= schemes.length * repetitions;
  result.firstThree /= schemes.length * repetitions;
  return result;
}

const words = ({ first, firstThree }: Score) =>
  `${(100 * first).toFixed(1)} % first, ${(100 * firstThree).toFixed(1)} % in three`;

describe(`${spotsPerSample} simulated spots of each rock`, () => {
  test("the right name comes first in most, and in nearly all among three", { timeout }, async () => {
    const all = await score(everything);
    console.log(`place, lens and bulk chemistry: ${words(all)}`);
    for (const [name, { right, instead }] of [...all.byRock].sort((a, b) => a[1].right - b[1].right)) {
      if (long)
        console.log(
          `  ${right}/${repetitions} ${name}${instead.length > 0 ? ` (instead: ${[...new Set(instead)].join(", ")})` : ""}`,
        );
    }
    expect(all.first).toBeGreaterThanOrEqual(leastFirst);
    expect(all.firstThree).toBeGreaterThanOrEqual(0.95);
  });

  test.runIf(long)("what each kind of observation adds", { timeout }, async () => {
    console.log(`place and lens: ${words(await score(lens))}`);
    console.log(`place: ${words(await score(place))}`);
    console.log(`place and lens, without a spot: ${words(await score(lens, realistic, false))}`);
    console.log(`place and lens, every grain named rightly: ${words(await score(lens, perfect))}`);
    console.log(`place, lens and chemistry, without a spot: ${words(await score(everything, realistic, false))}`);
    console.log(
      `place, lens and chemistry, an error repeats in all grains: ${words(await score(everything, { ...realistic, oneSpecimen: true }))}`,
    );
    console.log(`place, lens and chemistry, every grain named rightly: ${words(await score(everything, perfect))}`);
  });
});

/** Bar of the short form, whose 122 samples scatter by 3 points; the long form has 1,220. */
const leastFirst = long ? 0.9 : 0.84;

test("credible intervals hold the true share about 9 times in 10 where the machine names rightly", {
  timeout,
}, () => {
  let held = 0;
  let all = 0;
  for (const [i, { facts }] of rockSchemes().entries()) {
    if (!long && i % 4 !== 0) continue;
    const random = seededRandom(i);
    const sample = drawSample(facts, drawPlace(facts, random), random);
    const truth = new Map<string, number>();
    for (const [mineral, share] of sample) {
      // Glass, metal and fragments are told by the eye; the other groups by their minerals.
      const group =
        (
          {
            "+glass": "glass",
            "+metal": "metal",
            "+fragment": "rock fragment",
            "+maskelynite": "maskelynite",
            "+troilite": "sulfide",
            "+oldhamite": "reduced sulfide",
          } as const
        )[mineral] ?? groupOf(mineral);
      const name = constituents.find(({ groups }) => groups.includes(group))?.name ?? group;
      truth.set(name, (truth.get(name) ?? 0) + share);
    }
    const spots = drawSpots(sample, spotsPerSample, perfect, random);
    const shares = modalMineralogy(spots.flatMap(evidenceOf), random);
    for (const [name, share] of truth) {
      if (share < 0.05) continue; // less than two spots in thirty: nobody reads such an interval
      const found = shares.find(({ constituent }) => constituent.name === name);
      all += 1;
      if (found !== undefined && found.low <= share && share <= found.high) held += 1;
    }
  }
  console.log(`intervals of ${modalCoverage * 100} %: hold ${((100 * held) / all).toFixed(1)} % of ${all}`);
  expect(held / all).toBeGreaterThan(0.82); // 94 intervals in the short form scatter by 3 points
});
