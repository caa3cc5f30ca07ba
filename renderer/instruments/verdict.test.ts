import { describe, expect, it } from "vitest";
import type { CalibrationResult, ResidualLine } from "../../contract/calibration.ts";
import { limitsOf, limitText, lineViews, residualText, valueText, worstVerdict, zoomedLines } from "./verdict.ts";

const limits = { pass: 2.5, warn: 5 };
const line = (expected: number, more: Partial<ResidualLine> = {}): ResidualLine => ({
  expected,
  uncertainty: 1.2,
  role: "other",
  limits,
  weight: 1,
  note: "",
  ...more,
});

describe("numbers of a calibration", () => {
  it("a residual carries its sign, and what rounds to nothing carries none", () => {
    expect(residualText(3.37, "cm⁻¹")).toBe("+3.4");
    expect(residualText(-0.11, "cm⁻¹")).toBe("−0.1");
    expect(residualText(-0.04, "cm⁻¹")).toBe("0.0");
  });

  it("wavelengths have one decimal more than Raman shifts, whose standards are less certain", () => {
    expect(valueText(1001.4, "cm⁻¹")).toBe("1001.4");
    expect(valueText(546.074, "nm")).toBe("546.07");
  });

  it("limits are written as people write them", () => {
    expect([2.5, 5, 0.25, 1 / 3].map(limitText)).toEqual(["2.5", "5", "0.25", "0.333"]);
  });
});

describe("verdicts", () => {
  it("one failure makes the whole fail, one warning makes it warn, and nothing judged is not a pass", () => {
    expect(worstVerdict(["pass", "fail", "warn"])).toBe("fail");
    expect(worstVerdict(["pass", "warn", "pass"])).toBe("warn");
    expect(worstVerdict([])).toBeUndefined();
  });
});

describe("the residual table", () => {
  const judgement = { verdict: "pass", sentence: "" } as const;
  const result: Pick<CalibrationResult, "lines" | "unit" | "afterFit"> = {
    unit: "cm⁻¹",
    afterFit: judgement,
    lines: [
      line(1001.4, {
        role: "primary",
        found: 1004.8,
        residual: 3.4,
        verdict: "warn",
        residualAfter: 0,
        verdictAfter: "pass",
      }),
      line(795.8, { note: "not found" }),
    ],
  };

  it("a line that was not found is neither good nor bad", () => {
    const [, missing] = lineViews(result);
    expect(missing).toMatchObject({ found: "none", before: { text: "", mark: "off", word: "not judged" }, key: false });
  });

  it("as found and after the fit stand side by side, each with word and shape", () => {
    const [primary] = lineViews(result);
    expect(primary).toMatchObject({
      expected: "1001.4",
      found: "1004.8",
      before: { text: "+3.4", mark: "look", word: "Warn" },
      after: { text: "0.0", mark: "good", word: "Pass" },
      key: true,
    });
  });

  it("without a fit there is no second column", () => {
    expect(lineViews({ lines: result.lines, unit: "nm" }).every(({ after }) => after === undefined)).toBe(true);
  });

  it("shows the limits that most lines have, and the standard's largest own uncertainty", () => {
    const lines = [line(1), line(2, { uncertainty: 1.6 }), line(3, { limits: { pass: 3, warn: 6 } })];
    expect(limitsOf({ lines })).toEqual({ ...limits, uncertainty: 1.6 });
    expect(limitsOf({ lines: [] })).toBeUndefined();
  });

  it("enlarges the lines that the verdict rests on, by position, and none that was not found", () => {
    const lines = [
      line(1602.3, { role: "key", found: 1605.9 }),
      line(620.9, { role: "key", found: 624.2 }),
      line(795.8),
      line(1155.3, { found: 1161.4 }),
      line(1001.4, { role: "primary", found: 1004.8 }),
    ];
    expect(zoomedLines(lines, 3).map(({ expected }) => expected)).toEqual([620.9, 1001.4, 1602.3]);
    expect(zoomedLines(lines, 4).map(({ expected }) => expected)).toEqual([620.9, 1001.4, 1155.3, 1602.3]);
  });
});
