import { Command, CommanderError } from "commander";
import { toProblem } from "../../contract/errors.ts";
import { appVersion } from "../version.ts";
import { exitCodes } from "./exitCodes.ts";
import { identifyCommand } from "./identify.ts";
import { instrumentsCommand } from "./instruments.ts";
import { journalCommand } from "./journal.ts";
import { keyCommand } from "./key.ts";
import { forgetCommand, learnCommand } from "./learn.ts";
import { mindbCommand } from "./mindb.ts";
import { modelCommand } from "./model.ts";
import { reportCommand } from "./report.ts";
import { rockCommand } from "./rock.ts";
import { simulateCommand } from "./simulate.ts";
import { type StartWebHost, stationCommand } from "./station.ts";

/** What the command line needs from rooms that station/ may not import. */
export interface ProgramHosts {
  startWebHost: StartWebHost;
}

/** Runs `lithoscope` with these arguments and resolves to the exit code. Errors are printed as a sentence and a hint. */
export async function runProgram(args: readonly string[], hosts: ProgramHosts): Promise<number> {
  let exitCode: number = exitCodes.success;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const program = new Command("lithoscope")
    .description("Recognises minerals from Raman, VNIR and LIBS spectra. Works without a network.")
    .version(appVersion)
    .addCommand(identifyCommand(finish))
    .addCommand(learnCommand())
    .addCommand(forgetCommand())
    .addCommand(rockCommand())
    .addCommand(stationCommand(hosts.startWebHost))
    .addCommand(instrumentsCommand())
    .addCommand(simulateCommand())
    .addCommand(journalCommand(finish))
    .addCommand(reportCommand())
    .addCommand(modelCommand(finish))
    .addCommand(mindbCommand())
    .addCommand(keyCommand())
    .addHelpText(
      "after",
      `
Examples:
  lithoscope identify --raman quartz.txt
  lithoscope identify --raman a.txt --raman b.txt --vnir a.csv --json
  lithoscope identify --batch spots.jsonl --json > answers.jsonl
  lithoscope learn "Site mineral A" --raman spot3.txt
  lithoscope rock answers.jsonl --place moon --grain medium
  lithoscope station
  lithoscope instruments probe
  lithoscope model install new-model.zip
  lithoscope mindb install /media/stick/catalogue
  lithoscope journal verify ~/.local/share/lithoscope/journal`,
    );
  prepare(program, "lithoscope");
  endWithReader(process.stdout);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    const { code, sentence, hint } = toProblem(error);
    process.stderr.write(`lithoscope: ${sentence}\n${hint}\n[${code}]\n`);
    if (code === "internal" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return exitCodes.failed;
  }
}

/** Every command, however deep, returns its exit code to us and points to its own help after an error. */
function prepare(command: Command, path: string): void {
  command.exitOverride().showHelpAfterError(`Run ${path} --help for options and examples.`);
  for (const sub of command.commands) prepare(sub, `${path} ${sub.name()}`);
}

/** Whoever reads our output may leave early (`| head`): the work ends there, without a stack trace. */
function endWithReader(output: NodeJS.WriteStream): void {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(exitCodes.failed);
  });
}
