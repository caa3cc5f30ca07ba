import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { LithoscopeError } from "../../contract/errors.ts";
import { deviceNames, optionNames, runSimulator, SimulatorOptions } from "../../devices/simulators/run.ts";
import { wholeUpTo } from "./numbers.ts";

interface SimulateOptions {
  device: string;
  mineral?: string;
  seed?: number;
  serialNumber?: string;
  baud?: number;
  bootMs?: number;
  link?: string;
  port?: string;
  options?: Record<string, unknown>;
}

/** `lithoscope simulate`: a simulated instrument on a pseudo-terminal, for trying out and for tests. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description(
      "starts a simulated instrument on a pseudo-terminal; it speaks its protocol byte for byte, at its pace",
    )
    .addOption(new Option("--device <name>", "which instrument").choices(deviceNames).default("ocean-obp"))
    .option("--mineral <name>", "what lies under the probe, where it has one; Quartz if absent")
    .option("--seed <number>", "seed of its noise", wholeUpTo(2 ** 31))
    .option("--serial-number <text>", "what it says of itself, where its protocol has that")
    .option("--baud <rate>", "rate at power-up", wholeUpTo(4_000_000))
    .option("--boot-ms <ms>", "hears nothing for so long after the start", wholeUpTo(600_000))
    .option("--link <path>", "makes a symbolic link to the port there: a socket to plug into again and again")
    .addOption(new Option("--port <kind>", "pty, or tcp where there are no pseudo-terminals").choices(["pty", "tcp"]))
    .option("--options <json>", "anything else that the device can be told, faults as well", jsonObject)
    .addHelpText(
      "after",
      `
Prints one JSON line with the path of the port and serves until it is stopped (Ctrl+C, or the end of its input).

Examples:
  lithoscope simulate --mineral Calcite
  lithoscope station --serial /dev/pts/3        (with the path that simulate printed)

  lithoscope simulate --device gnss --link sockets/receiver
  lithoscope simulate --serial-number S1 --link sockets/probe --options '{"faults":[{"from":9,"action":{"kind":"silent"}}]}'
  lithoscope station --ports sockets`,
    )
    .action(async ({ options = {}, ...named }: SimulateOptions) => {
      const given: Record<string, unknown> = { ...options, ...named };
      const unknown = Object.keys(given).find((key) => !optionNames(named.device).includes(key));
      if (unknown !== undefined) throw notAnOption(named.device, `it has no "${unknown}"`);
      const parsed = SimulatorOptions.safeParse(given);
      if (!parsed.success) throw notAnOption(named.device, z.prettifyError(parsed.error));
      await runSimulator({ ...parsed.data, onReady: (ready) => process.stdout.write(`${JSON.stringify(ready)}\n`) });
    });
}

function notAnOption(device: string, why: string): LithoscopeError {
  return new LithoscopeError(
    "usage",
    `The simulated ${device} was not started: ${why}.`,
    `It can be told: ${optionNames(device).join(", ")}.`,
  );
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new InvalidArgumentError("It must be a JSON object.");
  }
}
