import { expect, test } from "vitest";
import type { ModelManifest } from "../contract/model.ts";
import type { Spectrum } from "../contract/spectrum.ts";
import { gaussianNoise } from "../spectra/testing.ts";
import { prepare } from "./prepare.ts";

const grid = { start: 100, step: 2, count: 751, unit: "cm-1", maxGap: 8 } as const;
const manifest = { techniques: { raman: { grid } } } as unknown as ModelManifest;

/** Quartz's strongest lines, of this S/N. */
function quartz(signalToNoise: number, seed: number): Spectrum {
  const noise = gaussianNoise(seed, 1600);
  const values = Float64Array.from({ length: 1600 }, (_, i) => 90 + i);
  const line = (x: number, centre: number) => Math.exp(-(((x - centre) / 6) ** 2));
  const intensity = values.map(
    (x, i) => line(x, 464) + 0.3 * line(x, 206) + 0.2 * line(x, 128) + noise[i]! / signalToNoise,
  );
  return {
    technique: "raman",
    axis: { quantity: "ramanShift", unit: "cm-1", values },
    intensity,
    intensityUnit: "relative",
    corrections: [],
  };
}

/** Largest difference from the noiseless spectrum over its strongest line. */
function error(spectra: readonly Spectrum[]): number {
  const shape = ({ values }: { values: Float64Array }) => {
    const top = Math.max(...values);
    const floor = [...values].sort((a, b) => a - b)[values.length >> 1]!;
    return values.map((value) => (value - floor) / (top - floor));
  };
  const [own, truth] = [spectra, [quartz(1e6, 0)]].map((all) => shape(prepare(all, manifest).input.raman!));
  return Math.sqrt(own!.reduce((sum, value, i) => sum + (value - truth![i]!) ** 2, 0) / own!.length);
}

test("a noisy replicate hardly spoils a good one, and a refused one not at all", () => {
  const good = quartz(60, 1);
  expect(error([good, quartz(10, 2)])).toBeLessThan(1.1 * error([good]));
  expect(error([good, quartz(2, 3)])).toBe(error([good]));
  expect(error([good, quartz(60, 4)])).toBeLessThan(0.85 * error([good]));
});

test("the best replicate speaks for the technique, with its weight", () => {
  const { quality } = prepare([quartz(2, 1), quartz(9, 2), quartz(40, 3)], manifest);
  expect(quality.raman).toMatchObject({ verdict: "good", weight: 1 });
  const noisy = prepare([quartz(2, 1), quartz(9, 2)], manifest).quality.raman!;
  expect(noisy.verdict).toBe("fair");
  expect(noisy.weight).toBeGreaterThan(0.1);
  expect(noisy.weight).toBeLessThan(0.9);
});

test("spectra that are all refused still reach the model, equally, so that the answer can say so", () => {
  const { input, quality } = prepare([quartz(2, 1), quartz(2, 2)], manifest);
  expect(quality.raman).toMatchObject({ verdict: "poor", weight: 0 });
  expect(input.raman?.covered).toBe(751);
});
