import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { LithoscopeError } from "../../contract/errors.ts";
import type { TechniqueSet } from "../../contract/model.ts";
import { referenceOf, techniquesOf } from "../../inference/figures.ts";
import { Model } from "../../inference/model.ts";
import { byTechniques, compare, type Paired, type ScoredSpot, type Scores, score } from "../../inference/scores.ts";
import { seededRandom } from "../../spectra/random.ts";
import { identifyBatch, SpotReader } from "../batch.ts";
import { unreadable } from "../files.ts";
import { dataOption } from "./dataOption.ts";
import { packageFor } from "./namedPackage.ts";
import { progressOn } from "./progress.ts";

interface Options {
  batch: string;
  truth: string;
  json?: boolean;
  data: string;
}

/** The chance draws behind a figure are the same at every run. */
const sameEveryRun = () => seededRandom(1);

const Truth = z.record(z.string(), z.string());

const withSpots = (command: Command): Command =>
  command
    .requiredOption("--batch <list>", "the spots, as for lithoscope identify --batch")
    .requiredOption("--truth <file>", 'JSON: {"spot id": "mineral", …}')
    .option("--json", "one JSON object")
    .addOption(dataOption());

/** `lithoscope model evaluate`: how good a package is on spots whose mineral is known. */
export function evaluateCommand(): Command {
  return withSpots(new Command("evaluate"))
    .description("scores a package on spots whose mineral is known")
    .argument("<folder>", "the package")
    .addHelpText(
      "after",
      `
Spots whose mineral is not in the package's library are counted apart. With --json the object holds "reference" as well:
the statistics that a manifest carries for the drift watch; they mean something only if the spots are calibration spots.`,
    )
    .action(async (folder: string, options: Options) => {
      const { known, strangers } = await answered(folder, options);
      const groups = [["all", known] as const, ...byTechniques(known)];
      const scores = groups.map(([techniques, spots]) => ({ techniques, ...score(spots, sameEveryRun()) }));
      const found = strangers.filter(({ answer }) => (answer?.unknown ?? 0) >= 0.5).length;
      const notInLibrary = { spots: strangers.length, foundUnknown: found };
      const reference = referenceOf(known.flatMap(({ answer }) => answer ?? []));
      if (options.json) process.stdout.write(`${JSON.stringify({ scores, notInLibrary, reference })}\n`);
      else process.stdout.write(scores.map(scoresText).join("\n"));
      if (strangers.length > 0 && !options.json) {
        process.stdout.write(
          `\n${strangers.length} spots of minerals that are not in the library: ${found} answered "Not known".\n`,
        );
      }
    });
}

/** `lithoscope model compare`: two packages on the same spots. */
export function compareCommand(): Command {
  return withSpots(new Command("compare"))
    .description("compares two packages on the same spots, spot by spot")
    .argument("<a>", "a package")
    .argument("<b>", "another package")
    .action(async (folderA: string, folderB: string, options: Options) => {
      // One after the other: two loaded models would need twice the memory.
      const a = (await answered(folderA, options)).all;
      const b = (await answered(folderB, options)).all;
      const pairs = a.map((spot, i) => ({ a: spot, b: b[i] ?? spot }));
      const groups = Map.groupBy(pairs, (pair) => setOf(pair.a) ?? setOf(pair.b));
      const results = [
        ["all", pairs] as const,
        ...[...groups].flatMap(([set, own]) => (set === undefined ? [] : [[set, own] as const])),
      ].map(([techniques, own]) => ({
        techniques,
        ...compare(
          own.map((pair) => pair.a),
          own.map((pair) => pair.b),
        ),
      }));
      process.stdout.write(
        options.json ? `${JSON.stringify({ a: folderA, b: folderB, results })}\n` : results.map(pairedText).join("\n"),
      );
    });
}

const setOf = ({ answer }: ScoredSpot): TechniqueSet | undefined => answer && techniquesOf(answer);

/** Every spot of the list that the truth names, in the list's order; `known`: its mineral is in the library. */
async function answered(folder: string, { batch, truth: truthFile, data }: Options) {
  const truth = await readTruth(truthFile);
  const list = await readText(batch);
  const modelPackage = await packageFor(folder, data);
  const classes = new Set(modelPackage.manifest.classes);
  const reader = new SpotReader(modelPackage.manifest, dirname(batch));
  const progress = progressOn(process.stderr, "spots");
  const all: ScoredSpot[] = [];
  let unnamed = 0;
  try {
    const model = await Model.load(modelPackage, { forBatches: true });
    for await (const result of identifyBatch(model, reader, list, progress.update)) {
      const mineral = truth.get(result.id ?? "");
      if (result.id === undefined || mineral === undefined) unnamed += 1;
      else all.push({ id: result.id, truth: mineral, answer: "error" in result ? undefined : result });
    }
    progress.end();
    await model.close();
  } finally {
    await reader.close();
  }
  if (all.length === 0) {
    throw new LithoscopeError("usage", `${truthFile} names no spot of ${batch}.`, "Give the truth of these spots.");
  }
  if (unnamed > 0) process.stderr.write(`lithoscope: ${unnamed} lines of the list have no truth and were left out.\n`);
  const missing = truth.size - all.length;
  if (missing > 0) process.stderr.write(`lithoscope: ${missing} spots of the truth are not in the list.\n`);
  const known = all.filter((spot) => classes.has(spot.truth));
  if (known.length === 0) {
    throw new LithoscopeError("usage", "No spot's mineral is in the package's library.", "Use IMA names in the truth.");
  }
  return { all, known, strangers: all.filter((spot) => !classes.has(spot.truth)) };
}

async function readTruth(path: string): Promise<Map<string, string>> {
  const text = await readText(path);
  try {
    return new Map(Object.entries(Truth.parse(JSON.parse(text))));
  } catch (cause) {
    throw new LithoscopeError(
      "spot-invalid",
      `${path} does not say which mineral each spot is.`,
      'Write {"spot id": "mineral", …} in JSON.',
      { cause },
    );
  }
}

const readText = (path: string): Promise<string> =>
  readFile(path, "utf8").catch((error) => {
    throw unreadable(path, error);
  });

const share = (value: number): string => value.toFixed(3);

function scoresText({ techniques, ...s }: Scores & { techniques: string }): string {
  const error = ({ ece, expected }: Scores["stated"]) =>
    `${(ece - expected).toFixed(3)} (ECE ${share(ece)}, by chance ${share(expected)})`;
  return `${techniques}: ${s.spots} spots of ${s.minerals} minerals${s.unanswered > 0 ? `, ${s.unanswered} not answered` : ""}
  top-1 / 3 / 5         ${share(s.top1)} / ${share(s.top3)} / ${share(s.top5)}
  by mineral            top-1 ${share(s.macroTop1)}, F1 ${share(s.macroF1)}
  90 % set              covers ${share(s.setCoverage)}, ${s.setSize.toFixed(2)} names
  calibration error     ${error(s.stated)}
  … within the library  ${error(s.withinLibrary)}
`;
}

function pairedText({ techniques, ...p }: Paired & { techniques: string }): string {
  const [a, b] = [p.bothRight + p.onlyA, p.bothRight + p.onlyB].map((right) => share(right / p.spots));
  return `${techniques}: ${p.spots} spots, top-1 A ${a}, B ${b}
  both right ${p.bothRight}, only A ${p.onlyA}, only B ${p.onlyB}, both wrong ${p.bothWrong}
  McNemar's exact p ${p.p < 0.001 ? p.p.toExponential(1) : share(p.p)}
`;
}
