// Runs beside the page in the sandbox and hands it one thing: the port that leads to the station.
import { ipcRenderer } from "electron";

// The only two names of the browser that are used here; the room is checked without the browser's types.
declare const window: { postMessage(message: unknown, targetOrigin: string, transfer: unknown[]): void };
declare const location: { readonly origin: string };

ipcRenderer.on("station-port", ({ ports }) => {
  window.postMessage({ lithoscope: "station-port" }, location.origin, ports);
});
