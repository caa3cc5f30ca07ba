// `npm start`: Electron when its runtime is there or can be fetched, else the web host; says which and why.
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Long enough to fetch the runtime (about 120 MB) on a slow line, short enough not to look hung. */
const fetchLimitMs = 5 * 60_000;

const electronFolder = dirname(createRequire(import.meta.url).resolve("electron/package.json"));

/** Path of the Electron executable, if it is installed. */
function electronRuntime(): string | undefined {
  const pathFile = join(electronFolder, "path.txt");
  if (!existsSync(pathFile)) return undefined;
  const executable = join(
    process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronFolder, "dist"),
    readFileSync(pathFile, "utf8"),
  );
  return existsSync(executable) ? executable : undefined;
}

function fetchRuntime(): string | undefined {
  console.log("Lithoscope: Electron's runtime is not here yet; trying to fetch it once …");
  const result: SpawnSyncReturns<string> = spawnSync(process.execPath, [join(electronFolder, "install.js")], {
    encoding: "utf8",
    timeout: fetchLimitMs,
  });
  if (result.status === 0) return undefined;
  const lines = (result.stderr ?? "").split("\n").filter((line) => /error/i.test(line));
  const reason = lines[0]?.trim().replace(/^\w*Error:\s*/, "") ?? "no answer in time";
  return `it could not be fetched: ${reason}`;
}

function build(command: string, args: string[]): void {
  const result = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

const args = process.argv.slice(2);
let why = "";
if (electronRuntime() === undefined) why = fetchRuntime() ?? "";
const electron = electronRuntime();

build("vite", ["build", "renderer", "--logLevel", "warn"]);
if (electron !== undefined && !args.includes("--web")) {
  console.log("Lithoscope: starting in Electron.");
  build("electron-vite", ["build", "--ignoreConfigWarning", "--logLevel", "warn"]);
  spawn(electron, [".", ...args], { stdio: "inherit" }).on("exit", (code) => process.exit(code ?? 0));
} else {
  console.log(
    electron === undefined
      ? `Lithoscope: starting in the browser, because Electron's runtime is not installed here (${why}).`
      : "Lithoscope: starting in the browser, as asked.",
  );
  const rest = args.filter((a) => a !== "--web");
  spawn(process.execPath, ["bin/lithoscope.js", "station", "--open", ...rest], { stdio: "inherit" }).on(
    "exit",
    (code) => process.exit(code ?? 0),
  );
}
