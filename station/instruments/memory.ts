import { join } from "node:path";
import { z } from "zod";
import type { Problem } from "../../contract/errors.ts";
import { InstrumentProfile } from "../../contract/reading.ts";
import { Technique } from "../../contract/spectrum.ts";
import { type Disk, makeDurableDirectory, readAll, replaceFile } from "../journal/disk.ts";
import { Queue } from "../queue.ts";

const Plug = z.object({
  path: z.string(),
  usb: z.object({ vendorId: z.int(), productId: z.int() }).optional(),
  adapter: z.string().optional(),
  baud: z.int().positive().optional(),
});

/** An instrument that was connected once. Its serial number is what it is known by; the plug only says where to look first. */
const RememberedInstrument = z.object({
  serialNumber: z.string(),
  driver: z.string(),
  model: z.string(),
  name: z.string().optional(),
  profile: InstrumentProfile,
  plug: Plug,
  lastSeenAt: z.iso.datetime(),
  /** Whether the station connects it by itself. */
  connects: z.boolean(),
});
export type RememberedInstrument = z.infer<typeof RememberedInstrument>;

const RememberedFolder = z.object({ folder: z.string(), technique: Technique, name: z.string().optional() });
export type RememberedFolder = z.infer<typeof RememberedFolder>;

const Content = z.object({
  version: z.literal(1),
  instruments: z.array(RememberedInstrument),
  /** Watched folders. */
  folders: z.array(RememberedFolder),
  /** The receiver of positions; it has no serial number of its own. */
  receiver: Plug.optional(),
  /** Ids of the instruments that MEASURE uses, in this order; absent until a person chose. */
  chosen: z.array(z.string()).optional(),
});
type Content = z.infer<typeof Content>;

const nothing: Content = { version: 1, instruments: [], folders: [] };

/**
 * What the station knows of instruments between two starts, in `instruments.json` of the data folder. Each change is on
 * disk, whole, before it is answered; a power cut leaves the state before or after it.
 */
export class Memory {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #writes = new Queue();
  #content: Content;

  private constructor(disk: Disk, folder: string, content: Content) {
    this.#disk = disk;
    this.#folder = folder;
    this.#content = content;
  }

  /** A file that cannot be understood is kept beside and told in `problem`: names can be given again, readings are elsewhere. */
  static async open(disk: Disk, dataFolder: string): Promise<{ memory: Memory; problem?: Problem }> {
    const path = join(dataFolder, "instruments.json");
    if ((await disk.size(path)) === undefined) return { memory: new Memory(disk, dataFolder, nothing) };
    const parsed = Content.safeParse(json(await readAll(disk, path)));
    if (parsed.success) return { memory: new Memory(disk, dataFolder, parsed.data) };
    await disk.rename(path, `${path}.not-understood`);
    await disk.syncDirectory(dataFolder);
    const problem: Problem = {
      code: "device-unknown",
      sentence: "The list of known instruments was not understood, so their names and techniques are forgotten.",
      hint: "Connect the instruments again in Instruments. The old list is kept as instruments.json.not-understood.",
    };
    return { memory: new Memory(disk, dataFolder, nothing), problem };
  }

  get instruments(): readonly RememberedInstrument[] {
    return this.#content.instruments;
  }

  get folders(): readonly RememberedFolder[] {
    return this.#content.folders;
  }

  get receiver(): Content["receiver"] {
    return this.#content.receiver;
  }

  get chosen(): readonly string[] | undefined {
    return this.#content.chosen;
  }

  instrument(serialNumber: string): RememberedInstrument | undefined {
    return this.#content.instruments.find((known) => known.serialNumber === serialNumber);
  }

  /** Adds the instrument, or replaces what was known of it. */
  remember(instrument: RememberedInstrument): Promise<void> {
    return this.#change((content) => ({
      ...content,
      instruments: [
        ...content.instruments.filter(({ serialNumber }) => serialNumber !== instrument.serialNumber),
        instrument,
      ],
    }));
  }

  forget(serialNumber: string): Promise<void> {
    return this.#change((content) => ({
      ...content,
      instruments: content.instruments.filter((known) => known.serialNumber !== serialNumber),
    }));
  }

  watchFolder(folder: RememberedFolder): Promise<void> {
    return this.#change((content) => ({
      ...content,
      folders: [...content.folders.filter((known) => known.folder !== folder.folder), folder],
    }));
  }

  leaveFolder(folder: string): Promise<void> {
    return this.#change((content) => ({
      ...content,
      folders: content.folders.filter((known) => known.folder !== folder),
    }));
  }

  setReceiver(receiver: Content["receiver"]): Promise<void> {
    return this.#change(({ receiver: _, ...content }) => (receiver === undefined ? content : { ...content, receiver }));
  }

  choose(ids: string[]): Promise<void> {
    return this.#change((content) => ({ ...content, chosen: ids }));
  }

  /** In memory at once, so that two changes never lose one another; on disk when this resolves. */
  #change(change: (content: Content) => Content): Promise<void> {
    this.#content = change(this.#content);
    return this.#writes.run(async () => {
      await makeDurableDirectory(this.#disk, this.#folder);
      const text = `${JSON.stringify(this.#content, undefined, 2)}\n`;
      await replaceFile(this.#disk, join(this.#folder, "instruments.json"), Buffer.from(text));
    });
  }
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined; // the schema refuses it
  }
}
