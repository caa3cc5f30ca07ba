import { lstatSync, symlinkSync, unlinkSync } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { BoardSimulator, BoardSimulatorOptions } from "./c12880ma/serve.ts";
import { GnssSimulator, GnssSimulatorOptions } from "./gnss/serve.ts";
import { LegacySimulator, LegacySimulatorOptions } from "./ocean-legacy/serve.ts";
import { bandsOf } from "./ocean-obp/minerals.ts";
import { ObpSimulator, ObpSimulatorOptions } from "./ocean-obp/serve.ts";
import { Placed } from "./ocean-obp/specimens.ts";
import { type ByteStream, openSimulatedPort } from "./port.ts";
import { OemSimulator, OemSimulatorOptions } from "./wasatch-oem/serve.ts";

/** "pty" where the system has pseudo-terminals, unless told otherwise. */
const port = z.enum(["pty", "tcp"]).optional();

/** A symbolic link to the pseudo-terminal, made here and taken away in the end: a socket that one can plug into again. */
const link = z.string().min(1).optional();

/** What {@link runSimulator} simulates, by device; everything has a default, the device as well. */
export const SimulatorOptions = z.discriminatedUnion("device", [
  ObpSimulatorOptions.extend({ device: z.literal("ocean-obp").optional(), port, link }),
  LegacySimulatorOptions.extend({ device: z.literal("ocean-legacy"), port, link }),
  OemSimulatorOptions.extend({ device: z.literal("wasatch-oem"), port, link }),
  BoardSimulatorOptions.extend({ device: z.literal("c12880ma"), port, link }),
  GnssSimulatorOptions.extend({ device: z.literal("gnss"), port, link }),
]);
export type SimulatorOptions = z.input<typeof SimulatorOptions>;

/** The name in a device's schema; one of them has it by default. */
function nameOf(option: (typeof SimulatorOptions.options)[number]): string {
  const { device } = option.shape;
  return (device instanceof z.ZodOptional ? device.unwrap() : device).value;
}

/** The instruments that can be simulated, by the names that `lithoscope simulate --device` takes. */
export const deviceNames: readonly string[] = SimulatorOptions.options.map(nameOf);

/** What a device can be told. */
export function optionNames(device: string): string[] {
  return Object.keys(SimulatorOptions.options.find((option) => nameOf(option) === device)?.shape ?? {});
}

/** Where a running simulator is found; what `lithoscope simulate` prints as its first line. */
export const SimulatorReady = z.object({
  path: z.string(),
  /** Empty where the protocol has none. */
  serialNumber: z.string(),
  kind: z.enum(["pty", "tcp"]),
  /** What lies under its probe, where it has one. */
  mineral: z.string().optional(),
});
export type SimulatorReady = z.infer<typeof SimulatorReady>;

/** What a running simulator tells besides: its light went on or off; what was placed lies there, or why not. */
export const SimulatorEvent = z.union([
  z.object({ light: z.boolean() }),
  z.object({ placed: Placed }),
  z.object({ notPlaced: z.string() }),
]);
export type SimulatorEvent = z.infer<typeof SimulatorEvent>;

/** What it tells of itself, and how something is placed under its probe, where it has one. */
type Begun = Pick<SimulatorReady, "serialNumber" | "mineral"> & { place?: (placed: Placed) => void };

/** Puts the device on the stream. */
function begin(
  stream: ByteStream,
  options: z.output<typeof SimulatorOptions>,
  onEvent: (event: SimulatorEvent) => void,
): Begun {
  switch (options.device) {
    case undefined:
    case "ocean-obp": {
      const simulator = new ObpSimulator(stream, options, (light) => onEvent({ light }));
      const { serialNumber, mineral } = options;
      return { serialNumber, mineral, place: (placed) => simulator.place(placed) };
    }
    case "ocean-legacy":
      new LegacySimulator(stream, options, bandsOf(options.mineral), (light) => onEvent({ light }));
      return { serialNumber: options.serialNumber, mineral: options.mineral };
    case "c12880ma":
      new BoardSimulator(stream, options);
      return { serialNumber: "" };
    case "wasatch-oem":
      new OemSimulator(stream, options, (light) => onEvent({ light }));
      return { serialNumber: "" };
    case "gnss":
      new GnssSimulator(stream, options);
      return { serialNumber: "" };
  }
}

/**
 * Opens a port, serves the simulated instrument on it and tells where; resolves when `stop` fires, the port closed.
 * Throws "usage" for a mineral that has no bands. Meant for a process of its own: killing it is pulling the cable.
 */
export async function runSimulator(
  options: SimulatorOptions & {
    onReady: (ready: SimulatorReady) => void;
    onEvent?: (event: SimulatorEvent) => void;
    stop?: AbortSignal;
  },
): Promise<void> {
  const { onReady, onEvent = () => {}, stop = askedToStop(), ...rest } = options;
  const device = SimulatorOptions.parse(rest);
  const opened = await openSimulatedPort(device.port);
  try {
    const { place, ...served } = begin(opened.stream, device, onEvent);
    if (device.link !== undefined) plugInto(device.link, opened.path);
    onReady({ path: device.link ?? opened.path, kind: opened.kind, ...served });
    if (place !== undefined && options.stop === undefined) obeyInput(place, onEvent);
    await new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener("abort", () => resolve(), { once: true });
    });
  } finally {
    opened.close();
    if (device.link !== undefined) unlinkSync(device.link);
  }
}

/**
 * Each line of standard input is a {@link Placed}: `{"specimen":"Polystyrene","laserErrorNm":0.2}`. The answer is told as an
 * event when it lies there.
 */
function obeyInput(place: (placed: Placed) => void, onEvent: (event: SimulatorEvent) => void): void {
  createInterface({ input: process.stdin }).on("line", (line) => {
    try {
      const placed = Placed.parse(JSON.parse(line));
      place(placed);
      onEvent({ placed });
    } catch (error) {
      onEvent({ notPlaced: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** A link that a killed simulator left behind is replaced; anything else that has the name is left alone, and throws. */
function plugInto(link: string, path: string): void {
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(link);
  symlinkSync(path, link);
}

/** Fires on SIGTERM, on SIGINT and at the end of standard input: a simulator must not outlive whoever started it. */
function askedToStop(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once("SIGTERM", stop).once("SIGINT", stop);
  process.stdin.once("end", stop).once("close", stop).resume();
  controller.signal.addEventListener("abort", () => process.stdin.destroy(), { once: true });
  return controller.signal;
}
