import { describe, expect, it } from "vitest";
import type { Spectrum } from "../../contract/spectrum.ts";
import { labelledLines } from "./lines.ts";

function spectrum(technique: "raman" | "vnir", height: (x: number) => number): Spectrum {
  const values = Float64Array.from({ length: 1101 }, (_, i) => 150 + i);
  const axis =
    technique === "raman"
      ? ({ quantity: "ramanShift", unit: "cm-1", values } as const)
      : ({ quantity: "wavelength", unit: "nm", medium: "air", values } as const);
  return { technique, axis, intensity: values.map(height), intensityUnit: "relative", corrections: [] };
}
const line =
  (at: number, width = 5) =>
  (x: number) =>
    1 / (1 + ((x - at) / width) ** 2);
/** The same noise at every run: a linear congruential generator. */
function noise(seed = 7): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
}

describe("lines worth a label", () => {
  it("are olivine's pair and its weaker line, left to right", () => {
    const olivine = spectrum("raman", (x) => 0.8 * line(824)(x) + line(856)(x) + 0.2 * line(964)(x));
    expect(labelledLines(olivine).map((l) => l.position)).toEqual([824, 856, 964]);
  });

  it("are dips in reflectance", () => {
    const pyroxene = spectrum("vnir", (x) => 0.9 - 0.4 * line(1000, 60)(x));
    expect(labelledLines(pyroxene).map((l) => l.position)).toEqual([1000]);
  });

  it("are none in noise on a background", () => {
    const next = noise();
    const glow = spectrum("raman", (x) => Math.exp(-(((x - 700) / 500) ** 2)) + 0.05 * next());
    expect(labelledLines(glow)).toEqual([]);
  });

  it("do not come from deleted points", () => {
    const cut = spectrum("raman", (x) => (x > 400 && x < 420 ? Number.NaN : line(464)(x)));
    expect(labelledLines(cut).map((l) => l.position)).toEqual([464]);
  });
});
