import { Command, InvalidArgumentError, Option } from "commander";
import { CampaignName } from "../../contract/exported.ts";
import { type Format, formats, writeDataset } from "../export/dataset.ts";
import { type ReadableFormat, readableFormats } from "../export/readDataset.ts";
import { sessionsToWrite } from "../export/source.ts";
import { reviewFolder } from "../review/store.ts";
import { dataOption } from "./dataOption.ts";
import { progressOn } from "./progress.ts";

interface ExportOptions {
  data: string;
  to: string;
  campaign: string;
  format: readonly Format[];
  readFrom?: ReadableFormat;
}

/** `lithoscope journal export`: open formats for science. */
export const exportCommand = (): Command =>
  new Command("export")
    .description("writes sessions in open formats: CSV, JSON, JCAMP-DX, GeoJSON, Parquet, with an RO-Crate manifest")
    .argument(
      "[source]",
      "a review folder, a stick or folder with sessions, or an earlier export; else this tablet's review",
    )
    .requiredOption("--to <folder>", "a new or empty folder")
    .option("--campaign <name>", "names the dataset: letters, digits, dot, dash, underline", campaignName, "campaign")
    .addOption(new Option("--format <names...>", "only these").choices(formats).default(formats, formats.join(" ")))
    .addOption(
      new Option("--read-from <format>", "which tables of an earlier export are read").choices(readableFormats),
    )
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
Each journal is verified first; the journals themselves go along. docs/scale.md tells how DuckDB, Spark and Trino read the Parquet.

Examples:
  lithoscope journal export --to ~/tinguaton-4-data --campaign tinguaton-4
  lithoscope journal export /media/stick --to data --format parquet json`,
    )
    .action(async (source: string | undefined, { data, to, campaign, format, readFrom }: ExportOptions) => {
      const sessions = await sessionsToWrite(source ?? reviewFolder(data), campaign, readFrom);
      const progress = progressOn(process.stderr, "measurements");
      let total = 0;
      const written = await writeDataset(to, campaign, format, sessions, (done) => {
        total = Math.max(total, done);
        progress.update(done, total);
      });
      progress.end();
      process.stdout.write(
        `${written.measurements} measurements of ${written.sessions} sessions written to ${to} (${written.files} files).\n`,
      );
    });

function campaignName(text: string): string {
  if (CampaignName.safeParse(text).success) return text;
  throw new InvalidArgumentError("Letters, digits, dot, dash and underline, 64 at most.");
}
