import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pageOrigin } from "./page.ts";
import { startShell } from "./shell.ts";
import { startOver } from "./testing/fakeElectron.ts";
import { freshDataFolder } from "./testing/folders.ts";
import { runShell } from "./testing/shell.ts";

vi.mock("electron", async () => (await import("./testing/fakeElectron.ts")).electronModule);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const ownUrl = `${pageOrigin}/index.html`;
const packaged = (electron: { app: { isPackaged: boolean } }): void => {
  electron.app.isPackaged = true;
};

/** Addresses that are not the page's, of every kind that a browser knows and of some that it does not. */
const foreignUrl = fc
  .oneof(
    fc.webUrl({ validSchemes: ["http", "https", "ws", "wss", "ftp"], withQueryParameters: true }),
    fc.tuple(fc.ipV4(), fc.nat(65535)).map(([address, port]) => `http://${address}:${port}/`),
    fc.ipV6().map((address) => `wss://[${address}]/`),
    fc.webPath().map((path) => `file://${path}`),
    fc.base64String().map((text) => `data:text/html;base64,${text}`),
    fc.uuid().map((id) => `blob:${pageOrigin}/${id}`),
    fc.domain().map((host) => `app://${host}/index.html`),
    fc.string().map((rest) => `app://lithoscope@${rest}`),
    fc.tuple(fc.stringMatching(/^[a-z][a-z0-9+.-]{1,9}$/), fc.string()).map(([scheme, rest]) => `${scheme}:${rest}`),
    fc.constantFrom(
      "about:blank",
      "javascript:alert(1)",
      "chrome://gpu",
      "view-source:app://lithoscope/",
      "localhost",
      "",
    ),
  )
  .filter((url) => !url.startsWith(`${pageOrigin}/`));

describe("the window", () => {
  it("is sandboxed, isolated and without Node, and shows the page once it can be seen", async () => {
    const { electron, window } = await runShell();
    expect(electron.sandboxed).toBe(true);
    expect(window.options.webPreferences).toMatchObject({
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
    });
    expect(window.options.show).toBe(false);
    expect(window.visible).toBe(true);
    expect(window.url).toBe(ownUrl);
  });

  it("has developer tools in development, and neither them nor a menu once packaged", async () => {
    const inDevelopment = await runShell();
    expect(inDevelopment.window.options.webPreferences?.devTools).toBe(true);
    const installed = await runShell(packaged);
    expect(installed.window.options.webPreferences?.devTools).toBe(false);
    if (process.platform !== "darwin") expect(installed.electron.menu).toBeNull();
  });

  it("opens the page again when its process dies, later each time", async () => {
    const { contents } = await runShell();
    contents.emit("render-process-gone", {}, { reason: "oom", exitCode: 5 });
    vi.advanceTimersByTime(0);
    expect(contents.reloads).toHaveLength(1);
    contents.emit("render-process-gone", {}, { reason: "crashed", exitCode: 11 });
    vi.advanceTimersByTime(499);
    expect(contents.reloads).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(contents.reloads).toHaveLength(2);
  });

  it("leaves a page alone that ended because the window was closed", async () => {
    const { contents } = await runShell();
    contents.emit("render-process-gone", {}, { reason: "clean-exit", exitCode: 0 });
    vi.advanceTimersByTime(60_000);
    expect(contents.reloads).toHaveLength(0);
  });
});

