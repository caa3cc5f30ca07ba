import type { FoundPort } from "../../contract/device.ts";
import { toProblem } from "../../contract/errors.ts";
import { hasUsbId, type Port } from "../../devices/driver.ts";
import { drivers } from "../../devices/drivers.ts";
import { type Answer, askLine } from "../../devices/ports/ask.ts";
import type { ExtraPorts, ListPorts } from "../../devices/ports/list.ts";
import { askPlan } from "../../devices/ports/plan.ts";
import { PortWatch } from "../../devices/ports/watch.ts";
import { openTransport } from "../../devices/transport/open.ts";
import type { RememberedInstrument } from "./memory.ts";

/** What somebody on a port said of itself. */
export interface Recognition {
  driver: string;
  serialNumber?: string | undefined;
  model?: string | undefined;
  baud?: number | undefined;
}

interface Note {
  state: "asking" | "recognised" | "silent" | "refused";
  recognition?: Recognition;
  problem?: FoundPort["problem"];
}

/** Ports asked at the same time: each is a line of its own, but a tablet has few processors. Our choice. */
const mostAtOnce = 4;

/** The ports of this machine, and what is known of who is on them. Forgotten with the port: another may be plugged in then. */
export class Finding {
  readonly #watch: PortWatch;
  readonly #notes = new Map<string, Note>();
  /** When a port was first seen, on the monotonic clock. */
  readonly #seenMs = new Map<string, number>();
  readonly #folders: readonly string[];
  readonly #onChange: () => void;
  readonly #closing = new AbortController();

  constructor(options: { extra: ExtraPorts; listUsb: ListPorts; onPorts(): void; onChange(): void }) {
    this.#folders = options.extra.folders;
    this.#onChange = options.onChange;
    this.#watch = new PortWatch({
      extra: options.extra,
      listUsb: options.listUsb,
      onChange: (ports) => {
        const paths = new Set(ports.map(({ path }) => path));
        for (const path of this.#seenMs.keys()) {
          if (paths.has(path)) continue;
          this.#seenMs.delete(path);
          this.#notes.delete(path);
        }
        for (const path of paths) if (!this.#seenMs.has(path)) this.#seenMs.set(path, performance.now());
        options.onPorts();
      },
    });
  }

  get ports(): readonly Port[] {
    return this.#watch.ports;
  }

  /** Looks at the system's ports now. */
  look(): Promise<readonly Port[]> {
    return this.#watch.look();
  }

  port(path: string): Port | undefined {
    return this.ports.find((port) => port.path === path);
  }

  /** Whether a person named the port as one of an instrument: it lies in a folder of links. */
  isNamed({ path }: Port): boolean {
    return this.#folders.some((folder) => path.startsWith(folder));
  }

  appearedAfter({ path }: Port, ms: number): boolean {
    return (this.#seenMs.get(path) ?? 0) > ms;
  }

  /** What was said on the port, if anybody spoke since it is there. */
  recognised(path: string): Recognition | undefined {
    return this.#notes.get(path)?.recognition ?? this.#byUsbId(path);
  }

  note(path: string, recognition: Recognition): void {
    this.#notes.set(path, { state: "recognised", recognition });
    this.#onChange();
  }

  /** Asks who is on the port; undefined if nobody known is. Rejects with a port-… problem. */
  async ask(path: string): Promise<Recognition | undefined> {
    const port = this.port(path) ?? { path, link: "serial" as const };
    if (port.link === "usb") return this.#byUsbId(path);
    this.#set(path, { state: "asking" });
    try {
      const answer = await askLine(path, askPlan(drivers, port), { open: openTransport, signal: this.#closing.signal });
      const recognition = answer && recognitionOf(answer);
      this.#set(path, recognition ? { state: "recognised", recognition } : { state: "silent" });
      return recognition;
    } catch (error) {
      this.#set(path, { state: "refused", problem: toProblem(error) });
      throw error;
    }
  }

  /** Asks on all of these ports; what cannot be asked is told on the port. */
  async askAll(paths: readonly string[]): Promise<void> {
    const waiting = [...paths];
    const worker = async () => {
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await this.ask(path).catch(() => {});
    };
    await Promise.all(Array.from({ length: mostAtOnce }, worker));
  }

  /** Ports as people see them. */
  found(isUsed: (path: string) => boolean, known: readonly RememberedInstrument[]): FoundPort[] {
    return this.ports.map(({ path, label }) => {
      const note = this.#notes.get(path);
      const recognition = this.recognised(path);
      const driver = drivers.find(({ id }) => id === recognition?.driver);
      const base = { path, ...(label && { label }) };
      if (isUsed(path)) return { ...base, state: "used" };
      if (recognition === undefined || driver === undefined) {
        return { ...base, state: note?.state ?? "unasked", ...(note?.problem && { problem: note.problem }) };
      }
      const { serialNumber, model } = recognition;
      const remembered = known.find((one) => one.serialNumber === serialNumber);
      const technique = driver.link === "position" ? undefined : driver.technique;
      // A Raman instrument's laser is not told by its kind: only a person can say which it is.
      const profile = remembered?.profile ?? (technique && technique !== "raman" ? { technique } : undefined);
      return {
        ...base,
        state: "recognised",
        instrument: {
          driver: driver.id,
          driverName: driver.name,
          kind: driver.link === "position" ? "position" : "spectrometer",
          ...(serialNumber && { serialNumber }),
          ...(model && { model }),
          ...(profile && { profile }),
          ...(remembered?.name && { name: remembered.name }),
        },
      };
    });
  }

  close(): void {
    this.#closing.abort();
    this.#watch.close();
  }

  #set(path: string, note: Note): void {
    this.#notes.set(path, note);
    this.#onChange();
  }

  #byUsbId(path: string): Recognition | undefined {
    const port = this.port(path);
    if (port?.link !== "usb") return undefined;
    const driver = drivers.find((one) => one.link === "usb" && hasUsbId(one, port.usb));
    return driver && { driver: driver.id, serialNumber: port.adapter, model: port.label };
  }
}

function recognitionOf({ driver, recognised, baud }: Answer): Recognition {
  const { serialNumber, model } = recognised;
  return { driver: driver.id, serialNumber, model, baud };
}
