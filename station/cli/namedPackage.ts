import { type ModelPackage, openPackage } from "../../inference/package.ts";
import { enrolledKeys } from "../keys/enrolled.ts";
import { openActive } from "../models/active.ts";

/**
 * The package in a folder that a person named, or the active one. Naming a folder at a desk is a deliberate act, so an
 * unsigned package runs, with a warning; so does the shipped one in the place of an active one that cannot be used.
 */
export async function packageFor(folder: string | undefined, dataFolder: string): Promise<ModelPackage> {
  if (folder === undefined) {
    const active = await openActive(dataFolder);
    if (active.fallback !== undefined) {
      process.stderr.write(`lithoscope: ${active.fallback.sentence}\n${active.fallback.hint}\n`);
    }
    return active.package;
  }
  const modelPackage = await openPackage(folder, { allowUnsigned: true, enrolled: await enrolledKeys(dataFolder) });
  if (modelPackage.trust.kind === "unsigned") {
    const { id, version } = modelPackage.manifest;
    process.stderr.write(
      `lithoscope: the model package ${id} ${version} in ${folder} is not the shipped one and is not signed by anybody who is enrolled here.\n`,
    );
  }
  return modelPackage;
}
