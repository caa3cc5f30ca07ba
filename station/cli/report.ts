import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { LithoscopeError } from "../../contract/errors.ts";
import { reportHtml } from "../report/report.ts";
import { readCampaign } from "../review/campaign.ts";
import { readReview, reviewFolder } from "../review/store.ts";
import { appVersion } from "../version.ts";
import { dataOption } from "./dataOption.ts";

interface ReportCommandOptions {
  data: string;
  review?: string;
  to: string;
  title: string;
}

/** `lithoscope report`: the debrief of the day and of each crew, without a screen. */
export const reportCommand = (): Command =>
  new Command("report")
    .description("writes the debrief of the day and of each crew as HTML documents that need nothing else")
    .requiredOption("--to <folder>", "where the documents go; documents of an earlier report there are replaced")
    .option("--title <text>", "stands on top", "Debrief")
    .option("--review <folder>", "a review folder that journal merge made, instead of the data folder's")
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
Open a document in a browser and print it to get a PDF (A4).

Examples:
  lithoscope report --to ~/debrief --title "Tinguatón, traverse 4"
  lithoscope report --review ~/tinguaton-4 --to ~/debrief`,
    )
    .action(async ({ data, review, to, title }: ReportCommandOptions) => {
      const { sessions, log } = await readReview(review ?? reviewFolder(data));
      if (sessions.length === 0) throw nothingToReport();
      const campaign = await readCampaign(sessions, log);
      const crews = [...new Set(campaign.sessions.map(({ crew }) => crew))].sort((a, b) => a.localeCompare(b, "en"));
      await mkdir(to, { recursive: true });
      const write = async (name: string, crew?: string) => {
        const path = resolve(join(to, name));
        await writeFile(path, reportHtml(campaign, { title, crew, appVersion }));
        process.stdout.write(`${path}\n`);
      };
      await write("debrief.html");
      for (const [index, crew] of crews.entries()) await write(`debrief-${index + 1}-${fileName(crew)}.html`, crew);
    });

/** What every file system takes. */
const fileName = (crew: string): string =>
  crew
    .normalize("NFKD")
    .replace(/[^\w-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .toLowerCase();

const nothingToReport = (): LithoscopeError =>
  new LithoscopeError(
    "session-not-found",
    "No session has been brought into this review, so there is nothing to report.",
    "Bring sessions in first: lithoscope journal import FOLDER, or give --review.",
  );
