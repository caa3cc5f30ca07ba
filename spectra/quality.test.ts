import { describe, expect, it } from "vitest";
import type { CheckState } from "../contract/identification.ts";
import type { Spectrum, Technique } from "../contract/spectrum.ts";
import { assessQuality, type Circumstances, replicateWeight } from "./quality.ts";
import { gaussianNoise } from "./testing.ts";

const seeds = Array.from({ length: 200 }, (_, seed) => seed);
const techniques = ["raman", "vnir", "libs"] as const;

function spectrum(technique: Technique, intensity: Float64Array): Spectrum {
  const values = Float64Array.from(intensity, (_, i) => 200 + i);
  return {
    technique,
    axis:
      technique === "raman"
        ? { quantity: "ramanShift", unit: "cm-1", values }
        : { quantity: "wavelength", unit: "nm", medium: "air", values },
    intensity: new Float64Array(intensity),
    intensityUnit: "relative",
    corrections: [],
  };
}

const of = (count: number, value: (i: number) => number) => Float64Array.from({ length: count }, (_, i) => value(i));
const inState = (wanted: CheckState) => (technique: Technique, y: Float64Array, circumstances?: Circumstances) =>
  assessQuality(spectrum(technique, y), circumstances).checks.flatMap(({ id, state }) =>
    state === wanted ? [id] : [],
  );
const refused = inState("refuse");
const warned = inState("warn");
const line = (i: number, centre: number, width = 8) => Math.exp(-(((i - centre) / width) ** 2));

describe("a spectrum", () => {
  it.each(techniques)("of pure noise is poor for %s in more than 99 of 100 cases", (technique) => {
    for (const count of [50, 400, 2000]) {
      const good = seeds.filter((seed) => {
        const y = gaussianNoise(seed, count).map((noise) => 100 + 5 * noise);
        return assessQuality(spectrum(technique, y)).verdict !== "poor";
      });
      expect(good.length).toBeLessThanOrEqual(1);
    }
  });

  it.each(techniques)("that is flat, zero or empty is poor for %s", (technique) => {
    expect(
      refused(
        technique,
        of(1000, () => 0),
      ),
    ).toContain("flat");
    expect(
      refused(
        technique,
        of(1000, () => 65_535),
      ),
    ).toContain("flat");
    expect(
      refused(
        technique,
        of(1000, (i) => 1000 + 1e-4 * i),
      ),
    ).toContain("flat");
    expect(
      refused(
        technique,
        of(0, () => 0),
      ),
    ).toEqual(["signal-to-noise", "flat", "coverage"]);
    expect(
      refused(
        technique,
        of(100, () => Number.NaN),
      ),
    ).toEqual(["signal-to-noise", "flat", "coverage"]);
  });

  it("of Raman with a line of 20 σ on strong fluorescence warns of it, and its signal to noise is about 20", () => {
    for (const seed of seeds) {
      const noise = gaussianNoise(seed, 1500);
      const y = of(1500, (i) => 2e4 * Math.exp(-i / 900) + 10 * noise[i]! + 200 * Math.exp(-(((i - 400) / 8) ** 2)));
      const { signalToNoise } = assessQuality(spectrum("raman", y));
      expect(warned("raman", y)).toContain("fluorescence");
      expect(refused("raman", y)).toEqual([]);
      expect(signalToNoise).toBeGreaterThan(14);
      expect(signalToNoise).toBeLessThan(30);
    }
  });

  it("of Raman with nothing but fluorescence is poor", () => {
    for (const seed of seeds) {
      const noise = gaussianNoise(seed, 1500);
      const y = of(1500, (i) => 2e4 * Math.exp(-i / 900) + 10 * noise[i]!);
      expect(refused("raman", y)).toEqual(["signal-to-noise", "fluorescence"]);
    }
  });

  it("of Raman with nothing but a cosmic ray is poor", () => {
    const y = gaussianNoise(7, 1500);
    y[700] = 5000;
    expect(refused("raman", y)).toEqual(["signal-to-noise"]);
    y[701] = 5000;
    expect(refused("raman", y)).toEqual(["signal-to-noise"]);
  });

  it("of reflectance with broad bands alone is good", () => {
    const noise = gaussianNoise(3, 2000);
    const y = of(2000, (i) => 0.4 - 0.1 * Math.exp(-(((i - 800) / 200) ** 2)) + 0.002 * noise[i]!);
    expect(refused("vnir", y)).toEqual([]);
  });

  it("has a finite signal to noise without any noise", () => {
    const { signalToNoise } = assessQuality(
      spectrum(
        "libs",
        of(1000, (i) => Math.exp(-(((i - 300) / 5) ** 2))),
      ),
    );
    expect(Number.isFinite(signalToNoise)).toBe(true);
  });

  it("of which most points are deleted is poor", () => {
    const y = of(1000, (i) => (i > 200 ? Number.NaN : 0.3 + i / 1000));
    expect(refused("vnir", y)).toEqual(["coverage"]);
  });

  it("with full pixels warns, and is refused when they are more than a line or two", () => {
    const top = (width: number) => of(1500, (i) => Math.min(65_535, 100 + (i % 7) + 1e5 * line(i, 400, width)));
    const maximumCounts = 65_535;
    expect(warned("raman", top(8), { maximumCounts })).toEqual(["saturation"]);
    expect(refused("raman", top(100), { maximumCounts })).toEqual(["saturation"]);
    expect(warned("raman", top(8), { maximumCounts: 200_000 })).toEqual([]);
    expect(warned("raman", top(8))).toEqual(["saturation"]); // a plateau at the very top
    expect(
      warned(
        "raman",
        of(1500, (i) => 100 + (i % 7) + 1e5 * line(i, 400)),
      ),
    ).toEqual([]);
  });

  it("that a detector counted is full where it has no value", () => {
    const y = of(1500, (i) => (Math.abs(i - 400) < 4 ? Number.NaN : 100 + (i % 7) + 1e5 * line(i, 400)));
    const counted = { ...spectrum("raman", y), corrections: [{ kind: "dark", readingId: "d" }] as const };
    const { verdict, checks } = assessQuality({ ...counted, corrections: [...counted.corrections] });
    expect(verdict).toBe("fair");
    expect(checks.find(({ id }) => id === "saturation")?.sentence).toContain("7 pixels are full");
  });
});

