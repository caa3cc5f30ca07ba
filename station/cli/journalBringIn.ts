import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import type { BroughtIn } from "../review/bringIn.ts";
import { ReviewStore, reviewFolder } from "../review/store.ts";
import { dataOption } from "./dataOption.ts";
import { exitCodes } from "./exitCodes.ts";

interface BringInOptions {
  data: string;
  to?: string;
  common: Line[];
  crew: [sessionId: string, crew: string][];
  json?: boolean;
}

interface Line {
  readonly sessionId: string;
  readonly seq: number;
}

const commonHelp =
  "SESSION:LINE where a session recorded an event that all recorded; repeat, the first keeps its clock";

/** `lithoscope journal import`: sticks and folders into the review of this data folder. */
export const importCommand = (finish: (exitCode: number) => void): Command =>
  bringInCommand(
    new Command("import").description(
      "brings sessions from sticks or folders into the review, read-only, each checked first",
    ),
    finish,
  ).addHelpText(
    "after",
    `
Every line, signature and file is checked first, and the copy again. What is altered is refused with the line named; a last write
that a power cut tore is no fault. Doing it again changes nothing. Exit code 2 if a session was refused.

Examples:
  lithoscope journal import /media/stick1 /media/stick2
  lithoscope journal import /media/stick --crew 01JD3Q6S8R7VX8M1T6C5KQ9W2B=Kilo`,
  );

/** `lithoscope journal merge`: the same into a folder of its own, to hand on. */
export const mergeCommand = (finish: (exitCode: number) => void): Command =>
  bringInCommand(
    new Command("merge")
      .description("brings the sessions of many tablets together in one review folder, their clocks aligned")
      .requiredOption("--to <folder>", "the review folder; made if it is not there"),
    finish,
  ).addHelpText(
    "after",
    `
Examples:
  lithoscope journal merge /media/kilo /media/lima --to ~/tinguaton-4
  lithoscope journal merge /media/kilo /media/lima --to ~/tinguaton-4 --common 01JD…:14 --common 01JE…:9`,
  );

function bringInCommand(command: Command, finish: (exitCode: number) => void): Command {
  return command
    .argument("<folders...>", "sticks or folders; sessions are looked for inside")
    .addOption(dataOption())
    .option("--common <session:line>", commonHelp, collectLine, [])
    .option("--crew <session=name>", "who carried the tablet of a session; repeat", collectCrew, [])
    .option("--json", "one JSON line for each session")
    .action(async (folders: string[], { data, to, common, crew, json }: BringInOptions) => {
      const store = await ReviewStore.open(to ?? reviewFolder(data), join(data, "keys"));
      try {
        const all = await store.bringIn(folders, (brought) =>
          process.stdout.write(json ? jsonOf(brought) : textOf(brought)),
        );
        for (const [sessionId, name] of crew)
          if (store.log.crewOf(sessionId) !== name) await store.append({ kind: "crew-named", sessionId, crew: name });
        if (common.length > 0) await store.alignByCommonEvent(common);
        if (all.some(({ outcome }) => outcome === "refused")) finish(exitCodes.partly);
      } finally {
        await store.close();
      }
    });
}

/** `lithoscope journal align`: one clock for all tablets. */
export const alignCommand = (): Command =>
  new Command("align")
    .description("aligns the clocks of sessions in the review by an event that all of them recorded")
    .requiredOption("--common <session:line>", commonHelp, collectLine, [])
    .option("--review <folder>", "a review folder that merge made, instead of the data folder's")
    .addOption(dataOption())
    .addHelpText("after", "\nExample:\n  lithoscope journal align --common 01JD…:14 --common 01JE…:9")
    .action(async ({ common, review, data }: { common: Line[]; review?: string; data: string }) => {
      const store = await ReviewStore.open(review ?? reviewFolder(data), join(data, "keys"));
      try {
        await store.alignByCommonEvent(common);
        for (const { sessionId } of common)
          process.stdout.write(`${sessionId}  ${secondsText(store.log.offsetMsOf(sessionId))}\n`);
      } finally {
        await store.close();
      }
    });

const secondsText = (offsetMs: number): string =>
  `${offsetMs < 0 ? "−" : "+"}${(Math.abs(offsetMs) / 1000).toFixed(3)} s`;

function collectLine(text: string, before: Line[]): Line[] {
  const [sessionId = "", number = ""] = text.split(":");
  const seq = Number(number);
  if (!z.ulid().safeParse(sessionId).success || !Number.isInteger(seq) || seq < 1)
    throw new InvalidArgumentError("It is a session id, a colon and the number of a line.");
  return [...before, { sessionId, seq }];
}

function collectCrew(text: string, before: [string, string][]): [string, string][] {
  const [sessionId = "", ...name] = text.split("=");
  if (!z.ulid().safeParse(sessionId).success || name.join("=").trim() === "")
    throw new InvalidArgumentError("It is a session id, = and a name.");
  return [...before, [sessionId, name.join("=").trim()]];
}

const textOf = ({ outcome, sentence }: BroughtIn): string => `${outcome.padEnd(8)}${sentence}\n`;
const jsonOf = ({ from, outcome, sentence, report }: BroughtIn): string =>
  `${JSON.stringify({ ...report, from, outcome, sentence })}\n`;
