import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { app, type BrowserWindow, dialog, Menu } from "electron";
import { type Problem, toProblem } from "../contract/errors.ts";
import { stationConfig } from "./arguments.ts";
import { pageResponse } from "./page.ts";
import { hardenApp, hardenSession } from "./security.ts";
import { StationHost } from "./stationHost.ts";
import { openWindow } from "./window.ts";

/** Where the built parts lie; absolute paths. */
export interface ShellFiles {
  readonly pageFolder: string;
  readonly preload: string;
  readonly stationProgram: string;
}

/** Starts the desktop shell. Must be called before Electron is ready; nothing happens before that but policy. */
export function startShell(files: ShellFiles): void {
  try {
    const config = stationConfig(process.argv.slice(1), process.env, process.platform);
    // What the browser part keeps (IndexedDB) lies with the data that it mirrors, and so does the lock: one shell for
    // each data folder.
    const windowFolder = join(config.dataFolder, "window");
    mkdirSync(windowFolder, { recursive: true });
    app.setPath("userData", windowFolder);
    if (!app.requestSingleInstanceLock()) {
      app.quit(); // the one that runs comes to the front
      return;
    }
    hardenApp();
    const host = new StationHost(files.stationProgram, config, {
      onDied: (reason, delayMs) =>
        console.warn(`Lithoscope: the station stopped (${reason}). Starting it again in ${delayMs / 1000} s.`),
      onFailed: giveUp,
    });
    endStationBeforeQuitting(host);
    void app.whenReady().then(() => run(files, host));
  } catch (error) {
    giveUp(toProblem(error));
  }
}

function run({ pageFolder, preload }: ShellFiles, host: StationHost): void {
  hardenSession((url) => pageResponse(pageFolder, url));
  if (app.isPackaged && process.platform !== "darwin") Menu.setApplicationMenu(null); // the page has its own controls
  host.start();
  const window = openWindow(preload, host);
  app.on("second-instance", () => bringToFront(window));
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** Holds every way of quitting until the station has switched the light off and ended. */
function endStationBeforeQuitting(host: StationHost): void {
  let ended = false;
  app.on("before-quit", (event) => {
    if (ended) return;
    event.preventDefault();
    void host.close().finally(() => {
      ended = true;
      app.quit();
    });
  });
  app.on("window-all-closed", () => app.quit());
}

/** A start that another try would not cure: says so and ends. */
function giveUp({ sentence, hint }: Problem): void {
  dialog.showErrorBox("Lithoscope cannot start", `${sentence}\n\n${hint}`);
  app.quit();
}
