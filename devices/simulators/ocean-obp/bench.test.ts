import { describe, expect, it } from "vitest";
import { calibrate } from "../../calibrate.ts";
import { reading } from "../../testing/reading.ts";
import { strongestBandCm1 } from "../../testing/strongest-band.ts";
import { Bench, bench } from "./bench.ts";
import { bandsOf, simulatedMinerals } from "./minerals.ts";

const raman = { technique: "raman", excitationNm: bench.excitationNm } as const;
const mean = (counts: Uint16Array) => counts.reduce((sum, count) => sum + count, 0) / counts.length;
/** Standard deviation of the difference of two exposures, per exposure. */
const noise = (a: Uint16Array, b: Uint16Array) =>
  Math.sqrt(a.reduce((sum, count, i) => sum + (count - (b[i] ?? 0)) ** 2, 0) / a.length / 2);

function measured(mineral: string, seed: number) {
  const detector = new Bench("raman", { bands: bandsOf(mineral) }, seed);
  const take = (lightOn: boolean) => ({
    ...reading({ fill: 0, lightOn }),
    counts: Uint16Array.from(detector.expose(200_000, 1, lightOn)),
    wavelengthCoefficients: [...bench.wavelengthCoefficients],
  });
  return calibrate(
    [1, 2, 3].map(() => take(true)),
    take(false),
    raman,
  );
}

describe("the simulated bench", () => {
  it("sees 130 to 1800 cm⁻¹", () => {
    const { values } = measured("Quartz", 1).axis;
    expect(values[0]).toBeLessThan(130);
    expect(values.at(-1)).toBeGreaterThan(1800);
  });

  it("shows the strongest band of every mineral in the table within 3 cm⁻¹, or between two that it cannot resolve", () => {
    const wrong = simulatedMinerals.filter((mineral) => {
      const found = strongestBandCm1(measured(mineral, 1));
      const strong = bandsOf(mineral).filter(({ height }) => height >= 0.65);
      const isNear = strong.some(({ shiftCm1 }) => Math.abs(shiftCm1 - found) <= 3);
      const isBlend = strong.some(
        (a) => a.shiftCm1 < found && strong.some((b) => b.shiftCm1 > found && b.shiftCm1 - a.shiftCm1 < a.fwhmCm1),
      );
      return !isNear && !isBlend;
    });
    expect(wrong).toEqual([]);
    expect(simulatedMinerals).toHaveLength(187);
  });

  it("gives the same counts for the same seed, others for another", () => {
    const counts = (seed: number) => new Bench("raman", { bands: bandsOf("Calcite") }, seed).expose(100_000, 1, true);
    expect(counts(7)).toEqual(counts(7));
    expect(counts(7)).not.toEqual(counts(8));
  });

  it("counts only dark with the light off, more of it with time", () => {
    const detector = new Bench("raman", { bands: bandsOf("Calcite") }, 1);
    const short = mean(detector.expose(10_000, 1, false));
    expect(short).toBeGreaterThan(1450);
    expect(short).toBeLessThan(1550);
    expect(mean(detector.expose(5_000_000, 1, false)) - short).toBeCloseTo(300, -1.5);
  });

  it("loses noise with the root of the averaged scans", () => {
    const detector = new Bench("raman", { bands: bandsOf("Calcite") }, 1);
    const expose = (scans: number) => detector.expose(200_000, scans, true);
    const ratio = noise(expose(1), expose(1)) / noise(expose(16), expose(16));
    expect(ratio).toBeGreaterThan(3.5);
    expect(ratio).toBeLessThan(4.5);
  });

  it("saturates at 16383", () => {
    expect(Math.max(...new Bench("raman", { bands: bandsOf("Calcite") }, 1).expose(3_000_000, 1, true))).toBe(16383);
  });

  it("knows no mineral by another name", () => {
    expect(() => bandsOf("toString")).toThrow("toString");
  });
});
