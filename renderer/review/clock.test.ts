import { describe, expect, test } from "vitest";
import type { ReviewSpot } from "../../contract/review.ts";
import { identified, idOf } from "../store/testing.ts";
import { advanced, differs, inTime, nextWanted, spotAt, targets, timeOf } from "./clock.ts";

const spot = (n: number, minute: number, changes: Partial<ReviewSpot> = {}): ReviewSpot => ({
  target: { sessionId: idOf(1), sampleId: idOf(2), spotId: idOf(10 + n) },
  ...{ crew: "Kilo", sampleName: "KI-01", number: n, answer: "named", notes: [] },
  measurements: [
    {
      ...{ measurementId: idOf(100 + n), seq: n, technique: "raman", simulated: false, source: "a" },
      at: new Date(Date.UTC(2031, 5, 1, 9, minute)).toISOString(),
      identification: identified({ Quartz: 0.8 }, { set: ["Quartz"] }),
    },
  ],
  ...changes,
});
const spots = inTime([
  spot(2, 20),
  spot(1, 10, { verdict: "right" }),
  spot(3, 30, { verdict: "wrong" }),
  spot(4, 40, { answer: "poor" }),
]);

describe("the replay's clock", () => {
  test("runs as fast as it is told, stops at the day's end, and stands while it is paused", () => {
    const clock = { atMs: 0, playing: true, speed: 60 } as const;
    expect(advanced(clock, 1000, 1e6)).toEqual({ ...clock, atMs: 60_000 });
    expect(advanced(clock, 1000, 30_000)).toEqual({ ...clock, atMs: 30_000, playing: false });
    expect(advanced({ ...clock, playing: false }, 1000, 1e6).atMs).toBe(0);
  });

  test("shows the spot that was answered last", () => {
    expect(spots.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(spotAt(spots, timeOf(spots[1]!) + 1)?.number).toBe(2);
    expect(spotAt(spots, 0)?.number).toBe(1);
    expect(spotAt([], 0)).toBeUndefined();
  });
});

describe("jumping", () => {
  test("goes to the next that is wanted, round the end, and nowhere if there is none", () => {
    expect(nextWanted(spots, spots[0], targets.disagreement)?.number).toBe(3);
    expect(nextWanted(spots, spots[3], targets.disagreement)?.number).toBe(3);
    expect(nextWanted(spots, spots[0], targets["low quality"])?.number).toBe(4);
    expect(nextWanted(spots, spots[0], targets.unknown)).toBeUndefined();
  });

  test("an astronaut who says otherwise is a disagreement, with the truth or, without one, with the machine", () => {
    expect(differs(spot(1, 1, { opinion: { name: "quartz" } }))).toBe(false);
    expect(differs(spot(1, 1, { opinion: { name: "Calcite" } }))).toBe(true);
    const truth = { kind: "mineral", names: ["Calcite"], certain: true, basis: "", blind: true, by: "T" } as const;
    expect(differs(spot(1, 1, { opinion: { name: "Calcite" }, truth: { ...truth, names: ["Calcite"] } }))).toBe(false);
  });
});
