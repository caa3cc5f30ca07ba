import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { LithoscopeError, type Problem, toProblem } from "../../contract/errors.ts";
import type { MinDbPack } from "../../contract/mindb.ts";
import { signatureFile } from "../../inference/signature.ts";
import { loadPack } from "../../mindb/pack.ts";
import { makeDurableDirectory, nodeDisk, readAll, writeSynced } from "../journal/disk.ts";
import { enrolledKeys } from "../keys/enrolled.ts";
import { notInstallable } from "../models/problems.ts";
import { openSignedPack, packFile, type SignedPack } from "./pack.ts";

const catalogueFolder = (dataFolder: string): string => join(dataFolder, "mindb");
const inUse = (dataFolder: string): string => join(catalogueFolder(dataFolder), "installed");
/** Nobody takes these for a catalogue: one that is being copied, and one that made way. */
const unfinished = (dataFolder: string): string => join(catalogueFolder(dataFolder), "unfinished");
const aside = (dataFolder: string): string => join(catalogueFolder(dataFolder), "aside");

/** The catalogue that a station serves, and why it is not the installed one if that cannot be used. */
export interface Catalogue {
  readonly pack: MinDbPack;
  /** Who signed it; undefined for the one that came with the app. */
  readonly signedBy: string | undefined;
  readonly problem: Problem | undefined;
}

/**
 * The installed catalogue if it still holds and is not older than the one that came with the app; else that one. It is
 * verified at every start, as a model package is. Throws package-invalid if the app's own is damaged.
 */
export async function loadCatalogue(dataFolder: string): Promise<Catalogue> {
  const shipped: Catalogue = { pack: loadPack(), signedBy: undefined, problem: undefined };
  if ((await nodeDisk.size(inUse(dataFolder))) === undefined) return shipped;
  try {
    const { pack, signedBy } = await openSignedPack(inUse(dataFolder), await enrolledKeys(dataFolder));
    if (pack.released < shipped.pack.released) return shipped; // the app was updated since, and knows more
    return { pack, signedBy, problem: undefined };
  } catch (error) {
    const { code, sentence } = toProblem(error);
    return {
      ...shipped,
      problem: {
        code,
        sentence: `The installed mineral catalogue is not used; the one that came with Lithoscope is. ${sentence}`,
        hint: "Install it again from its stick (lithoscope mindb install), or take it away (lithoscope mindb remove).",
      },
    };
  }
}

/**
 * Copies a signed catalogue from a folder into the data folder and verifies the copy. It replaces the one installed before
 * in one rename: there is a verified catalogue or none, also after a power cut. A running station goes on with its own until
 * its next start. Throws what {@link openSignedPack} throws, package-busy, storage-full.
 */
export async function installCatalogue(dataFolder: string, source: string): Promise<SignedPack> {
  const enrolled = await enrolledKeys(dataFolder);
  const { bytes } = await openSignedPack(source, enrolled);
  const signature = await readAll(nodeDisk, join(source, signatureFile));
  return alone(dataFolder, async () => {
    const copy = unfinished(dataFolder);
    await makeDurableDirectory(nodeDisk, copy);
    await writeSynced(nodeDisk, join(copy, packFile), bytes);
    await writeSynced(nodeDisk, join(copy, signatureFile), signature);
    await nodeDisk.syncDirectory(copy);
    const copied = await openSignedPack(copy, enrolled);
    await putAside(dataFolder);
    await rename(copy, inUse(dataFolder));
    await nodeDisk.syncDirectory(catalogueFolder(dataFolder));
    return copied;
  });
}

/** Goes back to the catalogue that came with the app, from the next start on; answers whether another was installed. */
export async function removeCatalogue(dataFolder: string): Promise<boolean> {
  if ((await nodeDisk.size(inUse(dataFolder))) === undefined) return false;
  return alone(dataFolder, async () => {
    await putAside(dataFolder);
    await nodeDisk.syncDirectory(catalogueFolder(dataFolder));
    return true;
  });
}

/** What an earlier, interrupted one left is swept before and after. */
async function alone<T>(dataFolder: string, task: () => Promise<T>): Promise<T> {
  const folder = catalogueFolder(dataFolder);
  await makeDurableDirectory(nodeDisk, folder).catch((error) => {
    throw notInstallable(error, folder);
  });
  const unlock = await nodeDisk.lock(folder);
  if (unlock === undefined) {
    throw new LithoscopeError(
      "package-busy",
      `Another Lithoscope is changing the mineral catalogue in ${folder}; nothing was done.`,
      "Wait until it is done, then try again.",
    );
  }
  try {
    await sweep(dataFolder);
    return await task();
  } catch (error) {
    throw notInstallable(error, folder);
  } finally {
    await sweep(dataFolder);
    await unlock();
  }
}

async function sweep(dataFolder: string): Promise<void> {
  for (const left of [unfinished(dataFolder), aside(dataFolder)]) await rm(left, { recursive: true, force: true });
}

async function putAside(dataFolder: string): Promise<void> {
  if ((await nodeDisk.size(inUse(dataFolder))) !== undefined) await rename(inUse(dataFolder), aside(dataFolder));
}
