import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { LithoscopeError } from "../contract/errors.ts";
import { ModelManifest } from "../contract/model.ts";
import shipped from "./shipped.json" with { type: "json" };

/** The package that ships with this version. */
export const shippedPackageFolder = fileURLToPath(new URL(`../models/packages/${shipped.folder}`, import.meta.url));

/** A package whose files are what its manifest says. */
export interface ModelPackage {
  readonly folder: string;
  readonly manifest: ModelManifest;
  /** SHA-256 of manifest.json; since the manifest holds the hash of every file, it names the whole package. */
  readonly sha256: string;
  /** `shipped`: its hash stands in our source. `unsigned`: whole, but nobody vouches for it. */
  readonly trust: "shipped" | "unsigned";
}

/**
 * Reads a model package and verifies every file against the manifest. Throws package-missing, package-invalid (schema or
 * hash), or package-untrusted where an unsigned package is not allowed (docs/decisions/003).
 */
export async function openPackage(folder: string, options: { allowUnsigned: boolean }): Promise<ModelPackage> {
  const manifestPath = join(folder, "manifest.json");
  let bytes: Buffer;
  try {
    bytes = await readFile(manifestPath);
  } catch (error) {
    throw new LithoscopeError(
      "package-missing",
      `There is no model package in ${folder}: its manifest.json cannot be read.`,
      "Give the folder that holds manifest.json and model.onnx.",
      { cause: error },
    );
  }
  const manifest = parseManifest(bytes, folder);
  for (const [name, file] of Object.entries(manifest.files)) await verifyFile(folder, name, file.sha256);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const trust = sha256 === shipped.manifestSha256 ? "shipped" : "unsigned";
  if (trust === "unsigned" && !options.allowUnsigned) {
    throw new LithoscopeError(
      "package-untrusted",
      `The model package ${manifest.id} ${manifest.version} is not the one that ships with this version, and nobody has signed it.`,
      "Use the shipped package, or try this one on the command line: lithoscope identify --model FOLDER.",
    );
  }
  return { folder, manifest, sha256, trust };
}

function parseManifest(bytes: Buffer, folder: string): ModelManifest {
  const invalid = (reason: string) =>
    new LithoscopeError(
      "package-invalid",
      `The model package in ${folder} was refused: ${reason}`,
      "Copy the package again from where it was made; it must not be edited by hand.",
    );
  let data: unknown;
  try {
    data = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw invalid("its manifest.json is not JSON.");
  }
  const parsed = ModelManifest.safeParse(data);
  if (!parsed.success) throw invalid(`its manifest does not fit: ${z.prettifyError(parsed.error)}`);
  for (const name of Object.keys(parsed.data.files)) {
    if (name !== basename(name)) throw invalid(`it names a file outside its folder (${name}).`);
  }
  if (parsed.data.files["model.onnx"] === undefined) throw invalid("its manifest does not name model.onnx.");
  if (new Set(parsed.data.classes).size !== parsed.data.classes.length) throw invalid("a class name stands twice.");
  return parsed.data;
}

async function verifyFile(folder: string, name: string, expected: string): Promise<void> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(join(folder, name)), hash);
  } catch (error) {
    throw new LithoscopeError(
      "package-invalid",
      `The model package in ${folder} was refused: its file ${name} cannot be read.`,
      "Copy the package again from where it was made.",
      { cause: error },
    );
  }
  if (hash.digest("hex") !== expected) {
    throw new LithoscopeError(
      "package-invalid",
      `The model package in ${folder} was refused: ${name} is not the file that the manifest describes (its SHA-256 differs).`,
      "Copy the package again from where it was made; a file was changed or damaged.",
    );
  }
}