describe("the page and the rest of the world", () => {
  it("is served under a scheme that is an origin of its own, without service workers and without passing the policy", async () => {
    const { electron } = await runShell();
    expect(electron.schemes.get("app")).toEqual({
      standard: true,
      secure: true,
      supportFetchAPI: true,
      codeCache: true,
    });
    const response = await electron.handlers.get("app")?.({ url: ownUrl });
    expect(response?.status).toBe(200);
    expect(response?.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  });

  it.each([true, false])("loads nothing that is not its own (packaged: %s)", async (isPackaged) => {
    const { electron } = await runShell((fresh) => {
      fresh.app.isPackaged = isPackaged;
    });
    const cancelled = (url: string): boolean | undefined => {
      let answer: boolean | undefined;
      electron.beforeRequest?.({ url }, ({ cancel }) => {
        answer = cancel;
      });
      return answer;
    };
    expect(cancelled(ownUrl)).toBe(false);
    expect(cancelled(`blob:${ownUrl}`)).toBe(false); // a photo that the page holds
    expect(cancelled("devtools://devtools/bundled/inspector.html")).toBe(isPackaged);
    fc.assert(
      fc.property(
        foreignUrl.filter((url) => !url.startsWith("devtools://") && !url.startsWith(`blob:${pageOrigin}/`)),
        (url) => {
          expect(cancelled(url)).toBe(true);
        },
      ),
    );
  });

  it("cannot be left, for any address, in any frame, by any way", async () => {
    const { contents } = await runShell();
    fc.assert(
      fc.property(foreignUrl, (url) => {
        expect(contents.tries("will-navigate", url)).toBe(false);
        expect(contents.tries("will-frame-navigate", url)).toBe(false);
        expect(contents.tries("will-redirect", url)).toBe(false);
        expect(contents.windowOpen({ url })).toEqual({ action: "deny" });
      }),
    );
    expect(contents.tries("will-navigate", ownUrl)).toBe(true);
    expect(contents.windowOpen({ url: ownUrl })).toEqual({ action: "deny" });
    expect(contents.prevents("will-attach-webview", {})).toBe(true);
  });

  it("is granted camera and microphone, no other permission and no device", async () => {
    const { electron } = await runShell();
    const granted = (permission: string, url: string): boolean[] => {
      const answers: boolean[] = [];
      electron.permissionRequest?.({ getURL: () => url }, permission, (answer) => answers.push(answer));
      const { protocol, host } = new URL(url);
      return [...answers, electron.permissionCheck?.({}, permission, `${protocol}//${host}/`) ?? true];
    };
    expect(granted("media", ownUrl)).toEqual([true, true]);
    expect(granted("media", "https://example.org/")).toEqual([false, false]);
    for (const permission of [
      "geolocation",
      "serial",
      "usb",
      "hid",
      "notifications",
      "openExternal",
      "display-capture",
    ]) {
      expect(granted(permission, ownUrl), permission).toEqual([false, false]);
    }
    expect(electron.devicePermission?.()).toBe(false);
  });

  it("finds no address: names are not looked up, and Chromium runs no errands of its own", async () => {
    const { electron, contents } = await runShell();
    expect(electron.switches.get("host-resolver-rules")).toBe("MAP * ~NOTFOUND");
    expect([...electron.switches.keys()]).toEqual(
      expect.arrayContaining(["disable-background-networking", "disable-component-update", "no-pings"]),
    );
    expect(electron.hostResolver).toMatchObject({ secureDnsMode: "off" });
    expect(electron.spellChecker).toBe(false);
    expect(contents.webRtcPolicy).toBe("disable_non_proxied_udp");
  });
});

describe("one shell for each data folder", () => {
  it("keeps what the browser stores beside the journal", async () => {
    const { electron, station } = await runShell();
    const dataFolder = process.env.LITHOSCOPE_HOME ?? "";
    expect(electron.paths.get("userData")).toBe(join(dataFolder, "window"));
    expect(JSON.parse(station().args[0] ?? "")).toEqual({ host: "electron", dataFolder, instruments: [] });
  });

  it("gives way to the one that runs, which comes to the front", async () => {
    const { electron, window } = await runShell();
    window.minimized = true;
    electron.app.emit("second-instance");
    expect(window).toMatchObject({ minimized: false, focused: true });

    freshDataFolder();
    const second = startOver();
    second.otherInstance = true;
    startShell({ pageFolder: "/built/renderer", preload: "/built/preload.cjs", stationProgram: "/built/station.js" });
    await second.becomeReady();
    expect(second).toMatchObject({ quits: 1, windows: [], stations: [] });
  });
});

describe("quitting", () => {
  it("waits until the station has switched the light off and ended", async () => {
    const { electron, window, station } = await runShell();
    const ending = station();
    window.destroy();
    expect(ending.posts.at(-1)?.message).toEqual({ type: "end" });
    expect(electron.quits).toBe(0);
    electron.app.quit(); // an impatient person
    expect(electron.quits).toBe(0);
    ending.exit(0);
    await vi.waitFor(() => expect(electron.quits).toBeGreaterThan(0));
    vi.advanceTimersByTime(60_000);
    expect(electron.stations).toHaveLength(1);
    expect(ending.killed).toBe(false);
  });

  it("ends a station that does not answer after three seconds", async () => {
    const { electron, station } = await runShell();
    electron.app.quit();
    await vi.advanceTimersByTimeAsync(2_999);
    expect(station().killed).toBe(false);
    expect(electron.quits).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(station().killed).toBe(true);
    expect(electron.quits).toBe(1);
  });

  it("does not start a station again that died just before", async () => {
    const { electron, station } = await runShell();
    station().exit(139);
    electron.app.quit();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(electron.stations).toHaveLength(1);
    expect(electron.quits).toBe(1);
  });

  it("switches the light off when Windows ends the session without asking", async () => {
    const { window, station } = await runShell();
    window.emit("session-end");
    expect(station().posts.at(-1)?.message).toEqual({ type: "end" });
  });
});

describe("a start that cannot succeed", () => {
  it("says why in the station's words and ends, without trying again", async () => {
    const { electron, station } = await runShell();
    const failed = station();
    const problem = { code: "journal-locked", sentence: "Another station writes this journal.", hint: "Close it." };
    failed.emit("message", { type: "failed", problem });
    expect(electron.errorBoxes).toEqual([
      { title: "Lithoscope cannot start", content: "Another station writes this journal.\n\nClose it." },
    ]);
    expect(failed.killed).toBe(true);
    failed.exit(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(electron.stations).toHaveLength(1);
    expect(electron.quits).toBe(1);
  });

  it("names the option that was not understood", () => {
    const electron = startOver();
    const argv = vi.spyOn(process, "argv", "get").mockReturnValue(["electron", ".", "--technique", "xrf"]);
    startShell({ pageFolder: "/built/renderer", preload: "/built/preload.cjs", stationProgram: "/built/station.js" });
    argv.mockRestore();
    expect(electron.errorBoxes[0]?.content).toContain("technique");
    expect(electron).toMatchObject({ quits: 1, stations: [] });
  });
});
