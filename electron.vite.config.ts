import { cp } from "node:fs/promises";
import { join } from "node:path";
import { defineConfig } from "electron-vite";
import type { Plugin } from "vite";
import shipped from "./inference/shipped.json" with { type: "json" };

const here = import.meta.dirname;
const source = (name: string): string => join(here, name);

/**
 * What the station reads at run time by an address relative to its own module (inference/package.ts, mindb/pack.ts), laid
 * where that address points once the modules are one bundle. All chunks therefore lie beside the entries.
 */
const stationFiles: Plugin = {
  name: "lithoscope:station-files",
  async writeBundle({ dir }) {
    if (dir === undefined) throw new Error("the shell is built into a folder");
    const model = `models/packages/${shipped.folder}`;
    await cp(source(model), join(dir, "..", model), { recursive: true });
    await cp(source("mindb/pack.json"), join(dir, "pack.json"));
  },
};

/** The desktop shell; the page is built by renderer/vite.config.ts for both hosts. Node packages stay outside. */
export default defineConfig({
  main: {
    plugins: [stationFiles],
    build: {
      outDir: "out/electron",
      emptyOutDir: true,
      rolldownOptions: {
        input: {
          main: source("electron/main.ts"),
          station: source("electron/station.ts"),
          simulator: source("devices/simulators/program.ts"),
          golden: source("station/models/goldenProgram.ts"),
        },
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  },
  preload: {
    build: {
      outDir: "out/electron",
      emptyOutDir: false,
      rolldownOptions: {
        input: { preload: source("electron/preload.ts") },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
});
