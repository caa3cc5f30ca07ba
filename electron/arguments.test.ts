import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { LithoscopeError } from "../contract/errors.ts";
import { stationConfig } from "./arguments.ts";

const env = { LITHOSCOPE_HOME: resolve("/data/lithoscope") };

describe("the shell's arguments", () => {
  it("need not be given", () => {
    expect(stationConfig(["."], env, "linux")).toEqual({
      host: "electron",
      dataFolder: env.LITHOSCOPE_HOME,
      instruments: [],
    });
  });

  it("name instruments as `lithoscope station` does, among switches of Electron itself", () => {
    const args = ["--inspect=0", ".", "--no-sandbox", "--serial", "/dev/ttyUSB0", "--serial=/dev/ttyUSB1"];
    expect(stationConfig([...args, "--excitation-nm", "532"], env, "linux").instruments).toEqual([
      { port: "/dev/ttyUSB0", profile: { technique: "raman", excitationNm: 532 } },
      { port: "/dev/ttyUSB1", profile: { technique: "raman", excitationNm: 532 } },
    ]);
  });

  it("leave the excitation out where the technique has none", () => {
    const { instruments } = stationConfig(["--serial", "COM3", "--technique", "vnir"], env, "win32");
    expect(instruments).toEqual([{ port: "COM3", profile: { technique: "vnir" } }]);
  });

  it("may give the data folder relative to where the app was started", () => {
    expect(stationConfig(["--data", "traverse-3"], env, "linux").dataFolder).toBe(join(process.cwd(), "traverse-3"));
  });

  it.each([[["--technique", "xrf"]], [["--excitation-nm", "red"]], [["--excitation-nm", "-785"]], [["--data"]]])(
    "are refused with a sentence when they make no sense: %j",
    (args) => {
      expect(() => stationConfig(args, env, "linux")).toThrow(LithoscopeError);
    },
  );
});
