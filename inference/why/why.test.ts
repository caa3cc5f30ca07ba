import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Spectrum } from "../../contract/spectrum.ts";
import { type BandVerdict, Why } from "../../contract/why.ts";
import { readSpectrumFile } from "../../spectra/files/read.ts";
import { libraryFile, libraryMissing, readIndex } from "../../spectra/files/testing.ts";
import { gaussianNoise } from "../../spectra/testing.ts";
import { fuse } from "../answer.ts";
import type { Band } from "../bands.ts";
import { toInput } from "../inputs.ts";
import { Model } from "../model.ts";
import { openPackage, shippedPackageFolder } from "../package.ts";
import { sharedTable, shippedBands } from "../testing.ts";
import { occlusions, whatCarried } from "./carried.ts";
import { explain } from "./explain.ts";

const bands = shippedBands();
const axis = Float64Array.from({ length: 1300 }, (_, i) => 110 + 0.9 * i);

/** A Raman spectrum with these bands on a sloping background; heights in units of 1000 counts, noise in counts. */
function raman(list: readonly Band[], { shift = 0, noise = 5, seed = 1 } = {}): Spectrum {
  const random = gaussianNoise(seed, axis.length);
  const intensity = axis.map((x, i) => {
    const lines = list.reduce((sum, { position, height, width }) => {
      return sum + (1000 * height) / (1 + ((x - position - shift) / (width / 2)) ** 2);
    }, 0);
    return 2000 + x / 2 + lines + noise * (random[i] ?? 0);
  });
  return {
    technique: "raman",
    axis: { quantity: "ramanShift", unit: "cm-1", values: axis },
    intensity,
    intensityUnit: "counts",
    corrections: [],
  };
}

const known = (name: string) => bands.of(name, "raman")?.bands ?? [];
const line = (position: number, height: number): Band => ({ position, height, low: height, width: 10 });

/** Positions by verdict, rounded, of the first technique of the first mineral. */
function verdicts(why: Why, verdict: BandVerdict): number[] {
  const [fit] = why.minerals[0]?.techniques ?? [];
  return (fit?.bands ?? []).filter((band) => band.verdict === verdict).map(({ position }) => Math.round(position));
}

const told = (name: string, spectrum: Spectrum): Why => explain([spectrum], [{ name, probability: 0.8 }], bands);

describe("the reasons of a name", () => {
  it("are its bands, wherever the instrument shifts them within 4 cm⁻¹; noise splits a flat top once in hundreds", () => {
    const minerals = ["Quartz", "Calcite", "Forsterite", "Gypsum", "Zircon", "Anatase"];
    const drawn = fc.sample(
      fc.record({
        name: fc.constantFrom(...minerals),
        shift: fc.double({ min: -4, max: 4, noNaN: true }),
        seed: fc.nat(),
      }),
      300,
    );
    const exact = drawn.filter(({ name, shift, seed }) => {
      const why = told(name, raman(known(name), { shift, seed }));
      expect(Why.safeParse(why).success).toBe(true);
      const [fit] = why.minerals[0]?.techniques ?? [];
      const strong = known(name).filter(({ height, position }) => height > 0.2 && position > 125);
      const found = fit?.bands.map(({ expected }) => expected) ?? [];
      return (
        verdicts(why, "missing").length === 0 &&
        verdicts(why, "unexplained").length === 0 &&
        strong.every(({ position }) => found.includes(position)) &&
        Math.abs((fit?.offset ?? 9) - shift) < 1.6
      );
    });
    expect(exact.length).toBeGreaterThanOrEqual(0.97 * drawn.length);
  });

  it("name a band that is missing though it would be seen, and one that nothing explains", () => {
    const without = known("Gypsum").filter(({ position }) => Math.round(position) !== 494);
    const why = told("Gypsum", raman([...without, line(850, 0.4)]));
    expect(verdicts(why, "missing")).toHaveLength(1);
    expect(Math.abs((verdicts(why, "missing")[0] ?? 0) - 494)).toBeLessThan(3);
    expect(verdicts(why, "unexplained")).toHaveLength(1);
    expect(Math.abs((verdicts(why, "unexplained")[0] ?? 0) - 850)).toBeLessThan(3);
  });

  it("miss no band that the noise would hide", () => {
    const without = known("Gypsum").filter(({ position }) => Math.round(position) !== 494);
    expect(verdicts(told("Gypsum", raman(without, { noise: 40 })), "missing")).toEqual([]);
  });

  it("miss no band outside the measured range, or where points were deleted", () => {
    const whole = raman(known("Calcite"));
    const cut = (from: number, to: number): Spectrum => ({
      ...whole,
      intensity: whole.intensity.map((y, i) => ((axis[i] ?? 0) > from && (axis[i] ?? 0) < to ? Number.NaN : y)),
    });
    expect(verdicts(told("Calcite", cut(1000, 2000)), "missing")).toEqual([]);
    expect(verdicts(told("Calcite", cut(240, 320)), "missing")).toEqual([]);
  });

  it("are told for the leaders only, and for a mineral without a list not at all", () => {
    const ranked = [
      { name: "Quartz", probability: 0.7 },
      { name: "Cristobalite", probability: 0.2 },
      { name: "Calcite", probability: 0.01 },
    ];
    const why = explain([raman(known("Quartz"))], ranked, bands);
    expect(why.minerals.map(({ name }) => name)).toEqual(["Quartz", "Cristobalite"]);
    expect(told("Unobtainium", raman(known("Quartz"))).minerals).toEqual([]);
  });
});

