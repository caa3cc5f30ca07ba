import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Port } from "../driver.ts";

/** Where ports are looked for besides those that the system lists. */
export interface ExtraPorts {
  /** Paths that a person named: a pseudo-terminal, a loopback socket of a simulator. */
  paths: readonly string[];
  /** Folders of links to ports, such as /dev/serial/by-id, or the one that simulators are plugged into. */
  folders: readonly string[];
}

/** The system's serial ports; replaced in tests. */
export type ListPorts = () => Promise<Port[]>;

/**
 * The serial ports of this machine. Linux is asked through /sys itself: serialport's own list starts a program,
 * udevadm, each time, which lean systems do not have (reference/protocols.md §8.2) and which is too dear for a look
 * every second.
 */
export const systemPorts: ListPorts = async () => {
  if (process.platform === "linux") {
    // Nodes come and go with their folder's date: a look that finds it unchanged costs one call.
    const { mtimeMs } = statSync("/dev");
    if (linuxPorts?.mtimeMs !== mtimeMs) linuxPorts = { mtimeMs, ports: sysfsPorts("/sys/class/tty", "/dev") };
    return linuxPorts.ports;
  }
  const { SerialPort } = await import("serialport");
  return (await SerialPort.list()).map(({ path, vendorId, productId, serialNumber, manufacturer }) => ({
    path,
    link: "serial",
    ...usbOf(vendorId, productId),
    ...(serialNumber && { adapter: serialNumber }),
    ...(manufacturer && { label: manufacturer }),
  }));
};

let linuxPorts: { mtimeMs: number; ports: Port[] } | undefined;

/**
 * Serial ports with a device behind them, from the kernel's own tree: `classFolder` is /sys/class/tty. What stands for
 * hardware that is not there (8250 ports of type 0) and what has no device (consoles, pseudo-terminals) is left out.
 */
export function sysfsPorts(classFolder: string, devFolder: string): Port[] {
  const ports: Port[] = [];
  for (const name of namesIn(classFolder)) {
    const device = join(classFolder, name, "device");
    if (!existsSync(device) || contentOf(join(classFolder, name, "type")) === "0") continue;
    const path = join(devFolder, name);
    if (!existsSync(path)) continue;
    ports.push({ path, link: "serial", ...usbBehind(device) });
  }
  return ports;
}

/** The USB device is the nearest folder upwards that has an idVendor. */
function usbBehind(device: string): Partial<Port> {
  let folder = realpathSync(device);
  for (let up = 0; up < 6 && folder.includes(sep); up++, folder = dirname(folder)) {
    const vendor = contentOf(join(folder, "idVendor"));
    if (vendor === undefined) continue;
    const adapter = contentOf(join(folder, "serial"));
    const label = [contentOf(join(folder, "manufacturer")), contentOf(join(folder, "product"))]
      .filter(Boolean)
      .join(" ");
    return {
      ...usbOf(vendor, contentOf(join(folder, "idProduct"))),
      ...(adapter && { adapter }),
      ...(label && { label }),
    };
  }
  return {};
}

function usbOf(vendor: string | undefined, product: string | undefined): Pick<Port, "usb"> {
  const [vendorId, productId] = [Number.parseInt(vendor ?? "", 16), Number.parseInt(product ?? "", 16)];
  return Number.isNaN(vendorId) || Number.isNaN(productId) ? {} : { usb: { vendorId, productId } };
}

/** The extra ports that are there now. A link whose port is gone is no port. */
export function extraPorts({ paths, folders }: ExtraPorts): Port[] {
  const linked = folders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name)));
  const there = [...paths, ...linked.filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())];
  return there
    .filter((path) => path.startsWith("tcp://") || existsSync(path))
    .map((path) => ({ path, link: "serial" }));
}

/** All ports, each once: a link to one of the system's ports is that port under the name that a person gave it. */
export function merged(extra: readonly Port[], system: readonly Port[]): Port[] {
  const named = extra.map((port) => {
    const real = existsSync(port.path) ? realpathSync(port.path) : port.path;
    const known = system.find(({ path }) => path === real);
    return { real, port: { ...known, ...port } };
  });
  const taken = new Set(named.map(({ real }) => real));
  const ports = [...named.map(({ port }) => port), ...system.filter(({ path }) => !taken.has(path))];
  return [...new Map(ports.map((port) => [port.path, port])).values()];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // not there, or not for us: no ports
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined; // the attribute is not there for this kind of device
  }
}
