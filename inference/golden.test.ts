import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Spectrum, Technique } from "../contract/spectrum.ts";
import { interpret } from "./answer.ts";
import { toInput } from "./inputs.ts";
import { Model } from "./model.ts";
import { openPackage, shippedPackageFolder } from "./package.ts";

/** Largest difference from what the training pipeline computed for the same spectra. */
const parity = 1e-4;

const Golden = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      /** `null` marks a deleted point. */
      spectra: z.array(z.object({ technique: Technique, x: z.array(z.number()), y: z.array(z.number().nullable()) })),
      probabilities: z.record(z.string(), z.number()),
      match: z.array(z.number()).length(3),
      unknown: z.number(),
      set: z.array(z.string()),
    }),
  ),
});

const golden = Golden.parse(JSON.parse(readFileSync(join(shippedPackageFolder, "golden.json"), "utf8")));

function asSpectrum(given: (typeof golden.cases)[number]["spectra"][number]): Spectrum {
  const values = Float64Array.from(given.x);
  return {
    technique: given.technique,
    axis:
      given.technique === "raman"
        ? { quantity: "ramanShift", unit: "cm-1", values }
        : { quantity: "wavelength", unit: "nm", medium: "air", values },
    intensity: Float64Array.from(given.y, (y) => y ?? Number.NaN),
    intensityUnit: given.technique === "vnir" ? "reflectance" : "relative",
    corrections: [],
  };
}

describe("the shipped package gives in TypeScript what it gives in Python", async () => {
  const model = await Model.load(await openPackage(shippedPackageFolder, { allowUnsigned: false }));
  const { manifest } = model.package;

  test("every set of techniques has a golden case", () => {
    const sets = new Set(golden.cases.map((c) => new Set(c.spectra.map((s) => s.technique)).size));
    expect([...sets].sort()).toEqual([1, 2, 3]);
  });

  test.each(golden.cases)("$id", async ({ spectra, probabilities, match, unknown, set }) => {
    const given = spectra.map(asSpectrum);
    const [scores] = await model.run([toInput(given, manifest)]);
    const verdict = interpret(
      manifest,
      given.map((s) => s.technique),
      scores!,
      manifest.classes.length,
    );
    const ours = new Map(verdict.minerals.map((m) => [m.name, m.probability / (1 - verdict.unknown)]));
    for (const [name, p] of Object.entries(probabilities))
      expect(Math.abs((ours.get(name) ?? 0) - p), name).toBeLessThan(parity);
    for (const [i, m] of match.entries()) expect(Math.abs((scores!.match[i] ?? 0) - m)).toBeLessThan(parity);
    expect(Math.abs(verdict.unknown - unknown)).toBeLessThan(parity);
    expect(verdict.set.names.toSorted()).toEqual(set.toSorted());
  });

  test("a spot's answer does not depend on what else is in the batch", async () => {
    const inputs = golden.cases.map((c) => toInput(c.spectra.map(asSpectrum), manifest));
    const together = await model.run(inputs);
    for (const [i, input] of inputs.entries()) {
      const [alone] = await model.run([input]);
      for (let k = 0; k < 3; k++) expect(together[i]!.match[k]).toBeCloseTo(alone!.match[k]!, 5);
      const top = (logits: Float32Array) => logits.indexOf(Math.max(...logits));
      expect(top(together[i]!.logits)).toBe(top(alone!.logits));
    }
  });
});
