import { spawn } from "node:child_process";
import { Command, Option } from "commander";
import { fromProblem, type Problem } from "../../contract/errors.ts";
import { type Technique, techniques } from "../../contract/spectrum.ts";
import { configFor, type StationConfig } from "../config.ts";
import { dataOption } from "./dataOption.ts";
import { positive, wholeUpTo } from "./numbers.ts";

/** How the command line starts the web host, which lives in a room that station/ may not import. */
export type StartWebHost = (
  config: StationConfig,
  events: {
    onReady(pid: number): void;
    onDied(reason: string, delayMs: number): void;
    onFailed(problem: Problem): void;
  },
  port: number,
) => Promise<{ url: string; close(): Promise<void> }>;

interface StationOptions {
  data: string;
  serial: string[];
  ports: string[];
  technique: Technique;
  excitationNm: number;
  port: number;
  open?: boolean;
  json?: boolean;
}

/** `lithoscope station`: the app for a browser on this machine. */
export function stationCommand(startWebHost: StartWebHost): Command {
  return new Command("station")
    .description("starts the station and serves the app to a browser on this machine, and to nobody else")
    .addOption(dataOption())
    .option(
      "--serial <port>",
      "serial port of an Ocean spectrometer; repeat for several",
      (p: string, b: string[]) => [...b, p],
      [],
    )
    .option(
      "--ports <folder>",
      "folder of links to ports of instruments, besides the system's own ports; repeat for several",
      (p: string, b: string[]) => [...b, p],
      [],
    )
    .addOption(
      new Option("--technique <name>", "what the instruments on --serial measure").choices(techniques).default("raman"),
    )
    .option("--excitation-nm <nm>", "laser wavelength of a Raman instrument", positive, 785)
    .option("--port <number>", "TCP port; a free one if absent", wholeUpTo(65_535), 0)
    .option("--open", "open the browser")
    .option("--json", "tell address and process id as JSON lines")
    .addHelpText(
      "after",
      `
Examples:
  lithoscope station --open
  lithoscope station --serial /dev/ttyUSB0 --technique raman --excitation-nm 785`,
    )
    .action(async (options: StationOptions) => {
      const { data: dataFolder, serial: serialPorts, ports: portFolders, technique, excitationNm } = options;
      const config = configFor("web", { dataFolder, serialPorts, portFolders, technique, excitationNm });
      await serveUntilStopped(startWebHost, config, options);
    });
}

async function serveUntilStopped(
  startWebHost: StartWebHost,
  config: StationConfig,
  options: StationOptions,
): Promise<void> {
  const say = (sentence: string, data: object): void => {
    process.stdout.write(options.json ? `${JSON.stringify(data)}\n` : `${sentence}\n`);
  };
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  let address = ""; // told when somebody answers there, once
  const host = await startWebHost(
    config,
    {
      onReady: (pid) => {
        say(`The station is running (process ${pid}).`, { event: "ready", pid });
        if (address !== "") {
          const sentence = `Lithoscope is at ${address}\nThe address works once, in a browser on this machine. Stop with Ctrl+C.`;
          say(sentence, { event: "listening", url: address });
          if (options.open) openBrowser(address);
        }
        address = "";
      },
      onDied: (reason, delayMs) =>
        say(`The station stopped (${reason}). What was saved is safe. Starting it again in ${delayMs / 1000} s.`, {
          event: "died",
          reason,
        }),
      onFailed: (problem) => fail(fromProblem(problem)),
    },
    options.port,
  );
  address = host.url;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  try {
    await Promise.race([stopped, failed]);
  } finally {
    await host.close();
  }
}

/** Best effort: where there is no browser the printed address is the way. */
function openBrowser(url: string): void {
  const [command, args] =
    process.platform === "darwin"
      ? ["open", [url]]
      : process.platform === "win32"
        ? ["explorer", [url]]
        : ["xdg-open", [url]];
  spawn(command as string, args as string[], { stdio: "ignore", detached: true })
    .on("error", () => process.stdout.write("No browser could be opened here; open the address yourself.\n"))
    .unref();
}
