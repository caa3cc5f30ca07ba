import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { type Answers, readSpectrumFile } from "./read.ts";

const read = (text: string, answers?: Answers) => readSpectrumFile("a.jdx", new TextEncoder().encode(text), answers);

function failure(text: string, answers?: Answers): LithoscopeError {
  try {
    read(text, answers);
  } catch (error) {
    if (error instanceof LithoscopeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

// An encoder of its own, written from the tables of McDonald & Wilks 1988, section 5.
const squeeze = (value: number): string => {
  const digits = String(Math.abs(value));
  const first = Number(digits[0]);
  return (value < 0 ? "abcdefghi"[first - 1]! : "@ABCDEFGHI"[first]!) + digits.slice(1);
};
const difference = (value: number): string => {
  const digits = String(Math.abs(value));
  const first = Number(digits[0]);
  return (value < 0 ? "jklmnopqr"[first - 1]! : "%JKLMNOPQR"[first]!) + digits.slice(1);
};
const repeat = (count: number): string => {
  const digits = String(count);
  return "STUVWXYZs"[Number(digits[0]) - 1]! + digits.slice(1);
};
const packed = (value: number): string => (value < 0 ? String(value) : `+${value}`);

type Form = "affn" | "pac" | "sqz" | "sqzdup" | "dif" | "difdup" | "mixed";

/** The table of a spectrum with x[i] = first + i·step; `chance` decides forms and repeats where they are mixed. */
function table(y: readonly number[], form: Form, first: number, step: number, perLine: number, chance: () => number) {
  const lines: string[] = [];
  let afterDifference = false;
  for (let i = 0; i < y.length; ) {
    let line = String(first + step * (afterDifference ? i - 1 : i));
    if (afterDifference) {
      line += squeeze(y[i - 1]!);
      afterDifference = false;
    } else {
      line += form === "affn" ? ` ${y[i]}` : form === "pac" ? packed(y[i]!) : squeeze(y[i]!);
      i += 1;
    }
    for (const end = Math.min(y.length, i + perLine); i < end; ) {
      const own: Form = form === "mixed" ? (["affn", "pac", "sqz", "dif"] as const)[Math.floor(4 * chance())]! : form;
      const isDifference = own === "dif" || own === "difdup";
      if (own === "affn") line += ` ${y[i]}`;
      else if (own === "pac") line += packed(y[i]!);
      else line += isDifference ? difference(y[i]! - y[i - 1]!) : squeeze(y[i]!);
      afterDifference = isDifference;
      const again = isDifference ? y[i]! - y[i - 1]! : y[i]!;
      i += 1;
      if (form !== "mixed" && form !== "sqzdup" && form !== "difdup") continue;
      let count = 1;
      while (i < end && (isDifference ? y[i]! - y[i - 1]! : y[i]!) === again) [i, count] = [i + 1, count + 1];
      if (count > 1) line += repeat(count);
    }
    lines.push(line);
  }
  if (afterDifference) lines.push(`${first + step * (y.length - 1)}${squeeze(y.at(-1)!)}`);
  return lines;
}

const file = (rows: readonly string[], labels: Record<string, string | number>, form = "(X++(Y..Y))") =>
  [
    "##TITLE= quartz $$ a comment",
    "##JCAMP-DX= 4.24",
    "##DATA TYPE= RAMAN SPECTRUM",
    "##XUNITS= 1/CM",
    "##YUNITS= ARBITRARY UNITS",
    ...Object.entries(labels).map(([label, value]) => `##${label}= ${value}`),
    `##XYDATA= ${form}`,
    ...rows,
    "##END=",
    "",
  ].join("\n");

const whole = (rows: readonly string[], points: number, last: number, more: Record<string, string | number> = {}) =>
  file(rows, { FIRSTX: 100, LASTX: last, NPOINTS: points, XFACTOR: 1, YFACTOR: 1, ...more });

describe("JCAMP-DX", () => {
  it("reads back exactly in every packed form and any mixture of them", () => {
    // Small steps and runs of equal values, so that differences and repeats come up.
    const ordinates = fc
      .array(
        fc.tuple(
          fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -2e6, max: 2e6 })),
          fc.integer({ min: 1, max: 4 }),
        ),
        {
          minLength: 12,
          maxLength: 80,
        },
      )
      .map((runs) => runs.flatMap(([value, times]) => Array.from({ length: times }, () => value)));
    fc.assert(
      fc.property(
        ordinates,
        fc.constantFrom<Form>("affn", "pac", "sqz", "sqzdup", "dif", "difdup", "mixed"),
        fc.integer({ min: 2, max: 30 }),
        fc.constantFrom(1, 2, 0.25, -0.5),
        fc.constantFrom(1, 0.5, 2 ** -10, 1024),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (y, form, perLine, step, factor, lineEnd, stream) => {
          const rows = table(y, form, 1000, step, perLine, () => stream.next().value as number);
          const labels = { FIRSTX: 1000, LASTX: 1000 + step * (y.length - 1), NPOINTS: y.length, "Y FACTOR": factor };
          const { spectrum, format, meta } = read(file(rows, labels).replaceAll("\n", lineEnd));
          const expected = y.map((value, i) => [1000 + step * i, value * factor + 0] as const);
          if (step < 0) expected.reverse();
          expect(format).toBe("jcamp-dx");
          expect(meta.TITLE).toBe("quartz");
          expect(spectrum.technique).toBe("raman");
          expect([...spectrum.axis.values]).toEqual(expected.map(([x]) => x));
          expect([...spectrum.intensity]).toEqual(expected.map(([, value]) => value));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("reads pairs, separated as anybody likes, on an uneven axis", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -9999, max: 9999 })), {
          minLength: 10,
          maxLength: 60,
        }),
        fc.constantFrom(", ", " ", "\t", ","),
        fc.constantFrom("; ", "\n", "  "),
        fc.constantFrom("XYDATA", "XYPOINTS"),
        (steps, comma, between, label) => {
          const x = steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, [own]) => sum + own, 100));
          const rows = x.map((value, i) => `${value}${comma}${steps[i]![1]}`).join(between);
          const text = file([rows], { NPOINTS: x.length, XFACTOR: 0.5, YFACTOR: 0.25 }, "(XY..XY)").replace(
            "XYDATA",
            label,
          );
          const { spectrum } = read(text);
          expect([...spectrum.axis.values]).toEqual(x.map((value) => value / 2));
          expect([...spectrum.intensity]).toEqual(steps.map(([, value]) => value / 4 + 0));
        },
      ),
    );
  });

  it("takes the abscissas as printed where each line has one value", () => {
    const x = Array.from({ length: 12 }, (_, i) => 100 + i * i);
    const rows = x.map((value, i) => `${value} ${i}.5`);
    expect([...read(whole(rows, 12, 221)).spectrum.axis.values]).toEqual(x);
  });

  it("reads the lines of Bruker's example, in which an abscissa belongs to the repeated ordinate", () => {
    // The first lines of BRUKER1.JCM of the IUPAC test files.
    const rows = ["4861896G493jknkJlkJjJlK%Oj%kNTjNKJNKMlmKq%MnKk%OjJKJKTN%NM%NK%JM%JjKTJTkMlKlKJ", "4729586G542"];
    const [first, step] = [4_861_896 * 4.8828125e-4, -0.964245605];
    const text = file(rows, {
      FIRSTX: first,
      LASTX: first + 67 * step,
      NPOINTS: 68,
      XFACTOR: 4.8828125e-4,
      YFACTOR: 1,
    });
    const { intensity } = read(text).spectrum;
    expect([intensity.at(-1), intensity.at(-2), intensity.at(-3), intensity[0]]).toEqual([7493, 7492, 7490, 7542]);
  });

  it("gives NaN for a missing ordinate and takes an E for an exponent only before a sign", () => {
    const { spectrum } = read(whole(["100 1E+02 ? A5 E2", "104 1 2 3 4 5 6 7"], 11, 110));
    expect([...spectrum.intensity.slice(0, 5)]).toEqual([100, Number.NaN, 15, 52, 1]);
  });

  it("takes the first spectrum of a file with several blocks", () => {
    const block = (title: string, y: number) =>
      whole([`100${` ${y}`.repeat(12)}`], 12, 111)
        .replace("quartz", title)
        .trimEnd();
    const text = `##TITLE=both\n##JCAMP-DX=5.01\n##DATA TYPE=LINK\n##BLOCKS=3\n##TITLE=molecule\n##DATA TYPE=STRUCTURE\n##END=\n${block("one", 1)}\n${block("two", 2)}\n##END=`;
    const { spectrum, meta } = read(text);
    expect(meta.TITLE).toBe("one");
    expect(spectrum.intensity[0]).toBe(1);
  });

  const infrared = (units: string, xUnits = "1/CM") =>
    whole([`4000${" 50".repeat(20)}`], 20, 4019 + 100 * 19, { FIRSTX: 4000 })
      .replace("100", "4000")
      .replace("RAMAN", "INFRARED")
      .replace("ARBITRARY UNITS", units)
      .replace("1/CM", xUnits)
      .replace("LASTX= 5919", xUnits === "1/CM" ? "LASTX= 10000" : "LASTX= 4019");

  it("makes nm in air of reflectance against wavenumbers, and fractions of per cent", () => {
    const { spectrum } = read(infrared("%REFLECTANCE"));
    expect(spectrum).toMatchObject({ technique: "vnir", axis: { unit: "nm" }, intensityUnit: "reflectance" });
    expect(spectrum.axis.values[0]).toBeCloseTo(1000 / 1.000274, 2);
    expect(spectrum.axis.values.at(-1)).toBeCloseTo(2500 / 1.000273, 2);
    expect(spectrum.intensity[0]).toBe(0.5);
    expect(spectrum.corrections.map(({ kind }) => kind)).toEqual(["unit", "sorted", "unit"]);
  });

  it("refuses what is no spectrum of ours, in a sentence", () => {
    expect(failure(infrared("TRANSMITTANCE")).message).toContain("infrared (absorption)");
    expect(failure(infrared("KUBELKA-MUNK")).message).toContain("are KUBELKA-MUNK, not reflectance");
    const head = "##TITLE=x\n##JCAMP-DX=5.01\n##DATA TYPE=RAMAN SPECTRUM\n";
    expect(failure(`${head}##NTUPLES=RAMAN\n##PAGE=N=1\n##DATA TABLE=(X++(Y..Y))\n1 2\n##END=`).message).toContain(
      "NTUPLES",
    );
    expect(failure(`${head}##PEAK TABLE=(XY..XY)\n1,2\n##END=`).message).toContain("a list of peaks");
    expect(failure(whole(["100 1 2"], 2, 101).replace("RAMAN SPECTRUM", "NMR FID")).message).toContain("(NMR FID)");
  });
});

