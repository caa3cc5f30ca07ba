import { expect, it } from "vitest";
import { mustVary } from "./plausible.ts";

const full = 16_383;

it.each([0, 1500])("%i in every pixel is a detector that was not read out", (count) => {
  expect(() => mustVary(new Uint16Array(64).fill(count), full)).toThrow(/not read out/);
});

it("every pixel full is too much light, and one that differs is a spectrum", () => {
  expect(() => mustVary(new Uint16Array(64).fill(full), full)).not.toThrow();
  expect(() => mustVary(new Uint16Array(64).fill(1500).fill(1501, 0, 1), full)).not.toThrow();
});
