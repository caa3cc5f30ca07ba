import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LithoscopeError } from "../../contract/errors.ts";
import type { ModelPackage } from "../package.ts";
import type { Prototype } from "./prototype.ts";
import { smoothed } from "./ramanPairs.ts";
import { coverageOf, linearFeatures } from "./vnirPairs.ts";

const count = z.int().nonnegative();
/** models/lithoscope_models/prototypes.py writes it. */
const PrototypeFile = z.object({
  format: z.literal("lithoscope-prototypes/1"),
  raman: z.object({
    offset: count,
    rows: count,
    cells: count,
    encoding: z.literal("uint8 sqrt"),
    classes: z.array(count),
    first: z.array(count),
    end: z.array(count),
  }),
  vnir: z.object({
    offset: count,
    rows: count,
    cells: count,
    encoding: z.literal("uint16"),
    step: z.number().positive(),
    classes: z.array(count),
  }),
});

/** The references for unmixing: Raman by rising class number, one a class; VNIR several a class. */
export interface Prototypes {
  readonly raman: readonly Prototype[];
  readonly vnir: readonly Prototype[];
}

/** The same, row by row: who wants one mineral need not wait for all. */
export interface PrototypeRows {
  /** Class number of each row. */
  readonly owners: { readonly raman: readonly number[]; readonly vnir: readonly number[] };
  raman(row: number): Prototype;
  vnir(row: number): Prototype;
}

/**
 * Reads the references of a verified package: its prototypes.json and prototypes.bin. Undefined if the package has none.
 * Throws package-invalid if they do not fit each other.
 */
export function readPrototypes(modelPackage: ModelPackage): Prototypes | undefined {
  const rows = openPrototypes(modelPackage);
  return rows && allOf(rows);
}

/** As {@link readPrototypes}, but no row is decoded before it is asked for. */
export function openPrototypes({ folder, manifest }: ModelPackage): PrototypeRows | undefined {
  if (manifest.files["prototypes.json"] === undefined || manifest.files["prototypes.bin"] === undefined)
    return undefined;
  return rowsOf(readFileSync(join(folder, "prototypes.json"), "utf8"), readFileSync(join(folder, "prototypes.bin")));
}

const allOf = (rows: PrototypeRows): Prototypes => ({
  raman: rows.owners.raman.map((_, row) => rows.raman(row)),
  vnir: rows.owners.vnir.map((_, row) => rows.vnir(row)),
});

function rowsOf(text: string, body: Uint8Array): PrototypeRows {
  const parsed = PrototypeFile.safeParse(JSON.parse(text));
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const { raman, vnir } = parsed.data;
  if (body.length < vnir.offset + 2 * vnir.rows * vnir.cells || body.length < raman.offset + raman.rows * raman.cells)
    throw invalid("prototypes.bin is shorter than prototypes.json says");
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return {
    owners: { raman: raman.classes, vnir: vnir.classes },
    raman(row) {
      const first = raman.first[row] ?? 0;
      const end = raman.end[row] ?? 0;
      const mask = Float64Array.from({ length: raman.cells }, (_, i) => (i >= first && i < end ? 1 : 0));
      const at = raman.offset + row * raman.cells;
      const values = Float64Array.from(body.subarray(at, at + raman.cells), (root) => (root / 255) ** 2);
      return { owner: raman.classes[row] ?? 0, values: smoothed(values, mask), mask };
    },
    vnir(row) {
      const at = vnir.offset + 2 * row * vnir.cells;
      const steps = Array.from({ length: vnir.cells }, (_, i) => view.getUint16(at + 2 * i, true));
      const mask = Float64Array.from(steps, (step) => (step > 0 ? 1 : 0));
      const values = linearFeatures(
        Float64Array.from(steps, (step) => step * vnir.step),
        mask,
      );
      return { owner: vnir.classes[row] ?? 0, values, mask: coverageOf(mask) };
    },
  };
}

const invalid = (reason: string) =>
  new LithoscopeError(
    "package-invalid",
    `The references for mixtures in the model package cannot be used: ${reason}.`,
    "Copy the package again from where it was made.",
  );
