import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeContents, FakeUtilityProcess } from "./testing/fakeElectron.ts";
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

/** The page's newest port, and whether a word sent there comes out at the newest port of that station. */
function joined(contents: FakeContents, station: FakeUtilityProcess): boolean {
  const pageEnd = contents.posts.at(-1)?.ports[0];
  const stationEnd = station.posts.findLast(({ ports }) => ports.length > 0)?.ports[0];
  let heard: unknown;
  stationEnd?.on("message", ({ data }) => {
    heard = data;
  });
  pageEnd?.postMessage("hello");
  return heard === "hello";
}

describe("the page's port to the station", () => {
  it("comes once both are there: one port to each, of one channel", async () => {
    const { contents, station } = await runShell();
    expect(station().modulePath).toBe("/built/station.js");
    expect(station().options.serviceName).toBe("Lithoscope station");
    expect(contents.posts).toHaveLength(0);
    station().emit("message", { type: "ready" });
    expect(contents.posts.map(({ channel, message }) => ({ channel, message }))).toEqual([
      { channel: "station-port", message: undefined },
    ]);
    expect(station().posts.map(({ message }) => message)).toEqual([{ type: "page", page: 1 }]);
    expect(joined(contents, station())).toBe(true);
  });

  it("is new after a reload", async () => {
    const { contents, station } = await runShell();
    station().emit("message", { type: "ready" });
    contents.load();
    expect(contents.posts).toHaveLength(2);
    expect(joined(contents, station())).toBe(true);
  });

  it("is new after the station died, and leads to the station that runs", async () => {
    const { contents, station } = await runShell();
    const first = station();
    first.emit("message", { type: "ready" });
    let closed = 0;
    contents.posts[0]?.ports[0]?.on("close", () => (closed += 1));
    first.exit(9);
    expect(closed).toBe(1);
    vi.advanceTimersByTime(0);
    expect(station()).not.toBe(first);
    expect(contents.posts).toHaveLength(1);
    station().emit("message", { type: "ready" });
    expect(contents.posts).toHaveLength(2);
    expect(joined(contents, station())).toBe(true);
  });

  it("waits for a station that was started again, also when the page is loaded meanwhile", async () => {
    const { contents, station } = await runShell();
    station().emit("message", { type: "ready" });
    station().exit(9);
    vi.advanceTimersByTime(0);
    contents.load();
    expect(contents.posts).toHaveLength(1);
    station().emit("message", { type: "ready" });
    expect(contents.posts).toHaveLength(2);
  });

  it("waits for a page that is still loading: nothing there would take it", async () => {
    const { contents, station } = await runShell();
    contents.emit("did-navigate", {}, "");
    station().emit("message", { type: "ready" });
    expect(contents.posts).toHaveLength(0);
    contents.emit("did-finish-load");
    expect(joined(contents, station())).toBe(true);
  });

  it("still comes after a navigation that the policy refused", async () => {
    const { contents, station } = await runShell();
    station().emit("message", { type: "ready" });
    contents.tries("will-navigate", "https://example.org/");
    station().exit(9);
    vi.advanceTimersByTime(0);
    station().emit("message", { type: "ready" });
    expect(joined(contents, station())).toBe(true);
  });

  it("is new when the page let go of the old one and stayed", async () => {
    const { contents, station } = await runShell();
    station().emit("message", { type: "ready" });
    station().emit("message", { type: "close", page: 1 });
    expect(contents.posts).toHaveLength(2);
    expect(joined(contents, station())).toBe(true);
  });

  it("is not doubled by late word of a port that has been replaced", async () => {
    const { contents, station } = await runShell();
    station().emit("message", { type: "ready" });
    contents.load();
    station().emit("message", { type: "close", page: 1 });
    expect(contents.posts).toHaveLength(2);
  });

  it("waits for a page whose process died, and for none whose window is gone", async () => {
    const { contents, window, station } = await runShell();
    contents.emit("render-process-gone", {}, { reason: "crashed", exitCode: 11 });
    station().emit("message", { type: "ready" });
    expect(contents.posts).toHaveLength(0);
    vi.advanceTimersByTime(0);
    expect(contents.posts).toHaveLength(1);
    station().exit(9);
    vi.advanceTimersByTime(0);
    window.destroy();
    station().emit("message", { type: "ready" });
    expect(contents.posts).toHaveLength(1);
  });
});

describe("a station that keeps dying", () => {
  it("is started again after 0, 0.5, 2, 10 and 10 s, and at once after a minute of health", async () => {
    const { electron, station } = await runShell();
    for (const delayMs of [0, 500, 2_000, 10_000, 10_000]) {
      const before = electron.stations.length;
      station().exit(1);
      if (delayMs > 0) vi.advanceTimersByTime(delayMs - 1);
      expect(electron.stations).toHaveLength(before);
      vi.advanceTimersByTime(delayMs > 0 ? 1 : 0);
      expect(electron.stations).toHaveLength(before + 1);
    }
    vi.advanceTimersByTime(60_000);
    const before = electron.stations.length;
    station().exit(1);
    vi.advanceTimersByTime(0);
    expect(electron.stations).toHaveLength(before + 1);
  });
});
