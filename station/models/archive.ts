import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { LithoscopeError } from "../../contract/errors.ts";
import type { ModelManifest } from "../../contract/model.ts";
import { parseManifest, readManifest, verifyFiles } from "../../inference/package.ts";
import { largestSignatureBytes, signatureFile } from "../../inference/signature.ts";
import { unreadable } from "../files.ts";
import { archiveInvalid } from "./problems.ts";

/** Ten times the package that ships, which is the largest there should be (25 MB). What is larger is a mistake or an attack. */
export const largestPackageBytes = 256 * 2 ** 20;
/** The shipped one has 41 kB; its class list grows to some hundred kB with all species and their formulas. */
export const largestManifestBytes = 8 * 2 ** 20;
/** model.onnx, golden.json, signature.json and a few more. */
export const mostFiles = 32;

/** Name and content of every file of a package, its manifest and signature among them. */
export type PackageFiles = ReadonlyMap<string, Uint8Array>;

/** The package in a folder as one zip file. Its files must be what the manifest says; it need not be signed. */
export async function packFolder(folder: string): Promise<Uint8Array> {
  const files = await filesOfFolder(folder);
  // A fixed date: the same package gives the same bytes. (Weights hardly shrink, and a higher level takes seconds.)
  return zipSync(Object.fromEntries(files), { mtime: "2020-01-01T00:00:00", level: 6 });
}

/** The files of the package in a folder: those that its manifest names and no others. Throws package-missing, package-invalid. */
export async function filesOfFolder(folder: string): Promise<PackageFiles> {
  const { bytes, manifest } = await readManifest(folder);
  assertSizes(manifest);
  await verifyFiles(folder, manifest);
  const files = new Map<string, Uint8Array>([["manifest.json", bytes]]);
  for (const name of Object.keys(manifest.files)) files.set(name, await readFile(join(folder, name)));
  const signature = await readFile(join(folder, signatureFile)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unreadable(join(folder, signatureFile), error);
  });
  if (signature !== undefined) files.set(signatureFile, signature);
  return files;
}

/**
 * The files of the package in a zip file. Nothing is unpacked that the manifest does not name, nor more bytes than it
 * states, and no path ever comes out of the archive: an entry with a folder in its name, a second one of the same name or
 * one too many refuses the whole. Throws file-not-found, archive-invalid, package-invalid.
 */
export async function filesOfArchive(path: string): Promise<PackageFiles> {
  const { size } = await stat(path).catch((error) => {
    throw unreadable(path, error);
  });
  if (size > largestPackageBytes) throw archiveInvalid(`it has ${megabytes(size)}, more than any package`);
  const archive = await readFile(path).catch((error) => {
    throw unreadable(path, error);
  });
  const stated = entriesOf(archive);
  const manifestBytes = unpack(archive, "manifest.json", stated.get("manifest.json"), largestManifestBytes);
  const manifest = parseManifest(Buffer.from(manifestBytes), path);
  assertSizes(manifest);
  const files = new Map([["manifest.json", manifestBytes]]);
  for (const name of stated.keys()) {
    if (name === "manifest.json") continue;
    const most = name === signatureFile ? largestSignatureBytes : manifest.files[name]?.bytes;
    if (most === undefined) throw archiveInvalid(`it holds ${quoted(name)}, which its manifest does not name`);
    files.set(name, unpack(archive, name, stated.get(name), most));
  }
  for (const name of Object.keys(manifest.files)) {
    if (!files.has(name)) throw archiveInvalid(`its file ${name} is missing`);
  }
  return files;
}

function assertSizes({ files }: ModelManifest): void {
  const total = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > largestPackageBytes) throw archiveInvalid(`its files have ${megabytes(total)}, more than any package`);
  if (Object.keys(files).length > mostFiles) throw archiveInvalid("its manifest names more files than any package has");
}

/** Name and stated size of each entry; nothing is unpacked. */
function entriesOf(archive: Uint8Array): Map<string, number> {
  const entries = new Map<string, number>();
  read(archive, ({ name, originalSize }) => {
    if (entries.has(name)) throw archiveInvalid(`it holds ${quoted(name)} twice`);
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) {
      throw archiveInvalid(`${quoted(name)} in it is not the plain name of a file; a package has no folders`);
    }
    if (entries.size >= mostFiles) throw archiveInvalid("it holds more files than any package has");
    entries.set(name, originalSize);
    return false;
  });
  return entries;
}

/** Unpacks one entry into as many bytes as it states, after a look at whether that is too many. */
function unpack(archive: Uint8Array, wanted: string, stated: number | undefined, most: number): Uint8Array {
  if (stated === undefined) throw archiveInvalid(`it holds no ${wanted}`);
  if (stated > most) throw archiveInvalid(`${wanted} in it is larger than it should be`);
  const bytes = read(archive, ({ name }) => name === wanted)[wanted];
  if (bytes === undefined || bytes.length > most) throw archiveInvalid(`${wanted} in it cannot be unpacked`);
  return bytes;
}

function read(archive: Uint8Array, filter: NonNullable<NonNullable<Parameters<typeof unzipSync>[1]>["filter"]>) {
  try {
    return unzipSync(archive, { filter });
  } catch (error) {
    if (error instanceof LithoscopeError) throw error;
    throw archiveInvalid("it is not a zip file, or is damaged", error);
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`;

/** As it may be shown on a terminal: a name from an archive can hold anything. */
const quoted = (name: string): string => JSON.stringify(name.slice(0, 80));
