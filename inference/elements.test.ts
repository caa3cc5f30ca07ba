import { expect, test } from "vitest";
import type { ModelManifest } from "../contract/model.ts";
import { elementFindings } from "./elements.ts";

const manifest = {
  techniques: { libs: { elements: ["Mg", "Fe", "Ca"], presenceLimits: { found: 2, excluded: -1 } } },
} as unknown as ModelManifest;

test("an element is found from one limit on, excluded up to the other, unsure between", () => {
  const findings = elementFindings(manifest, Float32Array.of(2, 0, -1));
  expect(findings).toEqual({ Mg: { state: "found" }, Fe: { state: "unsure" }, Ca: { state: "excluded" } });
});

test("a package without limits finds and excludes nothing", () => {
  const without = { techniques: { libs: { elements: ["Mg"] } } } as unknown as ModelManifest;
  expect(elementFindings(without, Float32Array.of(9))).toEqual({});
});
