import { describe, expect, test } from "vitest";
import { checkGolden, compareGolden, goldenSpectrum, parity, readGolden } from "./golden.ts";
import { toInput } from "./inputs.ts";
import { Unmixer } from "./mixture/unmixer.ts";
import { Model } from "./model.ts";
import { openPackage, shippedPackageFolder } from "./package.ts";

/** Of a fraction: it rests on the small difference of two minerals, and on all cells of the graph's float32. */
const fractionParity = 1e-3;

describe("the shipped package gives in TypeScript what it gives in Python", async () => {
  const model = await Model.load(await openPackage(shippedPackageFolder, { allowUnsigned: false }));
  const golden = await readGolden(model.package);
  const inputs = golden.map(({ spectra }) => toInput(spectra.map(goldenSpectrum), model.package.manifest));

  const unmixer = new Unmixer(model.package);
  const full = { verdict: "good" as const, weight: 1, signalToNoise: 100, checks: [] };

  test.each(golden.filter((c) => c.mixture !== undefined))("mixture of $id", async ({ spectra, mixture }) => {
    const input = toInput(spectra.map(goldenSpectrum), model.package.manifest);
    const [scores] = await model.run([input]);
    const ours = unmixer.mixture(input, { raman: full, vnir: full }, scores!.unmixing) ?? [];
    expect(ours.map(({ name }) => name)).toEqual((mixture ?? []).map(({ name }) => name));
    for (const [i, given] of (mixture ?? []).entries())
      for (const key of ["fraction", "low", "high"] as const)
        expect(Math.abs((ours[i]![key] ?? 0) - given[key])).toBeLessThan(fractionParity);
  });

  test("every set of techniques has a golden case", () => {
    const sets = new Set(golden.map((c) => new Set(c.spectra.map((s) => s.technique)).size));
    expect([...sets].sort()).toEqual([1, 2, 3]);
  });

  test("every golden case has its answer", async () => {
    expect(await checkGolden(model)).toMatchObject({ cases: golden.length, failures: [] });
  });

  test.each(golden.map((c, i) => [c.id, i] as const))(
    "%s: the best match of each technique is the same",
    async (_, i) => {
      const [scores] = await model.run([inputs[i]!]);
      for (const [k, m] of (golden[i]!.match ?? []).entries())
        expect(Math.abs((scores!.match[k] ?? 0) - m)).toBeLessThan(parity);
    },
  );

  test("a spot's answer does not depend on what else is in the batch", async () => {
    const together = await model.run(inputs);
    for (const [i, input] of inputs.entries()) {
      const [alone] = await model.run([input]);
      for (let k = 0; k < 3; k++) expect(together[i]!.match[k]).toBeCloseTo(alone!.match[k]!, 5);
      const top = (evidence: Float32Array) => evidence.indexOf(Math.max(...evidence));
      expect(top(together[i]!.evidence)).toBe(top(alone!.evidence));
    }
  });
});

describe("an answer is another one than the golden one", () => {
  const golden = {
    id: "a",
    spectra: [],
    probabilities: { Quartz: 0.35, Albite: 0.1, Sanidine: 0.05 },
    unknown: 0.5,
    set: ["Quartz", "Albite"],
  };
  const answer = {
    minerals: [
      { name: "Quartz", probability: 0.35 },
      { name: "Albite", probability: 0.1 },
      { name: "Sanidine", probability: 0.05 },
    ],
    unknown: 0.5,
    set: { coverage: 0.9, names: ["Quartz", "Albite"] },
  };
  const changed = (change: Partial<typeof answer>) => compareGolden(golden, { ...answer, ...change }).differences;

  test("not when it is the same", () => expect(compareGolden(golden, answer)).toEqual({ worst: 0, differences: [] }));

  test("when a probability differs", () =>
    expect(changed({ minerals: answer.minerals.with(0, { name: "Quartz", probability: 0.36 }) })).toEqual([
      "Quartz is 0.3600 instead of 0.3500",
    ]));

  test("when it is not a number", () => {
    expect(changed({ unknown: Number.NaN })).toHaveLength(1);
    expect(compareGolden(golden, { ...answer, unknown: Number.NaN }).worst).toBe(Number.POSITIVE_INFINITY);
  });

  test("when a mineral that leads is not listed at all", () =>
    expect(changed({ minerals: answer.minerals.slice(1) })).toEqual(["Quartz is 0.0500 instead of 0.3500"]));

  test("when a mineral leads that should not be listed", () =>
    expect(changed({ minerals: [{ name: "Gypsum", probability: 0.3 }, ...answer.minerals] })).toEqual([
      "Gypsum is 0.3000 instead of 0.0500",
    ]));

  test("when a name is in the set that lies far from its border", () => {
    expect(changed({ set: { coverage: 0.9, names: ["Quartz", "Albite", "Sanidine"] } })).toHaveLength(1);
    expect(changed({ set: { coverage: 0.9, names: ["Quartz"] } })).toEqual([]); // Albite is the border itself
  });
});
