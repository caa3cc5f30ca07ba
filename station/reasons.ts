import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../contract/context.ts";
import type { Identification } from "../contract/identification.ts";
import type { MinDbPack } from "../contract/mindb.ts";
import type { Spectrum } from "../contract/spectrum.ts";
import { type BandTable, readBands } from "../inference/bands.ts";
import { withReasons } from "../inference/reasons.ts";

/** Adds to an answer why it was given and what to measure next, for the place that a person has chosen. */
export class Reasons {
  /** Where the rocks come from; holds until it is chosen again or the station ends. */
  context: Context = "anywhere";
  /** The package's band lists, if it has any. */
  readonly bands: BandTable | undefined;
  readonly #entries: ReadonlyMap<string, MinDbPack["entries"][number]>;

  /** `packageFolder`: of the model in use. A package without band lists gives answers without reasons. */
  constructor(packageFolder: string, pack: MinDbPack) {
    this.bands = bandsOf(packageFolder);
    this.#entries = new Map(pack.entries.map((entry) => [entry.name, entry]));
  }

  added(identification: Identification, spectra: readonly Spectrum[]): Identification {
    if (this.bands === undefined) return identification;
    const entryOf = (name: string) => this.#entries.get(name);
    return withReasons(identification, spectra, { bands: this.bands, entryOf, context: this.context });
  }
}

function bandsOf(folder: string): BandTable | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, "bands.json"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return readBands(text);
}
