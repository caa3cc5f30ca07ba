import { describe, expect, it } from "vitest";
import { ProcedureStep } from "../../contract/procedure.ts";
import type { Reading } from "../../contract/reading.ts";
import type { Technique } from "../../contract/spectrum.ts";
import { Bench, bench, storedCoefficients } from "../simulators/ocean-obp/bench.ts";
import { specimenOf, specimensFor, whiteTile } from "../simulators/ocean-obp/specimens.ts";
import { reading } from "../testing/reading.ts";
import { procedures } from "./procedures.ts";
import { checkEntries, isSeen, resultOf, type StepContext } from "./steps.ts";

const stepOf = (technique: Technique, id: string) =>
  procedures.find((p) => p.technique === technique)!.steps.find((s) => s.id === id)!;

/** Exposures of a specimen by the simulated board, as the station would have them. */
function taken(technique: Technique, specimen: string, lightOn: boolean, integrationUs: number, count = 8) {
  const board = new Bench(technique, specimenOf(specimen, technique), 5);
  const one = (on: boolean): Reading => ({
    ...reading({ fill: 0, integrationUs, lightOn: on }),
    counts: Uint16Array.from(board.expose(integrationUs, 1, on)),
    maximumCounts: bench.maximumCounts,
    wavelengthCoefficients: [...storedCoefficients(technique)],
  });
  const darks = lightOn ? Array.from({ length: 4 }, () => one(false)) : [];
  return { readings: Array.from({ length: count }, () => one(lightOn)), darks };
}

const context = (technique: Technique, more: Partial<StepContext> = {}): StepContext => ({
  profile: technique === "raman" ? { technique, excitationNm: 785 } : { technique },
  ...{ before: {}, earlier: [], entries: {} },
  ...more,
});
const certificate = Array.from({ length: 15 }, (_, i) => `${340 + 50 * i} ${whiteTile(340 + 50 * i)}`).join("\n");

describe("procedures", () => {
  it("are data that a page can be told, with a name for each step", () => {
    for (const { steps } of procedures) {
      expect(steps.map((step) => ProcedureStep.parse(step))).toEqual(steps);
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
    }
  });
});

describe("VNIR, on the simulated board", () => {
  const white = resultOf(
    stepOf("vnir", "white"),
    taken("vnir", "White tile", true, 200_000),
    context("vnir", { entries: { certificate } }),
  );

  it("takes the white against its certificate, and finds no joint in a one-detector instrument", () => {
    expect(white).toMatchObject({ kind: "white", verdict: "pass" });
    const splice = resultOf(
      stepOf("vnir", "splice"),
      taken("vnir", "White tile", true, 200_000),
      context("vnir", { earlier: [white] }),
    );
    expect(splice).toMatchObject({ kind: "splice", verdict: "pass" });
    expect(() => resultOf(stepOf("vnir", "splice"), taken("vnir", "White tile", true, 1000), context("vnir"))).toThrow(
      "no white to compare with",
    );
  });

  it("finds the lamp's lines, by which it is right", () => {
    const lamp = resultOf(stepOf("vnir", "wavelength"), taken("vnir", "Hg-Ar lamp", false, 200_000), context("vnir"));
    expect(lamp).toMatchObject({ kind: "vnir-wavelength", verdict: "pass", asFound: { verdict: "pass" } });
    expect(isSeen(lamp)).toBe(true);
    const nothing = resultOf(stepOf("vnir", "wavelength"), taken("vnir", "Nothing", false, 200_000), context("vnir"));
    expect(isSeen(nothing)).toBe(false);
  });

  it("says before anything is exposed that a certificate is not understood", () => {
    expect(() => checkEntries(stepOf("vnir", "white"), { certificate: "white: 98 %" })).toThrow("not understood");
    expect(() => checkEntries(stepOf("vnir", "white"), {})).toThrow("fewer than two");
    expect(() => checkEntries(stepOf("vnir", "wavelength"), { standard: "certificate" })).toThrow("empty");
  });
});

describe("LIBS, on the simulated board", () => {
  it("finds titanium, whose list is in vacuum, in its places in air; shots are steady", () => {
    const fit = resultOf(stepOf("libs", "wavelength"), taken("libs", "Titanium", true, 100_000), context("libs"));
    expect(fit).toMatchObject({ kind: "libs-wavelength", verdict: "pass", asFound: { verdict: "pass" } });
    expect(fit.asFound.worst).toBeLessThan(0.03);
    const shots = resultOf(stepOf("libs", "shots"), taken("libs", "Titanium", true, 100_000, 15), context("libs"));
    expect(shots).toMatchObject({ kind: "shot-stability", verdict: "pass" });
  });

  it("takes the response of a certified lamp", () => {
    const lamp = taken("libs", "Deuterium-halogen lamp", true, 200_000);
    const entries = { certificate: "240 0.3\n420 1.0" };
    expect(resultOf(stepOf("libs", "intensity"), lamp, context("libs", { entries }))).toMatchObject({
      verdict: "pass",
    });
  });
});

describe("Raman intensity, on the simulated board", () => {
  it("takes NIST's glass for the laser, or a certificate, and has none for another laser", () => {
    const glass = taken("raman", "NIST SRM 2241", true, 200_000);
    const step = stepOf("raman", "intensity");
    expect(resultOf(step, glass, context("raman"))).toMatchObject({ verdict: "pass", standard: { id: "srm-2241" } });
    const other = context("raman", { profile: { technique: "raman", excitationNm: 405 } });
    expect(() => resultOf(step, glass, other)).toThrow("no NIST glass for a laser of 405 nm");
  });
});

describe("the simulated board's specimens", () => {
  it("are minerals and standards for Raman, standards else", () => {
    expect(specimensFor("raman").map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Polystyrene", "Silicon", "Quartz"]),
    );
    expect(specimensFor("vnir").every(({ kind }) => kind === "standard")).toBe(true);
    expect(() => specimenOf("White tile", "raman")).toThrow("White tile");
    expect(() => specimenOf("toString", "vnir")).toThrow("toString");
  });
});
