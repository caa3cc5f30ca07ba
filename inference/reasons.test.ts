import { describe, expect, it } from "vitest";
import { Identification } from "../contract/identification.ts";
import type { MineralEntry } from "../contract/mindb.ts";
import type { Spectrum } from "../contract/spectrum.ts";
import { type Grounds, withReasons } from "./reasons.ts";
import { shippedBands } from "./testing.ts";

const values = Float64Array.from({ length: 1200 }, (_, i) => 110 + i);
const quartz: Spectrum = {
  technique: "raman",
  axis: { quantity: "ramanShift", unit: "cm-1", values },
  intensity: values.map(
    (x) =>
      1000 / (1 + ((x - 464) / 5) ** 2) +
      250 / (1 + ((x - 205) / 12) ** 2) +
      200 / (1 + ((x - 128) / 4) ** 2) +
      Math.sin(x * x),
  ),
  intensityUnit: "counts",
  corrections: [],
};
const answer: Identification = {
  minerals: [
    { name: "Quartz", probability: 0.5 },
    { name: "Coesite", probability: 0.35 },
    { name: "Albite", probability: 0.1 },
  ],
  unknown: 0.05,
  set: { coverage: 0.9, names: ["Quartz", "Coesite"] },
  quality: { raman: { verdict: "good", weight: 1, signalToNoise: 300, checks: [] } },
  model: { id: "matcher-1", version: "1", sha256: "0", provider: "cpu" },
};
const coesite = {
  lookAlikes: [],
  formula: "SiO2",
  occurrences: [
    {
      body: "pangaea_analogue",
      setting: "Ries suevite",
      abundance: "minor",
      evidence: "",
      source: "",
      confidence: "sourced",
    },
  ],
} as unknown as MineralEntry;
const grounds: Grounds = {
  bands: shippedBands(),
  entryOf: (name) => (name === "Coesite" ? coesite : undefined),
  context: "anywhere",
};

describe("an answer with its reasons", () => {
  it("tells bands and the next step, and leaves the probabilities alone where no place was chosen", () => {
    const told = withReasons(answer, [quartz], grounds);
    expect(Identification.parse(told)).toEqual(told);
    expect(told.minerals).toEqual(answer.minerals);
    expect(told.context).toBeUndefined();
    expect(told.elements).toBeUndefined();
    expect(told.why?.minerals[0]).toMatchObject({ name: "Quartz" });
    expect(told.why?.minerals[0]?.techniques[0]?.bands.some(({ verdict }) => verdict === "missing")).toBe(false);
    expect(told.why?.minerals[1]?.techniques[0]?.bands.some(({ verdict }) => verdict !== "agrees")).toBe(true);
    expect(told.next?.steps.map(({ technique }) => technique)).not.toContain("raman");
  });

  it("shows what the place did, and keeps the set as the spectra gave it", () => {
    const told = withReasons(answer, [quartz], { ...grounds, context: "ries" });
    expect(Identification.parse(told)).toEqual(told);
    expect(told.context).toMatchObject({ context: "ries" });
    expect(told.minerals[0]?.name).toBe("Coesite");
    expect(told.set).toEqual(answer.set);
    expect(told.unknown).toBe(answer.unknown);
  });

  it("checks elements against formulas when something looked for them", () => {
    const findings = { Na: { state: "excluded", high: 0.002 }, Si: { state: "found" } } as const;
    const told = withReasons({ ...answer, elements: { findings, checks: [] } }, [quartz], grounds);
    const verdicts = Object.fromEntries(told.elements?.checks.map(({ name, verdict }) => [name, verdict]) ?? []);
    expect(verdicts).toEqual({ Quartz: "consistent", Coesite: "consistent", Albite: "contradicts" });
  });
});
