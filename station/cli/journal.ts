import { Command } from "commander";
import { verifyFolder } from "../journal/verify.ts";
import { exitCodes } from "./exitCodes.ts";

/** `lithoscope journal …`: what was saved, checked without the app. */
export function journalCommand(finish: (exitCode: number) => void): Command {
  const journal = new Command("journal").description("checks the journal of sessions");
  journal
    .command("verify")
    .description("checks every line, signature and file of a session, or of a folder of sessions; changes nothing")
    .argument("<folder>", "a session's folder, or the journal folder that holds sessions")
    .option("--keys <folder>", "the tablet's key folder: with it, lines cut off at the end are noticed too")
    .option("--json", "one JSON line for each session")
    .addHelpText(
      "after",
      `
Exit code 0 only if every session is intact.

Examples:
  lithoscope journal verify ~/.local/share/lithoscope/journal --keys ~/.local/share/lithoscope/keys
  lithoscope journal verify /media/stick/01JD3Q6S8R7VX8M1T6C5KQ9W2B --json`,
    )
    .action(async (folder: string, options: { keys?: string; json?: boolean }) => {
      const reports = await verifyFolder(folder, options.keys === undefined ? {} : { keyFolder: options.keys });
      for (const report of reports) {
        const name = `${report.sessionId ?? report.folder}  ${report.title ?? ""}`;
        process.stdout.write(
          options.json ? `${JSON.stringify(report)}\n` : `${name}\n  ${report.state}: ${report.sentence}\n`,
        );
      }
      if (reports.some((report) => report.state !== "intact")) finish(exitCodes.failed);
    });
  return journal;
}
