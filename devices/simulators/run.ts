import { z } from "zod";
import { bandsOf } from "./ocean-obp/minerals.ts";
import { ObpSimulator, ObpSimulatorOptions } from "./ocean-obp/serve.ts";
import { openSimulatedPort } from "./port.ts";

/** What {@link runSimulator} simulates; everything has a default. `port` is "pty" where the system has pseudo-terminals. */
export const SimulatorOptions = ObpSimulatorOptions.extend({ port: z.enum(["pty", "tcp"]).optional() });
export type SimulatorOptions = z.input<typeof SimulatorOptions>;

/** Where a running simulator is found; what `lithoscope simulate` prints as its first line. */
export const SimulatorReady = z.object({
  path: z.string(),
  serialNumber: z.string(),
  kind: z.enum(["pty", "tcp"]),
  mineral: z.string(),
});
export type SimulatorReady = z.infer<typeof SimulatorReady>;

/**
 * Opens a port, serves the simulated spectrometer on it and tells where; resolves when `stop` fires, the port closed.
 * Throws "usage" for a mineral that has no bands. Meant for a process of its own: killing it is pulling the cable.
 */
export async function runSimulator(
  options: SimulatorOptions & { onReady: (ready: SimulatorReady) => void; stop?: AbortSignal },
): Promise<void> {
  const { onReady, stop = askedToStop(), ...rest } = options;
  const { port: kind, ...device } = SimulatorOptions.parse(rest);
  const bands = bandsOf(device.mineral);
  const port = await openSimulatedPort(kind);
  try {
    new ObpSimulator(port.stream, device, bands);
    onReady({ path: port.path, serialNumber: device.serialNumber, kind: port.kind, mineral: device.mineral });
    await new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener("abort", () => resolve(), { once: true });
    });
  } finally {
    port.close();
  }
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