describe("a damaged JCAMP-DX file", () => {
  const y = [1000, 1003, 1003, 1003, 998, 997, 996, 995, 995, 1200, 1500, 1230, 1000, 990];
  const rows = table(y, "difdup", 100, 1, 4, () => 0);
  const from = (changed: readonly string[], points = y.length) => failure(whole(changed, points, 113));

  it.each([
    ["a value of a difference", rows.with(0, rows[0]!.replace("L", "M")), "Line 13 of a.jdx begins with"],
    ["a lost line", rows.toSpliced(1, 1), "Line 13 of a.jdx begins with"],
    ["a lost end", rows.slice(0, -2), "Line 8 of a.jdx promises 14 points, but"],
    ["a strange character", rows.with(1, `${rows[1]}&`), 'Line 13 of a.jdx holds "&" where a number should be'],
    ["a huge repeat", rows.with(1, `${rows[1]}T99999999999`), "Line 13 of a.jdx holds more than the 14 values"],
    [
      "a line without its value",
      rows.with(1, "104J"),
      "Line 13 of a.jdx has no value that its first difference refers to",
    ],
    ["text within", rows.with(1, "connection lost"), "Line 13 of a.jdx"],
  ])("with %s is refused with the line", (_what, changed, message) => {
    const lines = changed.length === rows.length || _what.startsWith("a lost") ? changed : rows;
    expect(from(lines).message).toContain(message);
    expect(from(lines).code).toBe("file-bad-line");
  });

  it("that lost a line of plain values is found by the abscissa of the next", () => {
    const plain = table(
      Array.from({ length: 30 }, (_, i) => i),
      "affn",
      100,
      1,
      4,
      () => 0,
    );
    const error = failure(whole(plain.toSpliced(2, 1), 25, 124));
    expect(error.message).toContain("Line 14 of a.jdx begins at 115 where 110 should follow");
  });

  it("gives a spectrum or a problem for people, whatever stands in it", () => {
    const line = fc.stringMatching(/^[-+0-9.%@A-Za-s?,; $E]{0,60}$/);
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom("(X++(Y..Y))", "(XY..XY)", "(X++(R..R))"),
        (body, form) => {
          try {
            const { spectrum } = read(file(body, { FIRSTX: 100, LASTX: 200 }, form));
            expect(spectrum.intensity).toHaveLength(spectrum.axis.values.length);
          } catch (error) {
            if (!(error instanceof LithoscopeError)) throw error;
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
