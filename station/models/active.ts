import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LithoscopeError, type Problem, toProblem } from "../../contract/errors.ts";
import { assertGolden, checkGolden } from "../../inference/golden.ts";
import { Model } from "../../inference/model.ts";
import { type ModelPackage, openPackage, shippedPackageFolder } from "../../inference/package.ts";
import { nodeDisk } from "../journal/disk.ts";
import { enrolledKeys } from "../keys/enrolled.ts";
import { installedNames, isPackageName, modelsFolder, sweepUnfinished } from "./folders.ts";
import { checkGoldenApart } from "./golden.ts";
import { readJson, writeJson } from "./notes.ts";
import { notInstalled } from "./problems.ts";
import { assertAppVersion } from "./version.ts";

/** The word for the package that came with the app. */
export const shippedName = "shipped";

/** A station that ended this often in a row while it loaded a package does not load it a further time by itself. */
const mostStarts = 2;

const activeFile = (dataFolder: string): string => join(modelsFolder(dataFolder), "active.json");
const startsFile = (dataFolder: string): string => join(modelsFolder(dataFolder), "starting.json");

const Active = z.object({ format: z.literal("lithoscope-active/1"), package: z.string().refine(isPackageName) });
const Starts = z.object({ package: z.string(), starts: z.int().nonnegative() });

/** Name of the active package; `shipped` if none was made active. Throws package-invalid if the note of it is damaged. */
export async function activeName(dataFolder: string): Promise<string> {
  const path = activeFile(dataFolder);
  if ((await nodeDisk.size(path)) === undefined) return shippedName;
  try {
    return Active.parse(await readJson(path)).package;
  } catch (cause) {
    throw new LithoscopeError(
      "package-invalid",
      `The note of which model package is active (${path}) cannot be read.`,
      "Make one active again: lithoscope model activate NAME.",
      { cause },
    );
  }
}

/**
 * Makes an installed package (by its id or its folder's name) the active one, or `shipped` again. The package is verified
 * and tried out first. A station that is running goes on with the old one until its next start. Throws
 * package-not-installed and what verifying throws; then nothing was changed.
 */
export async function activatePackage(
  dataFolder: string,
  wanted: string,
  check: typeof checkGoldenApart = checkGoldenApart,
): Promise<ModelPackage> {
  if (wanted === shippedName) {
    const modelPackage = await openPackage(shippedPackageFolder, { allowUnsigned: false });
    await forget(activeFile(dataFolder));
    await forget(startsFile(dataFolder));
    return modelPackage;
  }
  const name = await installedName(dataFolder, wanted);
  const modelPackage = await openInstalled(dataFolder, name);
  assertGolden(modelPackage, await check(modelPackage));
  await forget(startsFile(dataFolder));
  await writeJson(activeFile(dataFolder), { format: "lithoscope-active/1", package: name });
  return modelPackage;
}

/** The installed package that a person means by a folder's name or, if there is only one of it, by an id. */
export async function installedName(dataFolder: string, wanted: string): Promise<string> {
  const names = await installedNames(dataFolder);
  if (names.includes(wanted)) return wanted;
  const ofId: string[] = [];
  for (const name of names) {
    const opened = await openPackage(join(modelsFolder(dataFolder), name), { allowUnsigned: true }).catch(
      () => undefined,
    );
    if (opened?.manifest.id === wanted) ofId.push(name);
  }
  if (ofId.length > 1) {
    throw new LithoscopeError(
      "usage",
      `Several packages are installed as ${wanted}: ${ofId.join(", ")}.`,
      "Name one of them.",
    );
  }
  const [only] = ofId;
  if (only === undefined) throw notInstalled(wanted);
  return only;
}

/** Opens and verifies an installed package. */
export async function openInstalled(dataFolder: string, name: string): Promise<ModelPackage> {
  if (!(await installedNames(dataFolder)).includes(name)) throw notInstalled(name);
  const folder = join(modelsFolder(dataFolder), name);
  const modelPackage = await openPackage(folder, { allowUnsigned: false, enrolled: await enrolledKeys(dataFolder) });
  assertAppVersion(modelPackage.manifest);
  return modelPackage;
}

