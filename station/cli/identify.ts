import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { LithoscopeError } from "../../contract/errors.ts";
import { techniques } from "../../contract/spectrum.ts";
import { Model } from "../../inference/model.ts";
import { identifyBatch, SpotReader } from "../batch.ts";
import { loadSpectrum, unreadable } from "../files.ts";
import { recallFolder } from "../learned/folder.ts";
import { learnList } from "../learned/lessons.ts";
import { answerJson, answerText } from "./answers.ts";
import { dataOption } from "./dataOption.ts";
import { exitCodes } from "./exitCodes.ts";
import { packageFor } from "./namedPackage.ts";
import { progressOn } from "./progress.ts";

interface IdentifyOptions {
  raman: string[];
  vnir: string[];
  libs: string[];
  batch?: string;
  json?: boolean;
  model?: string;
  data: string;
  learn?: string;
  learned?: string;
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
    .option("--model <folder>", "another model package than the active one")
    .option("--learn <list>", 'minerals to learn first, for this run: {"name", "raman": [paths]} a line')
    .option("--learned <folder>", "name also what was learned in this data folder")
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
Paths in a list are relative to the list's folder. A spot that cannot be answered gives {"id", "error"}; the rest go on
and the exit code is 2.

Examples:
  lithoscope identify --raman quartz.txt
  lithoscope identify --raman spot3-a.txt --raman spot3-b.txt --libs spot3.csv --json
  lithoscope identify --batch spots.jsonl --json > answers.jsonl
  lithoscope identify --batch spots.jsonl --json --model my-package
  lithoscope identify --batch spots.jsonl --json --learn minerals.jsonl`,
    )
    .action(async (options: IdentifyOptions) => {
      finish(await (options.batch === undefined ? identifySpot(options) : identifyList(options.batch, options)));
    });
}

/** Teaches the model what --learned and --learn name. Returns whether all of it could be learned. */
async function teach(model: Model, { learn, learned }: IdentifyOptions): Promise<boolean> {
  const say = (sentence: string): void => void process.stderr.write(`lithoscope: ${sentence}\n`);
  const problems = learned === undefined ? [] : await recallFolder(model, learned);
  for (const { sentence } of problems) say(sentence);
  if (learn === undefined) return problems.length === 0;
  const lessons = await learnList(model, await readList(learn), (path) =>
    loadSpectrum(resolve(dirname(learn), path), "raman"),
  );
  say(`${lessons.learned} minerals learned; the slowest took ${Math.round(lessons.slowestMs)} ms.`);
  for (const { line, problem } of lessons.failed) say(`line ${line} of ${learn}: ${problem.sentence}`);
  return problems.length + lessons.failed.length === 0;
}

async function readList(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function identifySpot(options: IdentifyOptions): Promise<number> {
  const spectra = techniques.flatMap((t) => options[t].map((path) => loadSpectrum(path, t)));
  if (spectra.length === 0) {
    throw new LithoscopeError(
      "usage",
      "There is no spectrum to identify.",
      "Give at least one of --raman FILE, --vnir FILE, --libs FILE, or --batch LIST. See lithoscope identify --help.",
    );
  }
  const model = await Model.load(await packageFor(options.model, options.data));
  const allLearned = await teach(model, options);
  const answer = await model.identify(spectra);
  process.stdout.write(options.json ? `${answerJson("spot", answer)}\n` : answerText(answer));
  await model.close();
  return allLearned ? exitCodes.success : exitCodes.partly;
}

async function identifyList(listPath: string, options: IdentifyOptions): Promise<number> {
  if (techniques.some((t) => options[t].length > 0)) {
    throw new LithoscopeError(
      "usage",
      "--batch takes its files from the list.",
      "Leave out --raman, --vnir and --libs.",
    );
  }
  const list = await readList(listPath);
  const modelPackage = await packageFor(options.model, options.data);
  const reader = new SpotReader(modelPackage.manifest, dirname(listPath)); // starts while the model loads
  try {
    const model = await Model.load(modelPackage, { forBatches: true });
    const allLearned = await teach(model, options);
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
    if (failed === 0) return allLearned ? exitCodes.success : exitCodes.partly;
    process.stderr.write(`lithoscope: ${failed} of the spots could not be answered; see their lines.\n`);
    return exitCodes.partly;
  } finally {
    await reader.close();
  }
}
