import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Spectrum } from "../../contract/spectrum.ts";
import { Model } from "../model.ts";
import { openPackage, shippedPackageFolder } from "../package.ts";

let model: Model;
beforeAll(async () => {
  model = await Model.load(await openPackage(shippedPackageFolder, { allowUnsigned: false }));
});

const ids = { a: "01JD3Q6S8R7VX8M1T6C5KQ9W2A", b: "01JD3Q6S8R7VX8M1T6C5KQ9W2B" };
afterEach(() => {
  for (const id of Object.values(ids)) model.library.remove(id);
});

/** A Raman spectrum with Lorentz lines of 4 cm⁻¹ half width at these positions, cm⁻¹, and a little ripple for noise. */
function raman(lines: readonly number[], { shiftCm1 = 0, background = 0, phase = 0 } = {}): Spectrum {
  const values = Float64Array.from({ length: 1480 }, (_, i) => 110 + i);
  const intensity = values.map((x, i) => {
    const line = lines.reduce((sum, at, k) => sum + 1000 / (k + 1) / (1 + ((x - at - shiftCm1) / 4) ** 2), 0);
    return 20 + line + background * Math.exp(-x / 900) + 2 * Math.sin(12.9898 * i + phase);
  });
  return {
    technique: "raman",
    axis: { quantity: "ramanShift", unit: "cm-1", values },
    intensity,
    intensityUnit: "relative",
    corrections: [],
  };
}

/** Lines that no mineral of the library has together. */
const strange = [1523, 233, 1377, 871, 610];
const quartz = [464, 206, 128, 355];
const vnir: Spectrum = {
  technique: "vnir",
  axis: {
    quantity: "wavelength",
    unit: "nm",
    medium: "air",
    values: Float64Array.from({ length: 400 }, (_, i) => 400 + 5 * i),
  },
  intensity: Float64Array.from({ length: 400 }, (_, i) => 0.6 - 0.2 * Math.exp(-(((5 * i - 1500) / 60) ** 2))),
  intensityUnit: "reflectance",
  corrections: [],
};

const flat: Spectrum = { ...raman([]), intensity: new Float64Array(1480).fill(20) };

const teach = async (name: string, spectra: Spectrum[], learnedId = ids.a) =>
  model.library.add(await model.lesson({ learnedId, name, spectra }));

describe("a mineral taught from one spectrum", () => {
  test("is named from another spectrum of it, and marked as learned", async () => {
    const before = await model.identify([raman(strange, { shiftCm1: 2, phase: 1 })]);
    await teach("  Site   mineral A ", [raman(strange)]);
    const after = await model.identify([raman(strange, { shiftCm1: 2, background: 3000, phase: 1 })]);
    expect(after.minerals[0]).toMatchObject({ name: "Site mineral A", learned: true });
    expect(after.set.names).toContain("Site mineral A");
    expect(after.unknown).toBeLessThan(before.unknown);
    expect(after.minerals.reduce((sum, m) => sum + m.probability, 0)).toBeLessThanOrEqual(1 + 1e-9);
    expect(after.minerals.filter((m) => m.learned)).toHaveLength(1);
  });

  test("leaves the answers for other minerals as they were", async () => {
    const before = await model.identify([raman(quartz)]);
    await teach("Site mineral A", [raman(strange)]);
    const after = await model.identify([raman(quartz)]);
    expect(after.minerals[0]?.name).toBe(before.minerals[0]?.name);
    expect(after.minerals[0]?.probability).toBeCloseTo(before.minerals[0]?.probability ?? 0, 3);
  });

  test("is gone when it is forgotten, to the last digit", async () => {
    const spot = [raman(strange)];
    const before = await model.identify(spot);
    await teach("Site mineral A", spot);
    expect(model.library.remove(ids.a)).toBe(true);
    expect(await model.identify(spot)).toEqual(before);
  });

  test("of a name that the package knows is one more reference of that class", async () => {
    await teach("qUARTZ", [raman(strange)]);
    const answer = await model.identify([raman(strange)]);
    expect(answer.minerals[0]).toEqual({ name: "Quartz", probability: expect.any(Number) });
    expect((await model.identify([raman(quartz)])).minerals.map((m) => m.name)).toContain("Quartz");
  });

  test("may be taught again: the nearer lesson counts", async () => {
    await teach("Site mineral A", [raman(strange)]);
    await teach("site mineral a", [raman([500, 900, 1300])], ids.b);
    for (const lines of [strange, [500, 900, 1300]])
      expect((await model.identify([raman(lines)])).minerals[0]?.name).toBe("Site mineral A");
  });

  test("of which reflectance knows nothing cannot lead by reflectance, and is named by Raman and VNIR together", async () => {
    await teach("Site mineral A", [raman(strange)]);
    expect((await model.identify([vnir])).minerals[0]?.name).not.toBe("Site mineral A");
    expect((await model.identify([raman(strange), vnir])).minerals.map((m) => m.name)).toContain("Site mineral A");
  });

  test("takes less than a second", async () => {
    const startMs = performance.now();
    await teach("Site mineral A", [raman(strange)]);
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});

test.each([
  ["an empty name", "  ", [raman(strange)], "name-invalid"],
  ["a name without a letter", "?!", [raman(strange)], "name-invalid"],
  ["a name that is too long", "x".repeat(81), [raman(strange)], "name-invalid"],
  ["a name with a hidden character", "Site\u202emineral", [raman(strange)], "name-invalid"],
  ["a spot without Raman", "Site mineral A", [vnir], "learned-raman-only"],
  ["a spectrum that shows nothing", "Site mineral A", [flat], "learned-too-poor"],
])("%s is refused in a sentence", async (_what, name, spectra, code) => {
  await expect(model.lesson({ learnedId: ids.a, name, spectra })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/nothing was learned/i),
  });
});
