import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Command } from "commander";
import { LithoscopeError } from "../../contract/errors.ts";
import { techniques } from "../../contract/spectrum.ts";
import { Model } from "../../inference/model.ts";
import { type ModelPackage, openPackage, shippedPackageFolder } from "../../inference/package.ts";
import { identifyBatch, SpotReader } from "../batch.ts";
import { loadSpectrum, unreadable } from "../files.ts";
import { answerJson, answerText } from "./answers.ts";
import { exitCodes } from "./exitCodes.ts";
import { progressOn } from "./progress.ts";

interface IdentifyOptions {
  raman: string[];
  vnir: string[];
  libs: string[];
  batch?: string;
  json?: boolean;
  model: string;
}

const collect = (path: string, before: string[]): string[] => [...before, path];

/** `lithoscope identify`: one spot from files, or a list of spots. */
export function identifyCommand(finish: (exitCode: number) => void): Command {
  return new Command("identify")
    .description("names the mineral of a spot from any subset of Raman, VNIR and LIBS files")
    .option("--raman <file>", "Raman spectrum of the spot; repeat the option for replicates", collect, [])
    .option("--vnir <file>", "reflectance spectrum (visible and near infrared)", collect, [])
    .option("--libs <file>", "LIBS spectrum", collect, [])
    .option(
      "--batch <list>",
      'a list of spots, one JSON object a line: {"id", "raman": [paths], "vnir": [], "libs": []}',
    )
    .option("--json", "answer in JSON, one line for each spot")
    .option("--model <folder>", "another model package", shippedPackageFolder)
    .addHelpText(
      "after",
      `
Paths in a list are relative to the list's folder. A spot that cannot be answered gives {"id", "error"}; the rest go on
and the exit code is 2.

Examples:
  lithoscope identify --raman quartz.txt
  lithoscope identify --raman spot3-a.txt --raman spot3-b.txt --libs spot3.csv --json
  lithoscope identify --batch spots.jsonl --json > answers.jsonl
  lithoscope identify --batch spots.jsonl --json --model my-package`,
    )
    .action(async (options: IdentifyOptions) => {
      if (options.batch === undefined) await identifySpot(options);
      else finish(await identifyList(options.batch, options));
    });
}

/** On the command line naming a folder is a deliberate act, so an unsigned package runs, with a warning. */
async function openNamedPackage(folder: string): Promise<ModelPackage> {
  const modelPackage = await openPackage(folder, { allowUnsigned: true });
  if (modelPackage.trust === "unsigned") {
    const { id, version } = modelPackage.manifest;
    process.stderr.write(
      `lithoscope: the model package ${id} ${version} in ${folder} is not the shipped one and is not signed.\n`,
    );
  }
  return modelPackage;
}

async function identifySpot(options: IdentifyOptions): Promise<void> {
  const spectra = techniques.flatMap((t) => options[t].map((path) => loadSpectrum(path, t)));
  if (spectra.length === 0) {
    throw new LithoscopeError(
      "usage",
      "There is no spectrum to identify.",
      "Give at least one of --raman FILE, --vnir FILE, --libs FILE, or --batch LIST. See lithoscope identify --help.",
    );
  }
  const model = await Model.load(await openNamedPackage(options.model));
  const answer = await model.identify(spectra);
  process.stdout.write(options.json ? `${answerJson("spot", answer)}\n` : answerText(answer));
  await model.close();
}

async function identifyList(listPath: string, options: IdentifyOptions): Promise<number> {
  if (techniques.some((t) => options[t].length > 0)) {
    throw new LithoscopeError(
      "usage",
      "--batch takes its files from the list.",
      "Leave out --raman, --vnir and --libs.",
    );
  }
  let list: string;
  try {
    list = await readFile(listPath, "utf8");
  } catch (error) {
    throw unreadable(listPath, error);
  }
  const modelPackage = await openNamedPackage(options.model);
  const reader = new SpotReader(modelPackage.manifest, dirname(listPath)); // starts while the model loads
  try {
    const model = await Model.load(modelPackage, true);
    const progress = progressOn(process.stderr, "spots");
    let failed = 0;
    for await (const result of identifyBatch(model, reader, list, progress.update)) {
      if ("error" in result) failed += 1;
      process.stdout.write(
        options.json ? `${answerJson(result.id, result)}\n` : `${result.id ?? "?"}\n${answerText(result)}\n`,
      );
    }
    progress.end();
    await model.close();
    if (failed === 0) return exitCodes.success;
    process.stderr.write(`lithoscope: ${failed} of the spots could not be answered; see their lines.\n`);
    return exitCodes.partly;
  } finally {
    await reader.close();
  }
}
