import type { SerialDriver, UsbDriver } from "../../devices/driver.ts";
import type { FolderInstrument } from "../../devices/folder/instrument.ts";
import type { Instrument } from "../../devices/instrument.ts";
import type { LastPlace } from "../../devices/ports/places.ts";
import type { ReplayInstrument } from "../../devices/replay/instrument.ts";

/** Whatever MEASURE can be given. */
export type Owner = Instrument | FolderInstrument | ReplayInstrument;

/** An instrument of which the station has charge. */
export interface Held {
  readonly owner: Owner;
  /** Its protocol; a folder or playback has none. */
  readonly driver: SerialDriver | UsbDriver | undefined;
  /**
   * named: the operator started the station with this port, and whoever is plugged in there is the instrument;
   * known: an instrument with this serial number, wherever it is; demo: the station's own simulator.
   */
  readonly kind: "named" | "known" | "demo" | "folder" | "replay";
  /** Where it was when the station took charge. */
  readonly port: string;
  /** The one that is looked for; undefined until a first one answered. */
  serialNumber: string | undefined;
  last: LastPlace;
  everReady: boolean;
  /** When it was lost, on the monotonic clock. */
  lostMs: number | undefined;
  /** Another instrument answered where it was looked for. */
  refused: boolean;
  /** A person has just asked for it: it joins those that MEASURE uses. */
  wanted: boolean;
}

/** It has a connection now. */
export function isConnected({ owner }: Held): boolean {
  return owner.status.state === "ready" || owner.status.state === "measuring";
}
