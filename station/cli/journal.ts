import { Command } from "commander";
import { verifyFolder } from "../journal/verify.ts";
import { exitCodes } from "./exitCodes.ts";
import { alignCommand, importCommand, mergeCommand } from "./journalBringIn.ts";
import { exportCommand } from "./journalExport.ts";
import { statsCommand } from "./journalStats.ts";

/** `lithoscope journal …`: what was saved, checked, brought together and given away without the app. */
export function journalCommand(finish: (exitCode: number) => void): Command {
  return new Command("journal")
    .description("checks, brings in, exports and counts the journals of sessions")
    .addCommand(verifyCommand(finish))
    .addCommand(importCommand(finish))
    .addCommand(mergeCommand(finish))
    .addCommand(alignCommand())
    .addCommand(exportCommand())
    .addCommand(statsCommand());
}

const verifyCommand = (finish: (exitCode: number) => void): Command =>
  new Command("verify")
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
