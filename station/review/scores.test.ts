import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Identification } from "../../contract/identification.ts";
import type { ReviewSpot } from "../../contract/review.ts";
import { id } from "../journal/scenario.ts";
import { alignByCommonEvent, alignByGnss } from "./clocks.ts";
import { localM, pathM } from "./places.ts";
import { rate, scoresOf, verdictOf } from "./scores.ts";

function spot(changes: Partial<ReviewSpot> & { said?: Partial<Identification> } = {}): ReviewSpot {
  const { said, ...rest } = changes;
  const identification: Identification = {
    minerals: [{ name: "Quartz", probability: 0.8 }],
    unknown: 0.05,
    set: { coverage: 0.9, names: ["Quartz", "Albite"] },
    quality: {},
    model: { id: "m", version: "1", sha256: "0", provider: "cpu" },
    ...said,
  };
  const measurement = { measurementId: id(1), seq: 1, at: "2031-06-01T09:00:00.000Z", simulated: false, source: "a" };
  const base: Omit<ReviewSpot, "verdict"> = {
    target: { sessionId: id(1), sampleId: id(2), spotId: id(3) },
    ...{ crew: "Kilo", sampleName: "KI-01", number: 1, answer: "named", notes: [] },
    measurements: [{ ...measurement, technique: "raman", identification }],
    ...rest,
  };
  const verdict = verdictOf(base);
  return { ...base, ...(verdict && { verdict }) };
}
const truth = (kind: NonNullable<ReviewSpot["truth"]>["kind"], ...names: string[]) => ({
  ...{ kind, names, certain: true, basis: "", blind: true, by: "Trainer" },
});

describe("a verdict", () => {
  test.each([
    ["right", spot({ truth: truth("mineral", "quartz") })],
    ["in-set", spot({ truth: truth("mineral", "Albite") })],
    ["wrong", spot({ truth: truth("mineral", "Calcite") })],
    ["not-known", spot({ truth: truth("mineral", "Calcite"), answer: "unknown" })],
    ["poor", spot({ truth: truth("mineral", "Quartz"), answer: "poor" })],
    [undefined, spot({ truth: truth("rock", "Basalt") })],
    [undefined, spot({ truth: truth("undetermined") })],
    [undefined, spot()],
    ["in-set", spot({ truth: truth("mixture", "Quartz", "Calcite") })],
    [
      "right",
      spot({
        truth: truth("mixture", "Quartz", "Calcite"),
        said: {
          mixture: [
            { name: "Calcite", fraction: 0.6 },
            { name: "Quartz", fraction: 0.4 },
            { name: "Opal", fraction: 0 },
          ],
        },
      }),
    ],
  ] as const)("is %s", (verdict, { verdict: given }) => expect(given).toBe(verdict));
});

test("Wilson's interval holds the observed rate, narrows with more spots, and stays within 0 and 1", () => {
  // Wilson 1927: 10 of 10 at 95 % gives a lower limit of 0.722.
  expect(rate(10, 10).high).toBeCloseTo(1, 12);
  expect(rate(10, 10).low).toBeCloseTo(0.722, 3);
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), (a, b) => {
      const [hits, of] = [Math.min(a, b), Math.max(a, b)];
      const { low, high } = rate(hits, of);
      expect(low >= 0 && high <= 1 && low <= high).toBe(true);
      if (of === 0) return;
      expect(low <= hits / of + 1e-12 && hits / of <= high + 1e-12).toBe(true);
      const more = rate(hits * 4, of * 4);
      expect(more.high - more.low).toBeLessThanOrEqual(high - low + 1e-12);
    }),
  );
});

test("scores count each judged spot once: by crew, technique and group; agreement only where both spoke", () => {
  const spots = [
    spot({ truth: truth("mineral", "Quartz"), opinion: { name: "Quartz" } }),
    spot({ truth: truth("mineral", "Albite"), opinion: { name: "Quartz" } }),
    spot({ truth: truth("mineral", "Calcite"), crew: "Lima" }),
    spot({ crew: "Lima" }),
  ];
  const { crews, groups, all, agreement, calibration, coverage } = scoresOf(spots, (name) =>
    name === "Albite" ? "Feldspar" : undefined,
  );
  expect(
    crews.map(({ name, spots: n, judged, rightFirst, inSet, wrong }) => [
      name,
      n,
      judged,
      rightFirst.hits,
      inSet.hits,
      wrong,
    ]),
  ).toEqual([
    ["Kilo", 2, 2, 1, 2, 0],
    ["Lima", 2, 1, 0, 0, 1],
  ]);
  expect(groups.map(({ name }) => name)).toEqual(["Calcite", "Feldspar", "Quartz"]);
  expect(all).toMatchObject({ spots: 4, judged: 3 });
  expect(agreement.map(({ rate: { hits, of } }) => [hits, of])).toEqual([
    [1, 3],
    [1, 2],
    [2, 2],
  ]);
  expect(calibration).toMatchObject([{ from: 0.7, to: 0.9, rate: { hits: 1, of: 3 } }]);
  expect(coverage).toMatchObject({ stated: 0.9, rate: { hits: 2, of: 3 } });
});

test("clocks: a common event moves the other tablet onto the reference; one wild fix does not move satellite time", () => {
  const reference = { sessionId: id(1), seq: 2, at: "2031-06-01T09:00:00.000Z" };
  const other = { sessionId: id(2), seq: 5, at: "2031-06-01T09:07:00.250Z" };
  expect(alignByCommonEvent(reference, 1000, other).offsetMs).toBe(-419_250);
  const fix = (receiver: string, tablet: string) => ({
    receiverAt: `2031-06-01T09:${receiver}Z`,
    tabletAt: `2031-06-01T09:${tablet}Z`,
  });
  const fixes = [fix("00:00", "07:00"), fix("01:00", "08:00"), fix("02:00", "02:00")];
  expect(alignByGnss(id(2), fixes)?.offsetMs).toBe(-420_000);
  expect(alignByGnss(id(2), [])).toBeUndefined();
});

test("a degree of latitude is 111.2 km, a degree of longitude shrinks to the north", () => {
  const origin = { latitudeDeg: 60, longitudeDeg: 10 };
  const { eastM, northM } = localM(origin, { latitudeDeg: 61, longitudeDeg: 11 });
  expect(northM / 1000).toBeCloseTo(111.195, 2);
  expect(eastM / northM).toBeCloseTo(0.5, 6);
  expect(pathM([origin, { ...origin, latitudeDeg: 60.001 }, origin])).toBeCloseTo(222.39, 1);
});
