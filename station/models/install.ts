import { createHash, randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { LithoscopeError } from "../../contract/errors.ts";
import { assertGolden } from "../../inference/golden.ts";
import { type ModelPackage, openPackage, parseManifest } from "../../inference/package.ts";
import { makeDurableDirectory, nodeDisk, writeSynced } from "../journal/disk.ts";
import { enrolledKeys } from "../keys/enrolled.ts";
import { filesOfArchive, filesOfFolder, type PackageFiles } from "./archive.ts";
import { isPackageName, modelsFolder, packageName, sweepUnfinished, unfinished } from "./folders.ts";
import { checkGoldenApart } from "./golden.ts";
import { notInstallable } from "./problems.ts";
import { assertAppVersion } from "./version.ts";

/** What {@link installPackage} did. */
export interface Installed {
  readonly name: string;
  readonly package: ModelPackage;
  /** False if it was there already, whole. */
  readonly added: boolean;
}

/**
 * Installs the package of a folder or zip file in DATA/models. It is copied to a folder that nobody takes for a package,
 * made durable, verified there (hashes, signature by an enrolled key, app version), tried out on its golden inputs in a
 * process of its own, and only then gets its name. So there is a verified package or none, also after a power cut. Throws
 * what verifying throws, archive-invalid, package-golden-failed, package-untrusted, storage-full.
 */
export async function installPackage(
  dataFolder: string,
  source: string,
  check: typeof checkGoldenApart = checkGoldenApart,
): Promise<Installed> {
  const isFolder = statSync(source, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const files = isFolder ? await filesOfFolder(source) : await filesOfArchive(source);
  const name = nameFor(files, source);
  const enrolled = await enrolledKeys(dataFolder);
  const models = modelsFolder(dataFolder);
  await makeDurableDirectory(nodeDisk, models).catch((error) => {
    throw notInstallable(error, models);
  });
  const unlock = await nodeDisk.lock(models);
  if (unlock === undefined) throw busy(models);
  const building = join(models, `${unfinished}${randomUUID()}`);
  try {
    await sweepUnfinished(dataFolder);
    const folder = join(models, name);
    const there = await openPackage(folder, { allowUnsigned: false, enrolled }).catch(() => undefined);
    if (there !== undefined) return { name, package: there, added: false };
    await write(building, files);
    const copied = await openPackage(building, { allowUnsigned: false, enrolled });
    assertAppVersion(copied.manifest);
    assertGolden(copied, await check(copied));
    await moveIn(building, folder, models);
    return { name, package: { ...copied, folder }, added: true };
  } catch (error) {
    throw named(notInstallable(error, models), building, source);
  } finally {
    await rm(building, { recursive: true, force: true });
    await unlock();
  }
}

/** Takes an installed package away. It must not be active. */
export async function removePackage(dataFolder: string, name: string): Promise<void> {
  const models = modelsFolder(dataFolder);
  const unlock = await nodeDisk.lock(models);
  if (unlock === undefined) throw busy(models);
  try {
    await putAside(join(models, name), models);
    await sweepUnfinished(dataFolder);
  } finally {
    await unlock();
  }
}

/** A person knows the package by where it came from, not by where it was tried. */
function named(error: LithoscopeError, building: string, source: string): LithoscopeError {
  const sentence = error.sentence.replaceAll(building, source);
  return new LithoscopeError(error.code, sentence, error.hint, { cause: error });
}

function nameFor(files: PackageFiles, source: string): string {
  const bytes = Buffer.from(files.get("manifest.json") ?? []);
  const manifest = parseManifest(bytes, source);
  const name = packageName(manifest, createHash("sha256").update(bytes).digest("hex"));
  if (isPackageName(name)) return name;
  throw new LithoscopeError(
    "package-invalid",
    `The model package in ${source} cannot be installed: its id and version (${JSON.stringify(`${manifest.id} ${manifest.version}`)}) are no name of a folder.`,
    "Ask its publisher for a package whose id and version are letters, digits, dots and hyphens.",
  );
}

async function write(folder: string, files: PackageFiles): Promise<void> {
  await mkdir(folder);
  for (const [name, bytes] of files) await writeSynced(nodeDisk, join(folder, name), bytes);
  await nodeDisk.syncDirectory(folder);
}

/** A damaged folder of the same name makes way first. */
async function moveIn(building: string, folder: string, models: string): Promise<void> {
  if ((await nodeDisk.size(folder)) !== undefined) await putAside(folder, models);
  await rename(building, folder);
  await nodeDisk.syncDirectory(models);
}

async function putAside(folder: string, models: string): Promise<void> {
  const aside = join(models, `${unfinished}${randomUUID()}`);
  await rename(folder, aside);
  await nodeDisk.syncDirectory(models);
  await rm(aside, { recursive: true, force: true });
}

function busy(models: string): LithoscopeError {
  return new LithoscopeError(
    "package-busy",
    `Another Lithoscope is installing a package in ${models}; nothing was done.`,
    "Wait until it is done, then install again.",
  );
}
