import { expect, test } from "vitest";
import { backwardsMs, jumpMs } from "./clock.ts";

test("a drift of seconds is no jump; an hour to and fro is", () => {
  expect(jumpMs(1000, 3500)).toBeUndefined();
  expect(jumpMs(0, 3_600_000)).toBe(3_600_000);
  expect(jumpMs(0, -3_600_000)).toBe(-3_600_000);
});

test("a clock that a dead battery has put back stands before the last line", () => {
  const lastAt = "2031-06-01T12:00:00.000Z";
  expect(backwardsMs(lastAt, Date.parse(lastAt) - 7_200_000)).toBe(-7_200_000);
  expect(backwardsMs(lastAt, Date.parse(lastAt) + 7_200_000)).toBeUndefined();
});
