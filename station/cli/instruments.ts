import { join } from "node:path";
import { Command, Option } from "commander";
import type { FoundPort } from "../../contract/device.ts";
import type { InstrumentProfile } from "../../contract/reading.ts";
import { type Technique, techniqueName, techniques } from "../../contract/spectrum.ts";
import { usbPorts } from "../../devices/ports/usb.ts";
import { Finding } from "../instruments/finding.ts";
import { Memory, type RememberedInstrument } from "../instruments/memory.ts";
import { notFound } from "../instruments/problems.ts";
import { makeDurableDirectory, nodeDisk } from "../journal/disk.ts";
import { inUse } from "../recorder.ts";
import { dataOption } from "./dataOption.ts";
import { positive } from "./numbers.ts";

interface LookOptions {
  data: string;
  ports: string[];
  json?: boolean;
}

interface NameOptions {
  data: string;
  name?: string;
  technique?: Technique;
  excitationNm?: number;
}

const portsOption = (): Option =>
  new Option("--ports <folder>", "folder of links to ports, besides the system's own; repeat for several")
    .argParser((p: string, b: string[]) => [...b, p])
    .default([]);

/** `lithoscope instruments …`: what is plugged in, who it is, and what the station remembers of it. */
export function instrumentsCommand(): Command {
  const instruments = new Command("instruments").description("lists, finds and names instruments");
  const look = (name: string, description: string, ask: boolean) =>
    instruments
      .command(name)
      .description(description)
      .addOption(dataOption())
      .addOption(portsOption())
      .option("--json", "one JSON object")
      .action((options: LookOptions) => show(options, ask));
  look("list", "lists the ports and the instruments that are remembered; speaks to none", false);
  look("probe", "asks on every port who is there, in an order that harms no instrument", true);
  instruments
    .command("name")
    .description("says what a remembered instrument is called and what it is for")
    .argument("<serial-number>", "as list shows it")
    .option("--name <text>", "what people call it")
    .addOption(new Option("--technique <name>", "what it measures").choices(techniques))
    .option("--excitation-nm <nm>", "laser wavelength of a Raman instrument", positive)
    .addOption(dataOption())
    .action(name);
  instruments
    .command("forget")
    .description("forgets a remembered instrument")
    .argument("<serial-number>", "as list shows it")
    .addOption(dataOption())
    .action((serialNumber: string, { data }: { data: string }) =>
      withMemory(data, async (memory) => {
        known(memory, serialNumber);
        await memory.forget(serialNumber);
        process.stdout.write(`${serialNumber} is forgotten.\n`);
      }),
    );
  return instruments.addHelpText(
    "after",
    `
Examples:
  lithoscope instruments list
  lithoscope instruments probe
  lithoscope instruments name S05507 --name "Raman of crew A" --technique raman --excitation-nm 785`,
  );
}

async function show({ data, ports: folders, json }: LookOptions, ask: boolean): Promise<void> {
  const { memory } = await Memory.open(nodeDisk, data);
  const finding = new Finding({
    extra: { paths: [], folders },
    listUsb: usbPorts,
    onPorts: () => {},
    onChange: () => {},
  });
  try {
    const ports = await finding.look();
    const serial = ports.filter(({ link }) => link === "serial");
    if (ask) await finding.askAll(serial.map(({ path }) => path));
    const found = finding.found(() => false, memory.instruments);
    if (json) {
      process.stdout.write(`${JSON.stringify({ ports: found, known: memory.instruments })}\n`);
      return;
    }
    const lines = found.map(portLine);
    process.stdout.write(`${lines.length > 0 ? lines.join("\n") : "No port is there: nothing is plugged in."}\n`);
    if (memory.instruments.length > 0)
      process.stdout.write(`\nRemembered:\n${memory.instruments.map(knownLine).join("\n")}\n`);
  } finally {
    finding.close();
  }
}

function portLine({ path, label, state, instrument, problem }: FoundPort): string {
  const who = instrument
    ? [instrument.name, instrument.model ?? instrument.driverName, instrument.serialNumber].filter(Boolean).join(", ")
    : {
        silent: "nobody known answers",
        unasked: "not asked",
        refused: problem?.sentence ?? "",
        used: "in use",
        asking: "",
        recognised: "",
      }[state];
  return `${path}${label ? ` (${label})` : ""}: ${who}`;
}

function knownLine({ serialNumber, model, name, profile, plug }: RememberedInstrument): string {
  const laser = profile.excitationNm ? ` ${profile.excitationNm} nm` : "";
  return `${serialNumber}: ${name ? `${name}, ` : ""}${model}, ${techniqueName[profile.technique]}${laser}, last on ${plug.path}`;
}

async function name(serialNumber: string, options: NameOptions): Promise<void> {
  await withMemory(options.data, async (memory) => {
    const { name: before, profile, ...rest } = known(memory, serialNumber);
    const called = options.name?.trim() || before;
    const technique = options.technique ?? profile.technique;
    const excitationNm = options.excitationNm ?? profile.excitationNm;
    const now: InstrumentProfile =
      technique === "raman" && excitationNm !== undefined ? { technique, excitationNm } : { technique };
    const instrument = { ...rest, ...(called && { name: called }), profile: now };
    await memory.remember(instrument);
    process.stdout.write(`${knownLine(instrument)}\n`);
  });
}

function known(memory: Memory, serialNumber: string): RememberedInstrument {
  const instrument = memory.instrument(serialNumber);
  if (instrument === undefined) throw notFound(serialNumber);
  return instrument;
}

/** A running station has the list in its own hands: it is changed there. */
async function withMemory(dataFolder: string, work: (memory: Memory) => Promise<void>): Promise<void> {
  const root = join(dataFolder, "journal");
  await makeDurableDirectory(nodeDisk, root);
  const unlock = await nodeDisk.lock(root);
  if (unlock === undefined) throw inUse(dataFolder);
  try {
    await work((await Memory.open(nodeDisk, dataFolder)).memory);
  } finally {
    await unlock();
  }
}