describe("what carried the decision", async () => {
  const model = await Model.load(await openPackage(shippedPackageFolder, { allowUnsigned: false }));
  const { manifest } = model.package;
  const marginOf = (first: string, second: string) => async (spots: Parameters<Model["run"]>[0]) => {
    const [a, b] = [manifest.classes.indexOf(first), manifest.classes.indexOf(second)];
    const logits = (await model.run(spots)).map((scores) => fuse(manifest, ["raman"], scores));
    return logits.map((z) => (z[a] ?? 0) - (z[b] ?? 0));
  };

  it("for quartz against cristobalite is the part around 464 cm⁻¹", async () => {
    const input = toInput([raman(known("Quartz"))], manifest);
    const names = { first: "Quartz", second: "Cristobalite" };
    const carried = await whatCarried(input, manifest.techniques, names, marginOf("Quartz", "Cristobalite"));
    const [most] = carried?.parts ?? [];
    expect(most?.technique).toBe("raman");
    expect(most?.contribution).toBeGreaterThan(0);
    expect(most?.from).toBeLessThan(464);
    expect(most?.to).toBeGreaterThan(464);
  });

  it("is asked once for each part that was measured, and covers nothing else", () => {
    const input = toInput([raman(known("Quartz"))], manifest);
    const parts = occlusions(input, manifest.techniques);
    const measured = input.raman?.covered ?? 0;
    expect(parts.reduce((sum, part) => sum + measured - (part.input.raman?.covered ?? 0), 0)).toBe(measured);
    expect(parts.length).toBeLessThan(40);
  });
});

const missing = libraryMissing();

describe.skipIf(missing !== undefined)(`spectra of other instruments${missing ? ` (skipped: ${missing})` : ""}`, () => {
  it("speak less against their own mineral than against the three others of the set (MLROD)", () => {
    const truths = new Map(
      sharedTable("data/index.csv")
        .filter(({ source }) => source === "mlrod")
        .map(({ id = "", mineral }) => [id, mineral]),
    );
    const names = [...new Set([...truths.values()].filter((name) => name !== undefined))];
    let right = 0;
    let all = 0;
    let agreeing = 0;
    for (const row of readIndex().filter(({ source }) => source === "mlrod")) {
      const truth = truths.get(row.id);
      if (truth === undefined) continue;
      const { name, bytes } = libraryFile(row);
      const { spectrum } = readSpectrumFile(name, bytes);
      const why = names.map((mineral) => {
        const list = told(mineral, spectrum).minerals[0]?.techniques[0]?.bands ?? [];
        const sum = (verdict: BandVerdict) =>
          list.filter((band) => band.verdict === verdict).reduce((total, { strength }) => total + strength, 0);
        return { mineral, agrees: sum("agrees"), for: sum("agrees") - sum("missing") - sum("unexplained") };
      });
      const best = why.reduce((a, b) => (b.for > a.for ? b : a));
      all += 1;
      if (best.mineral === truth) right += 1;
      if ((why.find(({ mineral }) => mineral === truth)?.agrees ?? 0) > 0) agreeing += 1;
    }
    console.log(
      `MLROD: reasons favour the true mineral for ${right} of ${all}; it has an agreeing band for ${agreeing}`,
    );
    expect(right).toBeGreaterThanOrEqual(0.8 * all);
  }, 180_000);
});
