import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../spectra/random.ts";
import { command, fromTestSheet, type Line, longestLineBytes, parseLine, pixelCount } from "./lines.ts";
import { LineParser } from "./parser.ts";

const ascii = (text: string) => Buffer.from(text, "ascii");
const anyCounts = fc
  .array(fc.integer({ min: 0, max: 1023 }), { minLength: pixelCount, maxLength: pixelCount })
  .map((counts) => Uint16Array.from(counts));
const countsIn = (lines: Line[]) => lines.flatMap((line) => (line.is === "spectrum" ? [line.counts] : []));

describe("a line of a C12880MA board", () => {
  it("is a spectrum with and without the last comma", () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        for (const end of ["", ","])
          expect(parseLine(counts.join(",") + end)).toMatchObject({ is: "spectrum", counts });
      }),
      { numRuns: 20 },
    );
  });

  it("is none with a number too many or too few, out of range, or with anything but digits", () => {
    const numbers = Array.from({ length: pixelCount }, (_, i) => i);
    for (const wrong of [
      numbers.slice(1).join(","),
      [...numbers, 5].join(","),
      [...numbers.slice(1), 1024].join(","),
      numbers.join(",").replace("7", "p"),
      numbers.join(",").replace(",", ",,"),
      `-${numbers.join(",")}`,
      "",
    ]) {
      expect(parseLine(wrong)).toEqual({ is: "nothing" });
    }
  });

  it("is an error or a timing as the commanded sketch says them", () => {
    expect(parseLine("### Error: Unrecognized command SPEC.X###")).toEqual({
      is: "error",
      text: "Unrecognized command SPEC.X",
    });
    expect(parseLine("1,2,3,4,5,6,7,8,9,10")).toEqual({ is: "timing" });
    expect(command.integrate(12_500)).toBe("SPEC.INTEG 0.012500\n");
  });

  it("has a wavelength from the test sheet, whose pixels are counted from 1", () => {
    const sheet = [308.5, 2.71, -1.3e-3, -6.2e-6, 8.1e-9, 1.2e-12];
    const at = (coefficients: readonly number[], x: number) => coefficients.reduceRight((sum, c) => sum * x + c, 0);
    for (const pixel of [0, 1, 143, 287]) {
      expect(at(fromTestSheet(sheet), pixel)).toBeCloseTo(at(sheet, pixel + 1), 9);
    }
  });
});

describe("the parser of lines", () => {
  it("gives every spectrum once and in order, however the stream is cut, from the first whole line on", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(anyCounts, { minLength: 1, maxLength: 4 }), sizes, fc.nat(900), (spectra, pieces, cut) => {
        const stream = ascii(spectra.map((counts) => `${counts.join(",")},\n`).join("")).subarray(cut);
        const parser = new LineParser({ fromMidLine: true });
        const lines: Line[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = pieces[i % pieces.length]!;
          lines.push(...parser.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(countsIn(lines)).toEqual(spectra.slice(1));
      }),
      { numRuns: 40 },
    );
  });

  it("takes no line that a cut one and the next have become", () => {
    const line = `${Array.from({ length: pixelCount }, (_, i) => i).join(",")}\n`;
    const parser = new LineParser({ fromMidLine: false });
    expect(countsIn(parser.push(ascii(line.slice(0, 500) + line)))).toEqual([]);
    expect(countsIn(parser.push(ascii(line)))).toHaveLength(1);
  });

  it("holds no more than a line, throws nothing and takes nothing from noise", () => {
    const random = seededRandom(9);
    const parser = new LineParser({ fromMidLine: true });
    let most = 0;
    let found = 0;
    for (let round = 0; round < 2000; round++) {
      // Digits and commas are common, so that it is noise of this protocol.
      const noise = Uint8Array.from({ length: 250 }, () =>
        random() < 0.9 ? 0x2c + Math.floor(random() * 14) : Math.floor(random() * 256),
      );
      found += parser.push(noise).length;
      most = Math.max(most, parser.heldBytes);
    }
    expect(found).toBe(0);
    expect(most).toBeLessThanOrEqual(longestLineBytes);
  });
});
