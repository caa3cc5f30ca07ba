import { parseArgs } from "node:util";
import { z } from "zod";
import { LithoscopeError } from "../contract/errors.ts";
import { Technique } from "../contract/spectrum.ts";
import { configFor, defaultDataFolder, type StationConfig } from "../station/config.ts";

const Options = z.object({
  data: z.string().optional(),
  serial: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  technique: Technique.default("raman"),
  "excitation-nm": z.coerce.number().positive().default(785),
});

/**
 * The station's configuration from the shell's arguments, which are those of `lithoscope station`. Switches of Electron
 * and the app's own path may stand among them and are passed over. Throws "usage".
 */
export function stationConfig(args: string[], env: NodeJS.ProcessEnv, platform: NodeJS.Platform): StationConfig {
  const { values } = parseArgs({
    args,
    strict: false,
    options: {
      data: { type: "string" },
      serial: { type: "string", multiple: true },
      ports: { type: "string", multiple: true },
      technique: { type: "string" },
      "excitation-nm": { type: "string" },
    },
  });
  const options = understood(Options, values);
  return configFor("electron", {
    dataFolder: options.data ?? defaultDataFolder(env, platform),
    serialPorts: options.serial,
    portFolders: options.ports,
    technique: options.technique,
    excitationNm: options["excitation-nm"],
  });
}

function understood<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new LithoscopeError(
    "usage",
    `The options of the app were not understood: ${z.prettifyError(parsed.error)}`,
    "Use --data FOLDER, --serial PORT, --ports FOLDER, --technique raman|vnir|libs and --excitation-nm NM.",
  );
}
