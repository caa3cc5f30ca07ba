import { startShell } from "../shell.ts";
import {
  type FakeContents,
  type FakeElectron,
  type FakeUtilityProcess,
  type FakeWindow,
  startOver,
} from "./fakeElectron.ts";
import { freshDataFolder, freshPageFolder } from "./folders.ts";

/** A shell that was started on a fake Electron, with its window open. */
export interface RunningShell {
  readonly electron: FakeElectron;
  readonly window: FakeWindow;
  readonly contents: FakeContents;
  /** The station process that runs now. */
  station(): FakeUtilityProcess;
}

/** Starts the shell as the entry does, lets Electron become ready and gives what then runs. */
export async function runShell(prepare: (electron: FakeElectron) => void = () => {}): Promise<RunningShell> {
  freshDataFolder();
  const electron = startOver();
  prepare(electron);
  startShell({ pageFolder: freshPageFolder(), preload: "/built/preload.cjs", stationProgram: "/built/station.js" });
  await electron.becomeReady();
  const window = electron.windows[0] as FakeWindow | undefined;
  if (window === undefined) throw new Error("the shell opened no window");
  return {
    electron,
    window,
    contents: window.webContents,
    station() {
      const station = electron.stations.at(-1);
      if (station === undefined) throw new Error("the shell started no station");
      return station;
    },
  };
}