describe("the limits of Raman", () => {
  const noise = gaussianNoise(11, 1500);

  it("warn of a background tens of times as high as the lines and refuse at hundreds", () => {
    const glowing = (times: number) =>
      of(1500, (i) => noise[i]! + 100 * line(i, 400) + 100 * times * Math.exp(-(((i - 900) / 500) ** 2)));
    expect([...warned("raman", glowing(5)), ...refused("raman", glowing(5))]).toEqual([]);
    expect(warned("raman", glowing(40))).toEqual(["fluorescence"]);
    expect(refused("raman", glowing(200))).toEqual(["fluorescence"]);
  });

  it("count cosmic rays of one or two points, and not the sharpest lines", () => {
    const y = of(1500, (i) => noise[i]! + 1000 * line(i, 400, 2));
    expect(warned("raman", y)).toEqual([]);
    y[700] = 500;
    y[900] = 400;
    y[901] = 350;
    const { checks, weight } = assessQuality(spectrum("raman", y));
    expect(checks.find(({ id }) => id === "cosmic-rays")).toMatchObject({ state: "warn", value: 2 });
    expect(weight).toBeCloseTo(0.9, 12);
  });

  it("find a broader cosmic ray where a replicate lacks it, and leave a line that both have", () => {
    const sample = (seed: number, height: number) => {
      const own = gaussianNoise(seed, 1500);
      return of(1500, (i) => own[i]! + height * (line(i, 400) + 0.5 * line(i, 800, 1.4)));
    };
    const struck = sample(1, 1000);
    struck[1000] = 300;
    struck[1001] = 600;
    struck[1002] = 250;
    const replicates = [spectrum("raman", struck), spectrum("raman", sample(2, 4000))];
    expect(warned("raman", struck)).toEqual([]);
    const [of1, of2] = replicates.map((own) =>
      assessQuality(own, { replicates }).checks.find(({ id }) => id === "cosmic-rays"),
    );
    expect(of1).toMatchObject({ state: "warn", value: 1 });
    expect(of2).toMatchObject({ state: "ok", value: 0 });
  });

  it("want half of 200 to 1200 cm⁻¹, and judge nothing outside of the model's range", () => {
    const grid = { start: 100, step: 2, count: 751, unit: "cm-1", maxGap: 8 } as const;
    const from = (shift: number) => {
      const own = spectrum(
        "raman",
        of(1000, (i) => noise[i]! + 100 * line(i, 500)),
      );
      const values = own.axis.values.map((value) => value - 200 + shift);
      return assessQuality({ ...own, axis: { quantity: "ramanShift", unit: "cm-1", values } }, { grid });
    };
    const rangeOf = (shift: number) => from(shift).checks.find(({ id }) => id === "range");
    expect(rangeOf(200)).toMatchObject({ state: "ok" });
    expect(rangeOf(800)).toMatchObject({ state: "warn", value: 0.4, limit: 0.5 });
    expect(rangeOf(1100)).toMatchObject({ state: "refuse", weight: 0 });
    const rayleigh = of(1500, (i) => noise[i]! + 1e5 * line(i, 30, 3));
    const shifted = {
      ...spectrum("raman", rayleigh),
      axis: { quantity: "ramanShift", unit: "cm-1", values: of(1500, (i) => i - 30) },
    } as const;
    expect(assessQuality(shifted).verdict).toBe("good");
    expect(assessQuality(shifted, { grid }).verdict).toBe("poor");
  });
});

