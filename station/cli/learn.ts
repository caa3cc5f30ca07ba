import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Command } from "commander";
import type { Model } from "../../inference/model.ts";
import { Audience } from "../audience.ts";
import { loadCatalogue } from "../catalogue/installed.ts";
import { defaultDataFolder } from "../config.ts";
import { loadSpectrum } from "../files.ts";
import { Learning, notLearned } from "../learned/learning.ts";
import { Measuring } from "../measure.ts";
import { loadActive } from "../models/active.ts";
import { Reasons } from "../reasons.ts";
import { Recorder } from "../recorder.ts";
import { SpectrumSource } from "../spectra.ts";

const dataOption = [
  "--data <folder>",
  "where journal and keys live",
  defaultDataFolder(process.env, process.platform),
] as const;

interface LearnOptions {
  raman: string[];
  data: string;
}

/** `lithoscope learn`: teaches a mineral from files; they are measurements of a sample of that name afterwards. */
export function learnCommand(): Command {
  return new Command("learn")
    .description("teaches the station a mineral from Raman files of one spot, journalled like a measurement")
    .argument("<name>", "an IMA name, or a name of your own")
    .requiredOption(
      "--raman <file>",
      "Raman spectrum; repeat the option for replicates",
      (p, b: string[]) => [...b, p],
      [],
    )
    .option(...dataOption)
    .addHelpText(
      "after",
      `
Example:
  lithoscope learn "Site mineral A" --raman spot3.txt
  lithoscope forget "Site mineral A"`,
    )
    .action(async (name: string, { raman, data }: LearnOptions) => {
      await withStation(data, async ({ model, measuring, recorder, learning }) => {
        const spectra = raman.map((path) => loadSpectrum(path, "raman"));
        const { name: known } = await model.lesson({ learnedId: "", name, spectra }); // refused before anything is saved
        const { spotId } = await recorder.createSpot(await recorder.createSample(known));
        let measurementId = "";
        for (const path of raman) {
          const answers = { technique: "raman" as const };
          ({ measurementId } = await measuring.openFile(spotId, basename(path), readFileSync(path), answers));
        }
        const { learnedId } = await learning.learn(measurementId, known);
        process.stdout.write(
          `Learned ${known} from ${raman.length === 1 ? "1 spectrum" : `${raman.length} spectra`} (${learnedId}).\n`,
        );
      });
    });
}

/** `lithoscope forget`: undoes learning; without a name it lists what is learned. */
export function forgetCommand(): Command {
  return new Command("forget")
    .description("forgets a mineral that was learned; without a name, lists what is learned")
    .argument("[name]", "its name, or the id that learn printed")
    .option(...dataOption)
    .action(async (name: string | undefined, { data }: { data: string }) => {
      await withStation(data, async ({ learning }) => {
        const all = learning.list();
        if (name === undefined) {
          for (const learned of all) process.stdout.write(`${learned.learnedId}  ${learned.name}\n`);
          return;
        }
        const meant = all.filter(
          (learned) => learned.learnedId === name || learned.name.toLowerCase() === name.trim().toLowerCase(),
        );
        if (meant.length === 0) throw notLearned();
        for (const { learnedId } of meant) await learning.forget(learnedId);
        process.stdout.write(`Forgot ${meant[0]?.name}${meant.length > 1 ? ` (${meant.length} times)` : ""}.\n`);
      });
    });
}

interface Parts {
  model: Model;
  recorder: Recorder;
  measuring: Measuring;
  learning: Learning;
}

/** The station's parts that need no instrument and no page, in order at the end whatever happens. */
async function withStation(dataFolder: string, work: (parts: Parts) => Promise<void>): Promise<void> {
  const audience = new Audience();
  const { recorder, problems } = await Recorder.open(dataFolder, "terminal", audience);
  try {
    const { model } = await loadActive(dataFolder);
    const catalogue = await loadCatalogue(dataFolder);
    const spectra = new SpectrumSource(
      (sha256) => recorder.journal.readFile(recorder.sessionId, sha256),
      (corrections) => recorder.calibrations.named(corrections),
    );
    const reasons = new Reasons(model.package.folder, catalogue.pack);
    const learning = new Learning({ model, recorder, spectra, audience });
    for (const { sentence } of [...problems, ...(await learning.recall())])
      process.stderr.write(`lithoscope: ${sentence}\n`);
    const measuring = new Measuring({ model, reasons, recorder, spectra, audience });
    await work({ model, recorder, measuring, learning });
    await measuring.close();
    await model.close();
  } finally {
    await recorder.close();
  }
}
