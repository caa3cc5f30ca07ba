import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { restartAfter } from "./restart.ts";

describe("when a dead process is started again", () => {
  it("at once the first time, then after growing pauses up to 10 s", () => {
    let deaths = 0;
    const delaysMs = Array.from({ length: 6 }, () => {
      const restart = restartAfter(100, deaths);
      deaths = restart.deaths;
      return restart.delayMs;
    });
    expect(delaysMs).toEqual([0, 500, 2_000, 10_000, 10_000, 10_000]);
  });

  it("at once whenever it had run for a minute, however often it died before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 60_000 }), fc.nat(), (ranMs, deaths) => {
        expect(restartAfter(ranMs, deaths)).toEqual({ deaths: 1, delayMs: 0 });
      }),
    );
  });
});
