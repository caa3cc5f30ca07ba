import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findPeaks } from "../spectra/peaks.ts";
import { readBands } from "./bands.ts";
import { openPackage, shippedPackageFolder } from "./package.ts";
import { References } from "./references.ts";

const modelPackage = await openPackage(shippedPackageFolder, { allowUnsigned: false });
const bands = readBands(readFileSync(join(shippedPackageFolder, "bands.json"), "utf8"));
const references = new References(modelPackage, bands);

const highest = (name: string, technique: string): number => {
  const { axis, intensity } = references.of(name).find(({ trace }) => trace.technique === technique)!.trace;
  return axis.values[intensity.indexOf(Math.max(...intensity))]!;
};

it("quartz has its highest Raman line at 464, calcite at 1086, and the Ca lines near 393 and 397 nm are calcite's in LIBS", () => {
  expect(highest("Quartz", "raman")).toBeCloseTo(464, -1);
  expect(highest("Calcite", "raman")).toBeCloseTo(1086, -1);
  expect([393.37, 396.85, 422.67].some((nm) => Math.abs(highest("Calcite", "libs") - nm) < 0.2)).toBe(true);
});

it("gypsum's reflectance lies between 0 and 1 and dips near 1945 nm, where water absorbs", () => {
  const { trace } = references.of("Gypsum").find((reference) => reference.trace.technique === "vnir")!;
  expect(Math.min(...trace.intensity)).toBeGreaterThan(0);
  expect(Math.max(...trace.intensity)).toBeLessThan(1.1);
  const depth = trace.intensity.map((value) => 1 - value);
  const dips = findPeaks(trace.axis.values, depth, { leastShare: 0.02, most: 20, level: true });
  expect(dips.some(({ position }) => Math.abs(position - 1945) < 20)).toBe(true);
});

it("a mineral that the package does not know has no reference", () => {
  expect(references.of("Olsenite")).toEqual([]);
});
