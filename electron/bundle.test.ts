import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "electron-vite";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import manifest from "../package.json" with { type: "json" };
import { freshDataFolder } from "./testing/folders.ts";

const repository = join(import.meta.dirname, "..");
/** Below the repository, so that the bundle finds the packages that stay outside of it. */
const built = join(repository, ".cache/shell");

const Report = z.object({
  said: z.array(z.object({ type: z.string(), page: z.int().optional() })),
  host: z.string(),
  model: z.string(),
  catalogue: z.object({ count: z.int() }),
  demo: z.string().optional(),
  code: z.int(),
});

beforeAll(async () => {
  const configFile = join(repository, "electron.vite.config.ts");
  await build({ configFile, ignoreConfigWarning: true, logLevel: "error", build: { outDir: built } });
}, 120_000);

describe("the built shell", () => {
  it("has a preload script that is one CommonJS file and needs nothing but Electron", () => {
    expect(readdirSync(join(built, "preload"))).toEqual(["preload.cjs"]);
    const code = readFileSync(join(built, "preload/preload.cjs"), "utf8");
    expect(code).not.toMatch(/^\s*(import|export)\b/m);
    expect([...code.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name)).toEqual(["electron"]);
  });

  it("leaves outside only Electron, Node and the packages that are installed with the app", () => {
    const outside = new Set(["electron", ...Object.keys(manifest.dependencies), ...builtinModules]);
    const scripts = readdirSync(join(built, "main")).filter((name) => name.endsWith(".js"));
    expect(scripts).toEqual(expect.arrayContaining(["main.js", "simulator.js", "station.js"]));
    for (const script of scripts) {
      const code = readFileSync(join(built, "main", script), "utf8");
      for (const [, name = ""] of code.matchAll(/^import\b[^"]*"([^".][^"]*)";$/gm)) {
        const packageName = name.replace(/^node:/, "").match(/^(@[^/]+\/)?[^/]+/)?.[0];
        expect(outside, `${script} imports ${name}`).toContain(packageName);
      }
    }
  });

  it("has a station that starts, loads model and catalogue, answers a page, finds the demo instrument and ends", async () => {
    const program = join(import.meta.dirname, "testing/stationUnderNode.ts");
    const config = JSON.stringify({ host: "electron", dataFolder: freshDataFolder(), instruments: [] });
    const { stdout } = await promisify(execFile)(process.execPath, [program, config, join(built, "main/station.js")], {
      timeout: 55_000,
    });
    const report = Report.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ host: "electron", code: 0 });
    expect(report.said).toEqual([{ type: "ready" }, { type: "close", page: 1 }]);
    expect(report.catalogue.count).toBeGreaterThan(1_000);
    expect(report.demo).toBeTypeOf("string");
  }, 60_000);
});
