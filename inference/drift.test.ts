import { describe, expect, test } from "vitest";
import type { ReferenceStatistics } from "../contract/model.ts";
import { driftOf, leastSpots, mostSpots } from "./drift.ts";
import type { SpotFigures } from "./figures.ts";
import { heldOutRaman } from "./testing/heldOutRaman.ts";

const reference = { raman: heldOutRaman.asMeasured };

/** Mulberry32: the same days at every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The value at a level between 0 and 1. */
function at(quantiles: readonly number[], level: number): number {
  const place = level * (quantiles.length - 1);
  const [low, high] = [quantiles[Math.floor(place)]!, quantiles[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

/** A spot drawn from what was said of others. A spot that matches badly is also named with less confidence. */
function drawn(from: ReferenceStatistics, random: () => number): SpotFigures {
  const level = random();
  const confidence = random() < 0.7 ? 1 - level : random();
  const unknown = at(from.unknown, level);
  return {
    techniques: "raman",
    unknown,
    isUnknown: unknown >= 0.5,
    topProbability: at(from.topProbability, confidence),
    signalToNoise: at(from.signalToNoise, random()),
  };
}

/** Days of 200 spots, with a look after each; how often each state was reached at all. */
function days(count: number, from: ReferenceStatistics, seed: number, spotsADay = 200) {
  const random = chance(seed);
  const reached = { drifted: 0, watch: 0, spotsUntilAlarm: [] as number[] };
  for (let day = 0; day < count; day += 1) {
    const spots: SpotFigures[] = [];
    let [drifted, watch] = [false, false];
    while (spots.length < spotsADay && !drifted) {
      spots.push(drawn(from, random));
      const { state } = driftOf(reference, spots.slice(-mostSpots), []);
      drifted ||= state === "drifted";
      watch ||= state === "watch";
    }
    if (drifted) reached.spotsUntilAlarm.push(spots.length);
    reached.drifted += drifted ? 1 : 0;
    reached.watch += watch ? 1 : 0;
  }
  return reached;
}

const spotsOf = (from: ReferenceStatistics, count: number, seed = 1): SpotFigures[] => {
  const random = chance(seed);
  return Array.from({ length: count }, () => drawn(from, random));
};

describe("the match of recent spots", () => {
  test("raises a false alarm on at most 1 in 100 days of 200 spots, and makes a note on at most 1 in 20", () => {
    const { drifted, watch } = days(400, heldOutRaman.asMeasured, 7);
    expect(drifted).toBeLessThanOrEqual(4);
    expect(watch).toBeLessThanOrEqual(20);
  });

  test.each([
    ["8 cm⁻¹", heldOutRaman.moved8Cm1],
    ["10 cm⁻¹", heldOutRaman.moved10Cm1],
  ])("shows within 60 spots that the axis is off by %s, on 19 of 20 days", (_, from) => {
    expect(days(40, from, 3, 60).drifted).toBeGreaterThanOrEqual(38);
  });

  test("does not show 5 cm⁻¹, which the matcher bridges at a loss of 3 points of top-1", () => {
    expect(days(40, heldOutRaman.moved5Cm1, 3).drifted).toBeLessThanOrEqual(2);
  });

  test("says what was seen and what to do", () => {
    const { state, sentence, techniques } = driftOf(reference, spotsOf(heldOutRaman.moved10Cm1, 40), []);
    expect(state).toBe("drifted");
    expect(sentence).toMatch(
      /^The last 40 Raman spots match the library less well than the model was calibrated on\. Check the instrument's axis with a standard/,
    );
    expect(techniques).toMatchObject([{ techniques: "raman", spots: 40 }]);
  });

  test("is better than at calibration without any sign: only a worse one counts", () => {
    const best = spotsOf(heldOutRaman.asMeasured, 60).map((spot) => ({ ...spot, unknown: 0.003, isUnknown: false }));
    expect(driftOf(reference, best, []).state).toBe("ok");
  });
});

describe("other signs", () => {
  const spots = spotsOf(heldOutRaman.asMeasured, 60, 5);

  test("many unknown minerals are an alarm, with their number", () => {
    const strange = spots.map((spot, i) => ({ ...spot, isUnknown: i % 3 === 0 }));
    const { state, sentence } = driftOf(reference, strange, []);
    expect(state).toBe("drifted");
    expect(sentence).toContain(
      "Of the last 60 Raman spots 20 are not in the library; at calibration it would have been 2.",
    );
  });

  test.each([
    ["less confidence", { topProbability: 0.3 }, "less confidence"],
    ["more noise", { signalToNoise: 20 }, "noisier"],
  ])("%s alone is noted, not an alarm: the rocks can be the reason", (_, change, words) => {
    const { state, sentence } = driftOf(
      reference,
      spots.map((spot) => ({ ...spot, ...change })),
      [],
    );
    expect(state).toBe("watch");
    expect(sentence).toContain(words);
  });

  test("fewer than 30 spots say nothing, however bad they are", () => {
    const few = spotsOf(heldOutRaman.moved10Cm1, leastSpots - 1).map((spot) => ({ ...spot, isUnknown: true }));
    expect(driftOf(reference, few, [])).toMatchObject({ state: "waiting", sentence: /^29 Raman spots so far/ });
  });

  test("a package without statistics of its calibration says that it is not watched", () => {
    expect(driftOf(undefined, spots, [])).toMatchObject({ state: "unwatched", techniques: [{ state: "unwatched" }] });
    expect(driftOf({}, [], []).state).toBe("waiting");
  });
});

describe("the Raman axis", () => {
  /** Offsets of held-out RRUFF spectra from the catalogue's bands: median, and the spread of the middle 80 %. */
  const offsets = (count: number, movedCm1: number, seed: number): number[] => {
    const random = chance(seed);
    return Array.from({ length: count }, () => movedCm1 + at([-1.6, -1.1, -0.2, 0.3, 1, 2, 4], random()));
  };
  const look = (offsetsCm1: readonly number[]) => driftOf(undefined, [], offsetsCm1);

  test("raises no false alarm in 400 days of 200 spots", () => {
    const alarmed = Array.from({ length: 400 }, (_, day) => offsets(200, 0, day)).filter((day) =>
      day.some((_, i) => look(day.slice(Math.max(0, i - mostSpots), i)).state === "drifted"),
    );
    expect(alarmed).toEqual([]);
  });

  // The spread reaches farther up than down, so an axis that says too low is seen a little later.
  test.each([
    [5, 30],
    [-5, 60],
  ])("is seen to be off by %d cm⁻¹ within %d spots on 19 of 20 days, with the way to go", (movedCm1, spots) => {
    const looks = Array.from({ length: 100 }, (_, day) => look(offsets(spots, movedCm1, day)));
    const alarms = looks.filter(({ state }) => state === "drifted");
    expect(alarms.length).toBeGreaterThanOrEqual(95);
    for (const { sentence, axis } of alarms) {
      expect(Math.abs((axis.offsetCm1 ?? 0) - movedCm1)).toBeLessThan(1.5);
      expect(sentence).toContain(movedCm1 > 0 ? "too high" : "too low");
    }
  });

  test("is not accused by a minority of spots that are far off: a catalogue can be wrong about a mineral", () => {
    expect(look([...offsets(35, 0, 1), ...offsets(25, 9, 2)]).state).not.toBe("drifted");
  });

  test("is watched for a package that says nothing of its calibration", () => {
    expect(look(offsets(30, 0, 1))).toMatchObject({ state: "ok", sentence: /lie where they should/ });
    expect(look(offsets(16, 5, 1)).axis).toMatchObject({ state: "waiting", spots: 16 });
  });
});