/** The package to use, and why it is the shipped one although another is active. */
export interface ActivePackage {
  readonly package: ModelPackage;
  readonly fallback: Problem | undefined;
}

/** The active package, verified; the shipped one in its place if it does not verify, which the caller must say. */
export async function openActive(dataFolder: string): Promise<ActivePackage> {
  const shipped = () => openPackage(shippedPackageFolder, { allowUnsigned: false });
  let name: string | undefined;
  try {
    name = await activeName(dataFolder);
    if (name === shippedName) return { package: await shipped(), fallback: undefined };
    return { package: await openInstalled(dataFolder, name), fallback: undefined };
  } catch (error) {
    return { package: await shipped(), fallback: notUsed(name, error) };
  }
}

/** Loads a package's model somewhere on this machine. */
export type LoadModel = (modelPackage: ModelPackage) => Promise<Model>;

/**
 * The model that a station names spots with: that of the active package if it verifies, loads, and answers its golden
 * inputs as it should, else the shipped one. A package during whose loading the station ended twice in a row (a tablet
 * without the memory for it, a crash within the graph) is not loaded a third time, so that the tablet can be used. Runs on
 * the processor unless `load` says otherwise.
 */
export async function loadActive(
  dataFolder: string,
  load: LoadModel = (modelPackage) => Model.load(modelPackage),
): Promise<{ model: Model; fallback: Problem | undefined }> {
  await sweep(dataFolder);
  const active = await openActive(dataFolder);
  if (active.fallback !== undefined || active.package.trust.kind === "shipped") {
    return { model: await load(active.package), fallback: active.fallback };
  }
  const name = await activeName(dataFolder);
  try {
    await noteStart(dataFolder, name);
    // Only a station that ended in the middle leaves its note; what fails in order says itself why.
    const model = await loadChecked(active.package, load).finally(() => forget(startsFile(dataFolder)));
    return { model, fallback: undefined };
  } catch (error) {
    const shipped = await openPackage(shippedPackageFolder, { allowUnsigned: false });
    return { model: await load(shipped), fallback: notUsed(name, error) };
  }
}

async function loadChecked(modelPackage: ModelPackage, load: LoadModel): Promise<Model> {
  const model = await load(modelPackage);
  try {
    assertGolden(modelPackage, await checkGolden(model));
    return model;
  } catch (error) {
    await model.close();
    throw error;
  }
}

async function noteStart(dataFolder: string, name: string): Promise<void> {
  const path = startsFile(dataFolder);
  const noted = (await nodeDisk.size(path)) === undefined ? undefined : await readJson(path).catch(() => undefined);
  const before = Starts.safeParse(noted);
  const starts = before.success && before.data.package === name ? before.data.starts : 0;
  if (starts >= mostStarts) {
    throw new LithoscopeError(
      "model-failed",
      `Lithoscope ended ${starts} times in a row while it loaded this package.`,
      "It may need more memory than this machine has. To try once more: lithoscope model activate.",
    );
  }
  await writeJson(path, { package: name, starts: starts + 1 });
}

/** Said on every screen, in the journal and on the terminal: spots are named by another model than the operator chose. */
function notUsed(name: string | undefined, error: unknown): Problem {
  const { code, sentence, hint } = toProblem(error);
  return {
    code,
    sentence: `The active model package${name === undefined ? "" : ` ${name}`} is not used; the shipped one names the spots instead. ${sentence}`,
    hint: `${hint} Or go back for good: lithoscope model activate ${shippedName}.`,
  };
}

/** What installations left that died; another one may be at work, then it is left. */
async function sweep(dataFolder: string): Promise<void> {
  const models = modelsFolder(dataFolder);
  if ((await nodeDisk.size(models)) === undefined) return;
  const unlock = await nodeDisk.lock(models);
  if (unlock === undefined) return;
  try {
    await sweepUnfinished(dataFolder);
  } finally {
    await unlock();
  }
}

async function forget(path: string): Promise<void> {
  if ((await nodeDisk.size(path)) === undefined) return;
  await rm(path, { force: true });
  await nodeDisk.syncDirectory(join(path, ".."));
}
