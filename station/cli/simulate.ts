import { Command } from "commander";
import { runSimulator } from "../../devices/simulators/run.ts";
import { wholeUpTo } from "./numbers.ts";

/** `lithoscope simulate`: a simulated spectrometer on a pseudo-terminal, for trying out and for tests. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description("starts a simulated Ocean spectrometer on a pseudo-terminal, with a mineral under its probe")
    .option("--mineral <name>", "what lies under the probe", "Quartz")
    .option("--seed <number>", "seed of its noise", wholeUpTo(2 ** 31), 1)
    .addHelpText(
      "after",
      `
Prints one JSON line with the path of the port and serves until it is stopped (Ctrl+C, or the end of its input).

Example:
  lithoscope simulate --mineral Calcite
  lithoscope station --serial /dev/pts/3        (with the path that simulate printed)`,
    )
    .action(async (options: { mineral: string; seed: number }) => {
      await runSimulator({ ...options, onReady: (ready) => process.stdout.write(`${JSON.stringify(ready)}\n`) });
    });
}
