import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import type { Port } from "../driver.ts";
import { type ExtraPorts, extraPorts, type ListPorts, merged, systemPorts } from "./list.ts";

/** A look at everything at least this often, for what the system tells of no change. */
const intervalMs = 1000;
/** A plug makes several changes at once; they are one look. */
const settleMs = 20;

export interface PortWatchOptions {
  extra: ExtraPorts;
  onChange(ports: readonly Port[]): void;
  /** The machine's own ports; replaced where a test must not see them. */
  list?: ListPorts;
  /** Ports on USB endpoints rather than serial lines; none where there is no USB bus. */
  listUsb?: ListPorts;
}

/**
 * Tells which ports there are, once at the start and then whenever one came or went: at once where the system tells of
 * changes in /dev and in the folders of links, within a second elsewhere.
 */
export class PortWatch {
  readonly #options: PortWatchOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #watchers: FSWatcher[] = [];
  #soon: ReturnType<typeof setTimeout> | undefined;
  #ports: readonly Port[] = [];
  #key: string | undefined;
  #looking: Promise<readonly Port[]> | undefined;
  #closed = false;

  constructor(options: PortWatchOptions) {
    this.#options = options;
    const { paths, folders } = options.extra;
    const files = paths.filter((path) => !path.startsWith("tcp://"));
    const system = process.platform === "linux" ? ["/dev"] : [];
    for (const folder of new Set([...system, ...folders, ...files.map(dirname)])) this.#follow(folder);
    this.#timer = setInterval(() => void this.look(), intervalMs);
    this.#timer.unref();
    void this.look();
  }

  get ports(): readonly Port[] {
    return this.#ports;
  }

  /** Looks now; the ports that there are. */
  look(): Promise<readonly Port[]> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    for (const watcher of this.#watchers) watcher.close();
  }

  async #look(): Promise<readonly Port[]> {
    const { extra, list = systemPorts, listUsb, onChange } = this.#options;
    const system = await list().catch(nothing);
    const usb = (await listUsb?.().catch(nothing)) ?? [];
    const ports = [...merged(extraPorts(extra), system), ...usb];
    const key = JSON.stringify(ports);
    if (key === this.#key || this.#closed) return this.#ports;
    this.#key = key;
    this.#ports = ports;
    onChange(ports);
    return ports;
  }

  /** Best effort: a folder that cannot be watched is looked at every second. */
  #follow(folder: string): void {
    try {
      const watcher = watch(folder, () => {
        clearTimeout(this.#soon);
        this.#soon = setTimeout(() => void this.look(), settleMs);
      });
      watcher.on("error", () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // not there yet, or the system has no watches left
    }
  }
}

/** A system that cannot list its ports has none to offer; those that a person named are found all the same. */
const nothing = (): Port[] => [];
