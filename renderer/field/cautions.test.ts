import { expect, test } from "vitest";
import { cautionsOf } from "./cautions.ts";

const well = { batteryPercent: 78, storage: undefined, pages: 1, drifted: false, jump: undefined };
const storage = (freeBytes: number) => ({ freeBytes, totalBytes: 64e9 });

test("a tablet that is well says nothing", () => {
  expect(cautionsOf({ ...well, storage: storage(20e9) })).toEqual([]);
});

test("battery, storage, clock and a second window are each told with what to do", () => {
  expect(cautionsOf({ ...well, batteryPercent: 12 })[0]).toContain("12\u00a0%");
  expect(cautionsOf({ ...well, storage: storage(200e6) })[0]).toContain("200\u00a0MB");
  expect(cautionsOf({ ...well, storage: storage(1e6) })[0]).toContain("full");
  expect(cautionsOf({ ...well, pages: 2 })[0]).toContain("2 windows");
  expect(cautionsOf({ ...well, jump: { byMs: -3 * 3_600_000, atText: "10:24" } })[0]).toContain(
    "3\u00a0h back at 10:24",
  );
});

test("what may cost data comes first, and two lines stand at most", () => {
  const lines = cautionsOf({ ...well, storage: storage(1e6), batteryPercent: 5, pages: 3, drifted: true });
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain("Storage");
});
