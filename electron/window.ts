import { app, BrowserWindow } from "electron";
import { restartAfter } from "../station/restart.ts";
import { pageOrigin } from "./page.ts";
import type { StationHost } from "./stationHost.ts";

/** Opens the app's window and joins its page to the station. `preload` is the absolute path of a CommonJS file. */
export function openWindow(preload: string, host: StationHost): BrowserWindow {
  const window = new BrowserWindow({
    title: "Lithoscope",
    // The reference tablet: 1280 × 800 points.
    width: 1280,
    height: 800,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  window.once("ready-to-show", () => window.show());
  window.on("session-end", () => void host.close()); // Windows shuts down without asking the app to quit
  host.serve(window.webContents);
  reloadWhenGone(window);
  void window.loadURL(`${pageOrigin}/index.html`);
  return window;
}

/** A page whose process died is opened again: nobody can press "reload" with a glove. */
function reloadWhenGone(window: BrowserWindow): void {
  let deaths = 0;
  let startedMs = performance.now();
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason === "clean-exit") return;
    const restart = restartAfter(performance.now() - startedMs, deaths);
    deaths = restart.deaths;
    console.warn(`Lithoscope: the page stopped (${reason}). Opening it again in ${restart.delayMs / 1000} s.`);
    setTimeout(() => {
      startedMs = performance.now();
      if (!window.isDestroyed()) window.webContents.reload();
    }, restart.delayMs);
  });
}
