import { join } from "node:path";
import { z } from "zod";
import { toProblem } from "../../contract/errors.ts";
import { ProviderName, providerName } from "../../contract/identification.ts";
import { Model } from "../../inference/model.ts";
import type { ModelPackage } from "../../inference/package.ts";
import { graphicsProviders } from "../../inference/providers.ts";
import { nodeDisk } from "../journal/disk.ts";
import { appVersion } from "../version.ts";
import { modelsFolder } from "./folders.ts";
import { checkGoldenApart, type Trial } from "./golden.ts";
import { readJson, writeJson } from "./notes.ts";

/** Where the model runs on this machine, and why there, for people. */
export interface Choice {
  readonly provider: ProviderName;
  readonly reason: string;
}

/** What the last trial on this machine found. */
const Note = z.object({
  format: z.literal("lithoscope-provider/1"),
  /** What was tried: of another package or version nothing is known. */
  of: z.string(),
  provider: ProviderName,
  reason: z.string(),
  /** True from before a station loads the model on a graphics processor until it ends in order. */
  inUse: z.boolean(),
});
type Note = z.infer<typeof Note>;

const noteFile = (dataFolder: string): string => join(modelsFolder(dataFolder), "provider.json");
const whatOf = ({ sha256 }: Pick<ModelPackage, "sha256">): string => `${appVersion} ${sha256}`;

const notTried: Choice = {
  provider: "cpu",
  reason: "Whether a graphics processor is faster was not tried with this model.",
};

/**
 * Where to run the package, as the last trial of it found; the processor if none was made, or if the last station ended
 * unexpectedly on a graphics processor, which a driver's fault can do: then a person must try again.
 */
export async function chosenProvider(dataFolder: string, modelPackage: ModelPackage): Promise<Choice> {
  const note = await readNote(dataFolder);
  if (note?.of !== whatOf(modelPackage)) return notTried;
  if (!note.inUse) return note;
  const reason = `Lithoscope ended unexpectedly while ${providerName[note.provider]} ran the model, so the processor does. Try again to use it once more.`;
  await write(dataFolder, { ...note, provider: "cpu", reason, inUse: false });
  return { provider: "cpu", reason };
}

/** Loads the models of one station where they were found to run best, and notes that it has ended in order. */
export class ModelLoader {
  readonly #dataFolder: string;
  #reason = notTried.reason;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  /** Why the last one that was loaded runs where it runs, for people. */
  get reason(): string {
    return this.#reason;
  }

  /** On the processor if the chosen provider does not load it now. Throws package-invalid. */
  async load(modelPackage: ModelPackage): Promise<Model> {
    const { provider, reason } = await chosenProvider(this.#dataFolder, modelPackage);
    this.#reason = reason;
    if (provider === "cpu") return Model.load(modelPackage);
    await this.#noteUse(true);
    try {
      return await Model.load(modelPackage, { provider });
    } catch {
      await this.#noteUse(false);
      this.#reason = `${providerName[provider]}, which was faster when it was tried, did not load the model now.`;
      return Model.load(modelPackage);
    }
  }

  /** To be called when the model has been closed. */
  async ended(): Promise<void> {
    await this.#noteUse(false);
  }

  async #noteUse(inUse: boolean): Promise<void> {
    const note = await readNote(this.#dataFolder);
    if (note !== undefined && note.provider !== "cpu") await write(this.#dataFolder, { ...note, inUse });
  }
}

/** Tries a package out on a provider, in a process of its own. */
export type TryOut = (modelPackage: ModelPackage, provider: ProviderName) => Promise<Trial>;

/**
 * Tries every graphics provider that this system may have, each in a process that it may kill, and notes the fastest whose
 * golden answers are right, if it beats the processor. Holds from the next start on. Throws what the trial on the processor
 * throws.
 */
export async function tryProviders(
  dataFolder: string,
  modelPackage: ModelPackage,
  candidates: readonly ProviderName[] = graphicsProviders(),
  tryOut: TryOut = (of, provider) => checkGoldenApart(of, { provider }),
): Promise<Choice> {
  const { spotMs: cpuMs } = await tryOut(modelPackage, "cpu");
  const faults: string[] = [];
  let best: { provider: ProviderName; ms: number } = { provider: "cpu", ms: cpuMs };
  for (const provider of candidates) {
    const name = providerName[provider];
    try {
      const { failures, spotMs } = await tryOut(modelPackage, provider);
      if (failures.length > 0) faults.push(`${name} gave other answers than it should.`);
      else if (spotMs < best.ms) best = { provider, ms: spotMs };
      else faults.push(`${name} takes ${ms(spotMs)} for a spot, the best other ${ms(best.ms)}.`);
    } catch (error) {
      faults.push(whyNot(name, error));
    }
  }
  const reason =
    best.provider === "cpu"
      ? `No graphics processor is faster here. ${faults.join(" ")}`.trim()
      : `It takes ${ms(best.ms)} for a spot, the processor ${ms(cpuMs)}.`;
  await write(dataFolder, {
    format: "lithoscope-provider/1",
    of: whatOf(modelPackage),
    provider: best.provider,
    reason,
    inUse: false,
  });
  return { provider: best.provider, reason };
}

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

/** That the graph is at fault is not said, since the processor runs it. */
function whyNot(name: string, error: unknown): string {
  const { code, sentence } = toProblem(error);
  return code === "package-invalid" ? `${name} does not load here.` : `${name}: ${sentence}`;
}

async function readNote(dataFolder: string): Promise<Note | undefined> {
  const path = noteFile(dataFolder);
  if ((await nodeDisk.size(path)) === undefined) return undefined;
  const note = Note.safeParse(await readJson(path).catch(() => undefined));
  return note.success ? note.data : undefined; // a damaged note is no note: the processor is always right
}

const write = (dataFolder: string, note: Note): Promise<void> => writeJson(noteFile(dataFolder), note);
