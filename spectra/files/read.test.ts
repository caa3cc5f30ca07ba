import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LithoscopeError, type ProblemCode } from "../../contract/errors.ts";
import { type Answers, readSpectrumFile } from "./read.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (name: string, text: string, answers?: Answers) => readSpectrumFile(name, utf8(text), answers);
const steps = (count: number, start: number, step: number) => Array.from({ length: count }, (_, i) => start + i * step);
const lines = (x: readonly number[], value: (i: number) => number | string, separator = ",") =>
  x.map((v, i) => `${v}${separator}${value(i)}`).join("\n");

function failure(run: () => unknown): LithoscopeError {
  try {
    run();
  } catch (error) {
    if (error instanceof LithoscopeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a file of RRUFF", () => {
  const rows = steps(40, 250, 0.482).map((x, i) => `${x.toFixed(4)}, ${(i * 1.5).toExponential(7)}`);
  const text = [
    "##NAMES=Quartz",
    "##RRUFFID=R000000",
    "##LOCALITY=nowhere",
    ...rows.map((r) => `${r}\r`),
    "##END=",
    "",
    "",
  ].join("\n");

  it("is Raman, with the laser that its name states and mixed line ends", () => {
    const { spectrum, format, meta } = read("Quartz__R000000__Raman__532__0__x__Raman_Data_Processed__1.txt", text);
    expect(format).toBe("rruff");
    expect(meta.NAMES).toBe("Quartz");
    expect(spectrum).toMatchObject({
      technique: "raman",
      excitationNm: 532,
      intensityUnit: "relative",
      corrections: [],
    });
    expect(spectrum.axis.values).toHaveLength(40);
    expect(spectrum.intensity[2]).toBe(3);
  });

  it("gives the laser of its header before that of its name", () => {
    const stated = text.replace("##LOCALITY", "##RAMAN WAVELENGTH=514\n##LOCALITY");
    expect(read("Quartz__Raman__532__.txt", stated).spectrum.excitationNm).toBe(514);
  });

  it("is not taken for Raman if it is one of RRUFF's infrared files", () => {
    expect(failure(() => read("Quartz__R000000__Infrared__Data.txt", text)).code).toBe("technique-mismatch");
  });
});

describe("a file of ECOSTRESS", () => {
  it("becomes nm and fractions, ascending, each change recorded", () => {
    const header =
      "Name: Made up\r\nType: Mineral\r\nParticle Size: 45-125um\r\nX Units: Wavelength (micrometers)\r\nY Units:Reflectance (percent)\r\n\r\n";
    const rows = steps(30, 0, 1).map((i) => ` ${(14 - i * 0.4).toFixed(4)}\t ${(20 + i).toFixed(4)}\r\n`);
    const { spectrum, format, meta } = read("mineral.x.spectrum.txt", header + rows.join(""));
    expect(format).toBe("ecostress");
    expect(meta.Name).toBe("Made up");
    expect(spectrum.corrections).toEqual([
      { kind: "sorted" },
      { kind: "unit", from: "µm", to: "nm" },
      { kind: "unit", from: "%", to: "fraction" },
    ]);
    expect(spectrum.axis.values[0]).toBeCloseTo(2400, 9);
    expect(spectrum.intensity[29]).toBeCloseTo(0.2, 12);
  });
});

describe("the USGS library as JSON", () => {
  const wavelengths = steps(20, 0.4, 0.1);
  it("gives NaN for a null and drops a point without wavelength", () => {
    const reflectance = wavelengths.map((_, i) => (i === 3 ? null : 0.5));
    const json = JSON.stringify({
      name: "Acmite",
      wavelengths: [null, ...wavelengths],
      reflectance: [1, ...reflectance],
    });
    const { spectrum, format } = read("acmite.json", json);
    expect(format).toBe("usgs-json");
    expect(spectrum.axis.values).toHaveLength(20);
    expect(spectrum.intensity[3]).toBeNaN();
    expect(spectrum.corrections).toContainEqual({ kind: "deleted", points: 1 });
  });

  it("says what is wrong with other JSON", () => {
    expect(failure(() => read("a.json", '{"a": 1}'))).toMatchObject({ code: "file-unreadable" });
    expect(failure(() => read("a.json", '{"a": 1')).message).toContain("damaged");
    const unequal = JSON.stringify({ wavelengths, reflectance: [1] });
    expect(failure(() => read("a.json", unequal)).message).toContain("20 wavelengths and 1 values");
  });
});

describe("a csv with a header block", () => {
  it("of VISOR is reflectance in nm, or in µm where the axis ends at 2.5", () => {
    const header =
      'Database of Origin,Somewhere\r\nSample Description,"A, B"\r\nGrain Size,<45 um\r\n\r\nWavelength\r\n';
    const nm = read("X_1.csv", header + lines(steps(30, 350, 70), () => 0.4));
    expect(nm.format).toBe("visor");
    expect(nm.spectrum).toMatchObject({ technique: "vnir", axis: { unit: "nm" }, corrections: [] });
    const um = read("X_2.csv", header + lines(steps(30, 0.35, 0.07), () => 0.4));
    expect(um.spectrum.axis.values[0]).toBeCloseTo(350, 9);
  });

  it("of narrow steps below 1100 nm is LIBS", () => {
    const { spectrum } = read("adularia.csv", `wavelength,spectrum\n${lines(steps(100, 195.45, 0.073), (i) => i)}`);
    expect(spectrum).toMatchObject({ technique: "libs", axis: { unit: "nm", medium: "air" } });
  });

  it("of many shots gives the column titled mean", () => {
    const rows = steps(20, 240.8, 0.05).map((x) => `${x}, 1, 2, 6, 2, 3`);
    const { spectrum } = read(
      "CL5_x.csv",
      `# NSHOTS = 3 , , ,\n# wave , shot1, shot2, shot3, median, mean\n${rows.join("\n")}`,
    );
    expect(spectrum.technique).toBe("libs");
    expect(spectrum.intensity[0]).toBe(3);
  });

  it("with an error beside the reflectance gives the reflectance", () => {
    const rows = steps(20, 350, 50).map((x) => `${x};0,01;0,5`);
    const { spectrum } = read("a.csv", `wavelength (nm);std reflectance;reflectance\n${rows.join("\n")}`);
    expect(spectrum.intensity[0]).toBe(0.5);
  });

  it("leaves out rows without a value", () => {
    const rows = steps(20, 400, 10).map((x, i) => (i < 2 || i === 19 ? `${x},` : `${x},0.3`));
    const { spectrum } = read("a.csv", `wavelength_nm,reflectance\n${rows.join("\n")}`);
    expect(spectrum.axis.values).toHaveLength(17);
  });
});

describe("a dump of shots of an Ocean Optics spectrometer", () => {
  const axis = steps(30, 240, 0.05);
  const head = "Data from X.txt Node\n\rSpectrometer: HR+\n>>>>>Begin Spectral Data<<<<<";
  const shots = (...values: string[]) => values.map((value) => `09:19:34\t144\t${axis.map(() => value).join("\t")}`);

  it("gives the mean of the shots", () => {
    const text = [head, `\t\t${axis.join("\t")}`, ...shots("2", "4")].join("\r\n");
    const { spectrum, format } = read("X.txt", text, { technique: "libs" });
    expect(format).toBe("ocean-shots");
    expect(spectrum.intensity[0]).toBe(3);
    expect(spectrum.intensityUnit).toBe("counts");
    expect(spectrum.corrections).toEqual([{ kind: "average", exposures: 2 }]);
  });

  it("says which shot is cut off", () => {
    const text = [head, `\t\t${axis.join("\t")}`, ...shots("2"), "09:19\t144\t1"].join("\n");
    expect(failure(() => read("X.txt", text)).message).toContain("Line 6");
  });

  it("with one spectrum in two columns is an ordinary table", () => {
    const { spectrum } = read("X.txt", `${head}\n${lines(axis, () => 7, "\t")}\n>>>>>End Spectral Data<<<<<`, {
      technique: "libs",
    });
    expect(spectrum.axis.values).toHaveLength(30);
  });
});

describe("two columns", () => {
  const separators = fc.constantFrom(",", ", ", ";", "; ", "\t", " ", "   ", " , ", "|");
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 12, maxLength: 40 });
  const headers = fc.constantFrom(
    "",
    "Raman spectrum\n",
    "# Raman\n# laser 785 nm\n",
    "Sample: feldspar, Raman, 2020-03-04 10:22\nPoints\t512\n\n",
    "raman shift cm-1\tcounts\n",
  );

  it("read back the same, whatever the separator, decimal mark, line end, order, header and encoding", () => {
    fc.assert(
      fc.property(
        values,
        separators,
        fc.boolean(),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.constantFrom("ascending", "descending"),
        headers,
        fc.constantFrom("utf-8", "utf-8-bom", "utf-16le", "utf-16be", "latin1"),
        (y, separator, comma, lineEnd, order, header, encoding) => {
          fc.pre(!(comma && separator.includes(",")));
          const x = y.map((_, i) => 100.5 + i * 1.25);
          const mark = (value: number) => (comma ? String(value).replace(".", ",") : String(value));
          const rows = x.map((value, i) => `${mark(value)}${separator}${mark(y[i]!)}`);
          if (order === "descending") rows.reverse();
          const text = (header + rows.join("\n")).replaceAll("\n", lineEnd);
          const { spectrum } = readSpectrumFile("x.txt", encode(text, encoding), { technique: "raman" });
          expect([...spectrum.axis.values]).toEqual(x);
          expect([...spectrum.intensity]).toEqual(y.map((value) => value + 0)); // −0 is 0 in a file
          expect(spectrum.corrections).toEqual(order === "descending" ? [{ kind: "sorted" }] : []);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keep duplicate positions in the file's order", () => {
    const x = [...steps(10, 500, 10), ...steps(10, 550, 10)];
    const { spectrum } = read("reflectance.txt", `wavelength nm\treflectance\n${lines(x, (i) => i / 20, "\t")}`);
    expect([...spectrum.axis.values.slice(5, 9)]).toEqual([550, 550, 560, 560]);
    expect([...spectrum.intensity.slice(5, 9)]).toEqual([0.25, 0.5, 0.3, 0.55]);
  });

  it.each(["NaN", "nan", "-1.23e34", "-1.2300000e+034", "-9999", "n/a", "--", "1.#QNAN"])(
    "with %s mark a deleted point",
    (mark) => {
      const rows = lines(steps(20, 400, 50), (i) => (i === 7 ? mark : 0.3));
      const { spectrum } = read("a.csv", `wavelength_nm,reflectance\n${rows}`);
      expect(spectrum.intensity[7]).toBeNaN();
      expect(spectrum.corrections).toEqual([{ kind: "deleted", points: 1 }]);
    },
  );

  it("may have a footer and comments, quotes, Fortran exponents and a row of two numbers in the header", () => {
    const rows = steps(20, 400, 50).map((x) => `"${x}","3.0D-01"`);
    rows.splice(10, 0, "# lamp changed", "");
    const { spectrum } = read("a.csv", `reflectance\n2048 2\nlamp on\n${rows.join("\n")}\nmeasured by A. B.\n`);
    expect(spectrum.axis.values).toHaveLength(20);
    expect(spectrum.intensity[0]).toBe(0.3);
  });
});

describe("quoted cells", () => {
  const quoted = (row: (i: number) => string) =>
    read("a.csv", steps(20, 0, 1).map(row).join("\n"), { technique: "raman" });
  const position = (i: number) => `${113 + i},17`;

  it.each([
    ["a decimal comma and comma between", (i: number) => `"${position(i)}","0,${i}500"`],
    ["a decimal comma, comma and blank between", (i: number) => `"${position(i)}", "0,${i}500"`],
    ["a decimal comma and semicolon between", (i: number) => `"${position(i)}";"0,${i}500"`],
    ["a decimal comma and blank between", (i: number) => `"${position(i)}" "0,${i}500"`],
    ["a decimal point", (i: number) => `"${113 + i}.17","0.${i}500"`],
    ["a third column of text", (i: number) => `"${position(i)}","0,${i}500","a, b"`],
  ])("with %s hold one number each", (_what, row) => {
    const { spectrum } = quoted(row);
    expect([...spectrum.axis.values]).toEqual(steps(20, 0, 1).map((i) => Number(`${113 + i}.17`)));
    expect([...spectrum.intensity]).toEqual(steps(20, 0, 1).map((i) => Number(`0.${i}500`)));
  });

  it.each([
    ["a quote that does not close", '"125,17","0,5', "has a quotation mark that does not close"],
    ["no quotes", "125,17,0,5", "has 4 values, the lines above have 2"],
    ["one pair of quotes", '"125,17,0,5"', "has 1 value, the lines above have 2"],
    ["quotes within a number", '"125""17","0,5"', "where a number should be"],
  ])("after which a row has %s are refused with its line", (_what, broken, reason) => {
    const error = failure(() => quoted((i) => (i === 12 ? broken : `"${position(i)}","0,5"`)));
    expect(error.code).toBe("file-bad-line");
    expect(error.message).toContain("Line 13");
    expect(error.message).toContain(reason);
  });

  it.each([
    ["beside decimal points", (i: number) => `${400 + i}.5,"1,${200 + i}"`],
    ["beside whole numbers", (i: number) => `"${400 + i}","${i < 12 ? 988 + i : `1,0${i}`}"`],
  ])("with commas that may mark thousands %s are refused", (_what, row) => {
    const error = failure(() => quoted(row));
    expect(error.code).toBe("file-bad-line");
    expect(error.message).toContain("may be decimal or mark thousands");
  });
});

describe("infrared absorption", () => {
  const rows = lines(steps(30, 400, 100), (i) => 0.5 + i / 100);
  it.each([
    "##DATA TYPE=INFRARED SPECTRUM\n##XUNITS=1/CM",
    "##TITLE=quartz, see its Raman spectrum\n##DATATYPE=INFRARED SPECTRUM\n##XUNITS=1/CM",
    "##XUNITS=1/CM\n##YUNITS=TRANSMITTANCE",
    "Wavenumber (cm-1),Absorbance",
    "Wavenumber,%T",
    "# FT-IR of quartz\nwavenumber,signal",
  ])("declared by %j is refused, asked for or given as Raman", (header) => {
    for (const answers of [{}, { technique: "raman" }] as const) {
      expect(failure(() => read("a.csv", `${header}\n${rows}`, answers))).toMatchObject({
        code: "technique-mismatch",
        message: "a.csv is an infrared (absorption) spectrum, which Lithoscope does not use. It was not read.",
      });
    }
  });

  it("is not what a reflectance file in the near infrared or a Raman file with an infrared laser holds", () => {
    const vnir = read("a.csv", `# near infrared, FTIR spectrometer\nwavelength_nm,reflectance\n${rows}`);
    expect(vnir.spectrum.technique).toBe("vnir");
    const raman = read("a.csv", `# infrared laser 1064 nm, FTIR with Raman module\nRaman shift (cm-1),counts\n${rows}`);
    expect(raman.spectrum.technique).toBe("raman");
  });
});

describe("technique and unit", () => {
  const bare = lines(steps(50, 200, 20), (i) => 100 + (i % 7), "\t");

  it("are asked for in one question when two bare columns could be anything", () => {
    const error = failure(() => read("spot1.txt", bare));
    expect(error).toMatchObject({
      code: "technique-unknown",
      message: "Is spot1.txt a Raman, a VNIR or a LIBS spectrum? The file does not say.",
    });
    expect(error.hint).toContain("--raman"); // the screen shows the sentence alone
    expect(read("spot1.txt", bare, { technique: "raman" }).spectrum.axis.unit).toBe("cm-1");
    expect(read("spot1.txt", bare, { technique: "libs" }).spectrum.axis.unit).toBe("nm");
  });

  it.each([
    ["raman shift in the title", "Raman shift (cm-1),Intensity", steps(20, 100, 50), "raman"],
    ["1/cm in the title", "1/cm;counts", steps(20, 100, 50), "raman"],
    ["µm in the title", "Wavelength (µm),R", steps(20, 0.4, 0.1), "vnir"],
    ["a wavelength beyond silicon", "Wavelength nm,R", steps(20, 400, 100), "vnir"],
    ["reflectance in the title", "wl,Reflectance", steps(20, 400, 20), "vnir"],
    ["LIBS in the header", "LIBS of basalt\nwavelength,counts", steps(20, 400, 20), "libs"],
  ] as const)("are known from %s", (_what, header, x, technique) => {
    const separator = header.includes(";") ? ";" : ",";
    expect(read("a.csv", `${header}\n${lines(x, () => 0.5, separator)}`).spectrum.technique).toBe(technique);
  });

  it("given wrongly are refused with what the file says", () => {
    const raman = `Raman shift (cm-1),Intensity\n${lines(steps(20, 100, 50), () => 5)}`;
    expect(failure(() => read("a.csv", raman, { technique: "vnir" }))).toMatchObject({
      code: "technique-mismatch",
      message: "a.csv was given as VNIR, but its axis is in cm⁻¹. It was not used.",
    });
    const micrometres = lines(steps(30, 0.35, 0.07), () => 0.4);
    expect(failure(() => read("a.csv", micrometres, { technique: "raman" })).code).toBe("technique-mismatch");
    const reflectance = `wavelength_nm,reflectance\n${lines(steps(30, 350, 70), () => 0.4)}`;
    for (const technique of ["raman", "libs"] as const) {
      expect(failure(() => read("a.csv", reflectance, { technique })).code).toBe("technique-mismatch");
    }
  });

  it("of an axis between µm and nm are asked for, and the answer is taken", () => {
    const between = lines(steps(20, 40, 4), () => 0.4);
    expect(failure(() => read("a.csv", between, { technique: "vnir" }))).toMatchObject({
      code: "unit-unknown",
      message: "Is the axis of a.csv in nm or µm? The file does not say, and its range does not tell.",
    });
    const { spectrum } = read("a.csv", between, { technique: "vnir", unit: "um" });
    expect(spectrum.axis.values[0]).toBeCloseTo(40_000, 6);
  });

  it("take values around 40 for per cent and refuse counts as reflectance", () => {
    const x = steps(20, 400, 100);
    expect(
      read(
        "a.csv",
        lines(x, (i) => 40 + i),
        { technique: "vnir" },
      ).spectrum.intensity[0],
    ).toBeCloseTo(0.4, 12);
    expect(
      failure(() =>
        read(
          "a.csv",
          lines(x, () => 20_000),
          { technique: "vnir" },
        ),
      ).code,
    ).toBe("technique-mismatch");
  });
});

describe("a file that cannot be read", () => {
  const rows = lines(steps(30, 100, 2), (i) => i).split("\n");
  const broken = (line: number, content: string) => {
    const all = ["# Raman", ...rows];
    all[line - 1] = content;
    return failure(() => read("quartz.csv", all.join("\r\n")));
  };

  it.each([
    ["JPEG", [0xff, 0xd8, 0xff, 0xe0, 0, 16], "a JPEG picture"],
    ["PNG", [0x89, 0x50, 0x4e, 0x47, 13, 10], "a PNG picture"],
    ["zip", [0x50, 0x4b, 3, 4, 20, 0], "a zip archive"],
    ["program", [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0], "a binary file"],
  ])("because it is a renamed %s says so", (_kind, bytes, words) => {
    const error = failure(() => readSpectrumFile("quartz.txt", Uint8Array.from(bytes)));
    expect(error.code).toBe("file-not-text");
    expect(error.message).toContain(`quartz.txt is ${words}`);
  });

  it("is empty, too large or too short", () => {
    expect(failure(() => read("a.txt", "")).code).toBe("file-empty");
    expect(failure(() => read("a.txt", " \r\n\n")).code).toBe("file-empty");
    expect(failure(() => readSpectrumFile("a.txt", new Uint8Array(64 * 1024 * 1024 + 1))).code).toBe("file-too-large");
    expect(failure(() => read("a.txt", "Dear crew,\nno numbers here.")).code).toBe("file-too-few-points");
    expect(failure(() => read("a.txt", rows.slice(0, 9).join("\n"))).message).toContain("9 usable points");
    const deleted = lines(steps(30, 100, 2), (i) => (i < 9 ? 1 : "NaN"));
    expect(failure(() => read("a.txt", deleted, { technique: "raman" })).code).toBe("file-too-few-points");
    const huge = lines(steps(30, 100, 2), (i) => (i < 2 ? 1 : "1e300"));
    expect(failure(() => read("a.txt", huge, { technique: "raman" })).message).toContain(
      "numbers too large to be a spectrum: 28 of its values are 1e+30 or more",
    );
  });

  it.each([
    ["12x.5,3", 'holds "12x.5" where a number should be'],
    ["120.0,abc", 'holds "abc" where a number should be'],
    ["120.0", "has 1 value, the lines above have 2"],
    ["120.0,1,2", "has 3 values, the lines above have 2"],
    ["connection lost", "stands between the numbers"],
  ])("names the broken line %s", (content, reason) => {
    const error = broken(12, content);
    expect(error.code).toBe("file-bad-line");
    expect(error.message).toBe(`Line 12 of quartz.csv ${reason}: "${content}". The spectrum was not read.`);
  });

  it("quotes no more than a piece of a long line", () => {
    expect(broken(12, `120.0,${"é".repeat(5000)}`).message.length).toBeLessThan(160);
  });

  it("never fails with anything but a problem for people", () => {
    const numberLike = fc.stringMatching(/^[-0-9.,;eE+ \t\r\n#naN|"]{0,200}$/);
    const start = fc.constantFrom("", "\ufeff", "##RRUFFID=1\n", "{", ">>>>>Begin\n", "1 2\n2 3\n3 4\n");
    const input = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.tuple(start, numberLike).map(([a, b]) => utf8(a + b)),
      fc.json().map(utf8),
    );
    fc.assert(
      fc.property(
        input,
        fc.constantFrom<Answers>({}, { technique: "raman" }, { technique: "vnir" }),
        (bytes, answers) => {
          let code: ProblemCode | "read" = "read";
          try {
            const { spectrum } = readSpectrumFile("x.txt", bytes, answers);
            expect(spectrum.intensity).toHaveLength(spectrum.axis.values.length);
          } catch (error) {
            if (!(error instanceof LithoscopeError)) throw error;
            code = error.code;
          }
          expect(code).not.toBe("internal");
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function encode(text: string, encoding: string): Uint8Array {
  if (encoding === "utf-8") return utf8(text);
  if (encoding === "utf-8-bom") return utf8(`\ufeff${text}`);
  if (encoding === "latin1") return Uint8Array.from(text, (c) => c.charCodeAt(0));
  const units = Uint16Array.from(`\ufeff${text}`, (c) => c.charCodeAt(0));
  const bytes = new DataView(new ArrayBuffer(units.length * 2));
  units.forEach((unit, i) => {
    bytes.setUint16(2 * i, unit, encoding === "utf-16le");
  });
  return new Uint8Array(bytes.buffer);
}
