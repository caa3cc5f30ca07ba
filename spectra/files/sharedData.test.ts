import { describe, expect, it } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { type Spectrum, techniques } from "../../contract/spectrum.ts";
import { assessQuality } from "../quality.ts";
import { readSpectrumFile } from "./read.ts";
import { type IndexRow, libraryFile, libraryMissing, readIndex } from "./testing.ts";

const missing = libraryMissing();

describe.skipIf(missing !== undefined)(`the shared library${missing ? ` (skipped: ${missing})` : ""}`, () => {
  const rows = missing === undefined ? readIndex() : [];

  // A dump of a spectrometer that names neither the technique nor a wide range.
  const silent = ["TestSS_NIR_01.txt"];

  it.each(techniques)(
    "has no %s file that cannot be read, that lacks points or whose technique is mistaken",
    { timeout: 180_000 },
    (technique) => {
      const own = rows.filter((row) => row.technique === technique);
      expect(own.length).toBeGreaterThan(100);
      const wrong: string[] = [];
      const asked: string[] = [];
      const poor: string[] = [];
      for (const row of own) {
        const { name, bytes } = libraryFile(row);
        let spectrum: Spectrum;
        try {
          ({ spectrum } = readSpectrumFile(name, bytes));
        } catch (error) {
          if (!(error instanceof LithoscopeError && error.code === "technique-unknown")) throw error;
          asked.push(name);
          ({ spectrum } = readSpectrumFile(name, bytes, { technique }));
        }
        const difference = differenceFrom(row, spectrum);
        if (difference !== undefined) wrong.push(`${row.id} ${row.path}: ${difference}`);
        if (assessQuality(spectrum).verdict === "poor") poor.push(row.path);
      }
      expect(wrong).toEqual([]);
      expect(asked).toEqual(technique === "libs" ? silent : []);
      expect(poor).toEqual([]);
    },
  );
});

/** What differs from the index, which gives 7 digits; undefined if nothing does. */
function differenceFrom(row: IndexRow, spectrum: Spectrum): string | undefined {
  const { values, unit } = spectrum.axis;
  const perUnit = row.axisUnit === "um" ? 1000 : 1;
  const near = (value: number | undefined, told: number) =>
    value !== undefined && Math.abs(value - told * perUnit) <= 1e-3 + 1e-6 * Math.abs(value);
  if (spectrum.technique !== row.technique) return `taken for ${spectrum.technique}`;
  if (unit !== (row.technique === "raman" ? "cm-1" : "nm")) return `unit ${unit}`;
  if (values.length !== row.points) return `${values.length} points, not ${row.points}`;
  if (!near(values[0], row.least) || !near(values.at(-1), row.most)) return `from ${values[0]} to ${values.at(-1)}`;
  if (row.laserNm !== "" && spectrum.excitationNm !== Number(row.laserNm)) return `laser ${spectrum.excitationNm}`;
  return undefined;
}
