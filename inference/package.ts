import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { LithoscopeError, toProblem } from "../contract/errors.ts";
import { ModelManifest, type PackageTrust } from "../contract/model.ts";
import shipped from "./shipped.json" with { type: "json" };
import { type EnrolledKey, signatureFile, signatureOf } from "./signature.ts";

/** The package that ships with this version. */
export const shippedPackageFolder = fileURLToPath(new URL(`../models/packages/${shipped.folder}`, import.meta.url));

/** A package whose files are what its manifest says. */
export interface ModelPackage {
  readonly folder: string;
  readonly manifest: ModelManifest;
  /** SHA-256 of manifest.json; since the manifest holds the hash of every file, it names the whole package. */
  readonly sha256: string;
  /** `shipped`: its hash stands in our source. `unsigned`: whole, but nobody whom we know vouches for it. */
  readonly trust: PackageTrust;
}

/** Whether a package that nobody vouches for may be opened, and the keys that can vouch for one (none if absent). */
export interface Trusting {
  readonly allowUnsigned: boolean;
  readonly enrolled?: readonly EnrolledKey[];
}

/**
 * Reads a model package and verifies every file against the manifest. Throws package-missing, package-invalid (schema or
 * hash), package-signature-bad, and, where unsigned packages are not allowed, package-untrusted or package-key-unknown
 * (docs/decisions/011).
 */
export async function openPackage(folder: string, trusting: Trusting): Promise<ModelPackage> {
  const { bytes, manifest } = await readManifest(folder);
  await verifyFiles(folder, manifest);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { folder, manifest, sha256, trust: await trustOf(folder, bytes, trusting) };
}

/** The manifest and the bytes that its hash and signature are about. Throws package-missing, package-invalid. */
export async function readManifest(folder: string): Promise<{ bytes: Buffer; manifest: ModelManifest }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder, "manifest.json"));
  } catch (error) {
    throw new LithoscopeError(
      "package-missing",
      `There is no model package in ${folder}: its manifest.json cannot be read.`,
      "Give the folder that holds manifest.json and model.onnx.",
      { cause: error },
    );
  }
  return { bytes, manifest: parseManifest(bytes, folder) };
}

/** Throws package-invalid for the first file that is not what the manifest says. */
export async function verifyFiles(folder: string, manifest: ModelManifest): Promise<void> {
  for (const [name, file] of Object.entries(manifest.files)) await verifyFile(folder, name, file.sha256);
}

/** Who vouches for the package with this manifest; throws as {@link openPackage} does. */
export async function trustOf(
  folder: string,
  manifest: Uint8Array,
  { allowUnsigned, enrolled = [] }: Trusting,
): Promise<PackageTrust> {
  if (createHash("sha256").update(manifest).digest("hex") === shipped.manifestSha256) return { kind: "shipped" };
  const trust = await signatureOf(folder, manifest, enrolled).catch((error): PackageTrust => {
    if (allowUnsigned && toProblem(error).code === "package-key-unknown") return { kind: "unsigned" };
    throw error;
  });
  if (trust.kind === "unsigned" && !allowUnsigned) {
    throw new LithoscopeError(
      "package-untrusted",
      `The model package in ${folder} is not the one that ships with this version, and nobody has signed it.`,
      "Ask its publisher to sign it (lithoscope model sign), or try it on the command line: lithoscope identify --model FOLDER.",
    );
  }
  return trust;
}

/** The manifest in its bytes; `folder` is named in what is thrown (package-invalid). */
export function parseManifest(bytes: Buffer, folder: string): ModelManifest {
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
    if (!isPlainName(name)) throw invalid(`it names a file that cannot be one of a package (${name}).`);
  }
  if (parsed.data.files["model.onnx"] === undefined) throw invalid("its manifest does not name model.onnx.");
  if (new Set(parsed.data.classes).size !== parsed.data.classes.length) throw invalid("a class name stands twice.");
  return parsed.data;
}

/** A file of the package's own folder under any system's rules, and neither the manifest nor the signature. */
function isPlainName(name: string): boolean {
  const reserved = ["manifest.json", signatureFile];
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) && !reserved.includes(name.toLowerCase());
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
