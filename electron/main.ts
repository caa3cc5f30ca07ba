// The desktop shell's entry. Nothing is awaited here: Electron becomes ready only after this module has run to its end.
import { join } from "node:path";
import { startShell } from "./shell.ts";

startShell({
  pageFolder: join(import.meta.dirname, "../renderer"),
  preload: join(import.meta.dirname, "preload.cjs"),
  stationProgram: join(import.meta.dirname, "station.js"),
});
