import { describe, expect, it } from "vitest";
import { excitationProblem, profileOf } from "./profile.ts";

describe("the laser's wavelength as typed", () => {
  it("takes a point or a comma", () => {
    expect(excitationProblem("785")).toBeUndefined();
    expect(profileOf("raman", "784,98")).toEqual({ technique: "raman", excitationNm: 784.98 });
  });

  it("refuses what is no wavelength of a laser, before it reaches the instrument", () => {
    for (const typed of ["", "  ", "green", "78.5", "7850", "-785", "Infinity"]) {
      expect(excitationProblem(typed), typed).toBeDefined();
    }
  });

  it("a technique without a laser carries no wavelength", () => {
    expect(profileOf("vnir", "785")).toEqual({ technique: "vnir" });
  });
});
