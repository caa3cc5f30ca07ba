import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ModelManifest } from "../../contract/model.ts";
import { nodeDisk } from "../journal/disk.ts";

/** Installed packages of a data folder, one folder each. */
export const modelsFolder = (dataFolder: string): string => join(dataFolder, "models");

/** Folders that are being filled or emptied; a process that dies leaves them, and nobody ever takes them for a package. */
export const unfinished = ".unfinished-";

/** Names of the folders in which packages lie installed, whole or not, in alphabetical order. */
export async function installedNames(dataFolder: string): Promise<string[]> {
  const names = await nodeDisk.list(modelsFolder(dataFolder));
  return names.filter((name) => isPackageName(name)).sort();
}

/** `id-version-hash`, the form of an installed package's folder; nothing else is looked at, whatever a person types. */
export const isPackageName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._+-]*-[0-9a-f]{8}$/.test(name);

/** The folder in which a package is installed: its id, version and the first eight digits of its manifest's SHA-256. */
export const packageName = ({ id, version }: ModelManifest, sha256: string): string =>
  `${id}-${version}-${sha256.slice(0, 8)}`;

/** Removes what installations that died have left. Call it only while holding the lock of the folder. */
export async function sweepUnfinished(dataFolder: string): Promise<void> {
  const folder = modelsFolder(dataFolder);
  for (const name of await nodeDisk.list(folder)) {
    if (name.startsWith(unfinished)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
