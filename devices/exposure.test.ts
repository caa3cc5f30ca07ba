import { describe, expect, it } from "vitest";
import { betterIntegrationUs } from "./exposure.ts";
import { reading } from "./testing/reading.ts";

const limits = { min: 1000, max: 10_000_000 };
const dark = reading({ fill: 1500 });
const bright = (count: number, integrationUs = 200_000, pixels = 10) =>
  reading({ fill: 1500, integrationUs, peak: { from: 100, pixels, count } });

describe("automatic exposure", () => {
  it("keeps an exposure that fills the detector between a quarter and the brim", () => {
    expect(betterIntegrationUs(bright(5000), dark, limits, true)).toBeUndefined();
    expect(betterIntegrationUs(bright(16000), dark, limits, true)).toBeUndefined();
  });

  it("halves a saturated one and gives up at the shortest time", () => {
    expect(betterIntegrationUs(bright(16383), dark, limits, true)).toBe(100_000);
    expect(() => betterIntegrationUs(bright(16383, limits.min), dark, limits, true)).toThrow("saturated");
  });

  it("does not take a hot pixel or a cosmic ray for saturation", () => {
    expect(betterIntegrationUs(bright(16383, 200_000, 2), dark, limits, true)).toBeUndefined();
  });

  it("lengthens a dim one towards 60 % of the range, at most eightfold, within the limits", () => {
    expect(betterIntegrationUs(bright(3500), dark, limits, true)).toBeCloseTo(
      200_000 * ((0.6 * 16383 - 1500) / 2000),
      -1,
    );
    expect(betterIntegrationUs(bright(1510), dark, limits, true)).toBe(1_600_000);
    expect(betterIntegrationUs(bright(1510, 9_000_000), dark, limits, true)).toBeUndefined();
  });

  it("does not lengthen again what it had to shorten", () => {
    expect(betterIntegrationUs(bright(3500), dark, limits, false)).toBeUndefined();
  });
});
