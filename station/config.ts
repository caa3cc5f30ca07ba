import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { InstrumentProfile } from "../contract/reading.ts";
import type { Technique } from "../contract/spectrum.ts";

/** What a shell tells the station process when it starts it. */
export const StationConfig = z.object({
  host: z.enum(["electron", "web"]),
  /** Holds `journal/`, `keys/`, `models/` and the list of publishers. */
  dataFolder: z.string(),
  /** Serial ports that an operator named, with what the instrument on them is for. */
  instruments: z.array(z.object({ port: z.string(), profile: InstrumentProfile })),
  /** Folders of links to ports besides those that the system lists; whatever is linked there is an instrument's. */
  portFolders: z.array(z.string()).optional(),
});
export type StationConfig = z.infer<typeof StationConfig>;

/** The configuration that the options of `lithoscope station` and of the desktop app stand for. */
export function configFor(
  host: StationConfig["host"],
  options: {
    dataFolder: string;
    serialPorts: readonly string[];
    technique: Technique;
    excitationNm: number;
    portFolders?: readonly string[];
  },
): StationConfig {
  const { dataFolder, serialPorts, technique, excitationNm, portFolders = [] } = options;
  const profile = technique === "raman" ? { technique, excitationNm } : { technique };
  return {
    host,
    dataFolder: resolve(dataFolder),
    instruments: serialPorts.map((port) => ({ port, profile })),
    ...(portFolders.length > 0 && { portFolders: portFolders.map((folder) => resolve(folder)) }),
  };
}

/** Where the data live unless said otherwise: LITHOSCOPE_HOME, or the system's place for application data. */
export function defaultDataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.LITHOSCOPE_HOME) return env.LITHOSCOPE_HOME;
  if (platform === "win32") return join(env.APPDATA ?? join(homedir(), "AppData", "Roaming"), "Lithoscope");
  if (platform === "darwin") return join(homedir(), "Library", "Application Support", "Lithoscope");
  return join(env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "lithoscope");
}