describe("counts", () => {
  const y = of(1500, (i) => 100 + gaussianNoise(2, 1)[0]! + 50 * line(i, 400) + (i % 3));
  const counts = (technique: Technique): Spectrum => ({ ...spectrum(technique, y), intensityUnit: "counts" });

  it("without a dark warn, and count all the same", () => {
    const { checks } = assessQuality(counts("raman"));
    expect(checks.find(({ id }) => id === "dark")).toMatchObject({ state: "warn", weight: 1 });
  });

  it("are no reflectance: VNIR without a white reference is refused", () => {
    const { verdict, weight, checks } = assessQuality(counts("vnir"));
    expect({ verdict, weight }).toEqual({ verdict: "poor", weight: 0 });
    expect(checks.find(({ id }) => id === "white")?.sentence).toContain("No white reference");
    const bright = (level: number) => of(1500, (i) => level * (1 - 0.3 * line(i, 700, 200)));
    expect(warned("vnir", bright(0.9))).toEqual([]);
    expect(warned("vnir", bright(2.2))).toEqual(["white"]);
    expect(refused("vnir", bright(60))).toEqual(["white"]);
  });
});

describe("the weight", () => {
  it("falls continuously from 1 to 0 with the noise", () => {
    const clean = of(1500, (i) => 100 * line(i, 400));
    const noise = gaussianNoise(5, 1500);
    const weights = Array.from({ length: 60 }, (_, k) => {
      const sigma = 2 + k / 2;
      return assessQuality(
        spectrum(
          "raman",
          clean.map((value, i) => value + sigma * noise[i]!),
        ),
      ).weight;
    });
    expect([weights[0], weights.at(-1)]).toEqual([1, 0]);
    for (const [k, weight] of weights.entries()) {
      if (k === 0) continue;
      expect(weight).toBeLessThanOrEqual(weights[k - 1]! + 0.02);
      expect(weights[k - 1]! - weight).toBeLessThan(0.25);
    }
  });

  it("of a replicate is its inverse variance, noise and place together", () => {
    const quality = (signalToNoise: number, verdict: "good" | "poor" = "good") =>
      ({ verdict, weight: 1, signalToNoise, checks: [] }) as const;
    expect(replicateWeight({ ...quality(100), checks: [] })).toBeCloseTo(1000, 9);
    expect(replicateWeight({ ...quality(10), checks: [] })).toBeCloseTo(1 / (0.01 + 0.0009), 9);
    expect(replicateWeight({ ...quality(4, "poor"), checks: [] })).toBe(0);
  });

  // The same numbers stand in models/tests/test_quality.py.
  it("rests on a signal to noise that Python finds too", () => {
    const wave = of(
      1000,
      (i) => 50 * Math.sin(i / 150) + 30 * line(i, 333, 5) + Math.sin(i * i * 0.37) + 0.3 * Math.cos(i * 12.9),
    );
    expect(assessQuality(spectrum("raman", wave)).signalToNoise).toBeCloseTo(51.90714549474924, 9);
    expect(assessQuality(spectrum("libs", wave)).signalToNoise).toBeCloseTo(51.90714549474924, 9);
    expect(assessQuality(spectrum("vnir", wave)).signalToNoise).toBeCloseTo(171.4684935606801, 9);
  });
});
