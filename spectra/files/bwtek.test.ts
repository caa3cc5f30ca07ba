import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { readSpectrumFile } from "./read.ts";

interface Pixel {
  readonly shift: number | undefined;
  readonly dark: number;
  readonly raw: number;
}
type Columns = "all" | "no subtracted" | "raw alone";

/** What BWSpec 4 writes; the header is cut down to lines of each kind. */
function exported(pixels: readonly Pixel[], separator: ";" | ",", comma: boolean, columns: Columns = "all"): string {
  const mark = (value: number, digits: number) =>
    comma ? value.toFixed(digits).replace(".", ",") : value.toFixed(digits);
  const titles = ["Pixel", "Wavelength", "Wavenumber", "Raman Shift"];
  if (columns !== "raw alone") titles.push("Dark", "Reference");
  titles.push("Raw data #1");
  if (columns === "all") titles.push("Dark Subtracted #1", "%TR #1");
  const rows = pixels.map(({ shift, dark, raw }, i) => {
    const axis = shift === undefined ? ["   ", "   ", "   "] : [mark(800 + i, 2), mark(12_000 - i, 2), mark(shift, 2)];
    const cells = [String(i), ...axis];
    if (columns !== "raw alone") cells.push(mark(dark, 4), mark(65_535, 4));
    cells.push(mark(raw, 4));
    if (columns === "all") cells.push(mark(raw - dark, 4), mark(0, 4));
    return `${cells.join(separator)}${separator}`;
  });
  const key = (name: string, value: string) => `${name}${separator}${value}`;
  return [
    "File Version;BWSpec4.02_14",
    key("Date", "2017-03-17 07:52:28"),
    key("model", "BTC162E-532S-SYS"),
    key("operator", ""),
    key("intigration times(ms)", "5000"),
    key("yaxis_max", "65535"),
    key("coefs_a1", comma ? "0,534685724562223" : "0.534685724562223"),
    key("laser_wavelength", comma ? "785,02" : "785.02"),
    key("laser_powerlevel", "100"),
    `${titles.join(separator)}${separator}`,
    ...rows,
    "",
  ].join("\r\n");
}

const read = (text: string) => readSpectrumFile("quartz.txt", new TextEncoder().encode(text));

function failure(text: string): LithoscopeError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof LithoscopeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const ramp = Array.from(
  { length: 40 },
  (_, i): Pixel => ({ shift: i < 5 ? undefined : 100 + 2 * i, dark: 800 + i, raw: 1000 + 10 * i }),
);

describe("an export of BWSpec", () => {
  const pixel = fc.record({
    shift: fc.boolean(),
    dark: fc.integer({ min: 0, max: 8000 }).map((quarters) => quarters / 4),
    raw: fc.integer({ min: 0, max: 240_000 }).map((quarters) => quarters / 4),
  });

  it("reads back exactly, with semicolons or commas, and without the pixels that have no shift", () => {
    fc.assert(
      fc.property(
        fc.array(pixel, { minLength: 20, maxLength: 60 }),
        fc.constantFrom([";", false] as const, [";", true] as const, [",", false] as const),
        fc.constantFrom<Columns>("all", "no subtracted", "raw alone"),
        (given, [separator, comma], columns) => {
          const pixels = given.map(({ shift, dark, raw }, i) => ({
            shift: shift ? 65.5 + 1.25 * i : undefined,
            dark,
            raw,
          }));
          const inRange = pixels.filter(({ shift }) => shift !== undefined);
          fc.pre(inRange.length >= 10);
          const { spectrum, format, meta } = read(exported(pixels, separator, comma, columns));
          expect(format).toBe("bwtek");
          expect(meta["intigration times(ms)"]).toBe("5000");
          expect(spectrum).toMatchObject({ technique: "raman", excitationNm: 785.02, intensityUnit: "counts" });
          expect([...spectrum.axis.values]).toEqual(inRange.map(({ shift }) => Number(shift!.toFixed(2))));
          const dropped = (dark: number) => (columns === "raw alone" ? 0 : dark);
          expect([...spectrum.intensity]).toEqual(inRange.map(({ dark, raw }) => raw - dropped(dark)));
          expect(spectrum.corrections.map(({ kind }) => kind)).toEqual(columns === "raw alone" ? [] : ["dark"]);
        },
      ),
    );
  });

  it("has no value where the converter was full", () => {
    const { spectrum } = read(exported(ramp.with(20, { ...ramp[20]!, raw: 65_535 }), ";", false));
    expect(spectrum.intensity[15]).toBeNaN();
    expect(spectrum.corrections).toContainEqual({ kind: "deleted", points: 1 });
  });

  it.each([
    [
      "a word for a count",
      (row: string) => row.replace("1200.0000", "12OO"),
      'Line 31 of quartz.txt holds "12OO" where a number',
    ],
    ["a torn row", (row: string) => row.slice(0, 30), "Line 31 of quartz.txt has"],
  ])("with %s is refused with the line", (_what, change, message) => {
    const lines = exported(ramp, ";", false).split("\r\n");
    const error = failure(lines.with(30, change(lines[30]!)).join("\n"));
    expect(error.code).toBe("file-bad-line");
    expect(error.message).toContain(message);
  });

  it("without Raman shifts or without its table says what is missing", () => {
    const noShift = exported(
      ramp.map((own) => ({ ...own, shift: undefined })),
      ";",
      false,
    );
    expect(failure(noShift).message).toContain("without Raman shifts");
    expect(failure(noShift.slice(0, noShift.indexOf("Pixel"))).message).toContain("its table");
  });
});
