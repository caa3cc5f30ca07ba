import { describe, expect, it } from "vitest";
import type { CorrectionInForce } from "../../contract/calibration.ts";
import type { DeviceStatus, FoundPort, KnownInstrument } from "../../contract/device.ts";
import {
  ageSentence,
  ages,
  entryOf,
  instrumentName,
  listEntries,
  portText,
  positionWords,
  stateWords,
} from "./list.ts";

const at = "2026-11-21T10:00:00.000Z";
const minutesLater = (minutes: number): number => Date.parse(at) + minutes * 60_000;
const device = (id: string, port: string, more: Partial<DeviceStatus> = {}): DeviceStatus => ({
  id,
  port,
  state: "ready",
  since: at,
  profile: { technique: "raman", excitationNm: 785 },
  ...more,
});
const known = (serialNumber: string): KnownInstrument => ({
  id: serialNumber,
  driver: "ocean-obp",
  serialNumber,
  model: "STS-NIR",
  profile: { technique: "raman", excitationNm: 785 },
  lastPort: "/dev/ttyUSB0",
  lastSeenAt: at,
  connects: true,
});
const port = (path: string, state: FoundPort["state"]): FoundPort => ({ path, state });

describe("the list of instruments", () => {
  it("names each instrument once: in charge before known, and no port that one of them has", () => {
    const entries = listEntries([device("S1", "/dev/ttyUSB0")], {
      known: [known("S1"), known("S2")],
      ports: [port("/dev/ttyUSB0", "used"), port("/dev/ttyS0", "silent"), port("/dev/ttyUSB1", "recognised")],
    });
    expect(entries.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      "device S1",
      "known S2",
      "port /dev/ttyUSB1",
      "port /dev/ttyS0",
    ]);
  });

  it("an instrument stays chosen when its port's name gives way to its serial number", () => {
    const connecting = listEntries([device("/dev/ttyUSB0", "/dev/ttyUSB0")], { known: [], ports: [] });
    const connected = listEntries([device("S1", "/dev/ttyUSB0")], { known: [], ports: [] });
    expect(entryOf(connecting, "/dev/ttyUSB0")?.key).toBe("/dev/ttyUSB0");
    expect(entryOf(connected, "/dev/ttyUSB0")?.key).toBe("S1");
    expect(entryOf(connected, "/dev/ttyUSB7")).toBeUndefined();
  });
});

describe("the receiver of positions", () => {
  const fix = { quality: "gps", fixedAt: at, ageMs: 0, simulated: false } as const;

  it("is a row of the list while there is one, and its port is named once", () => {
    const found = { known: [], ports: [port("/dev/ttyACM0", "recognised")] };
    expect(listEntries([], found, { state: "none" }).map(({ kind }) => kind)).toEqual(["port"]);
    expect(listEntries([], found, { state: "searching", port: "/dev/ttyACM0" }).map(({ kind }) => kind)).toEqual([
      "position",
    ]);
  });

  it("says where it is with the hemisphere as a letter, and how long it has searched", () => {
    const position = { ...fix, latitudeDeg: 28.99772, longitudeDeg: -13.67143 };
    expect(positionWords({ state: "fixed", position }, 0)).toBe("28.9977° N, 13.6714° W");
    expect(positionWords({ state: "searching", since: at }, Date.parse(at) + 42_000)).toBe("Searching 0:42");
  });
});

describe("an instrument in words", () => {
  it("goes by the operator's name, else by technique and laser", () => {
    expect(instrumentName(device("S1", "p", { name: "Old Faithful" }))).toBe("Old Faithful");
    expect(instrumentName(device("S1", "p", { name: "" }))).toBe("Raman 785");
    expect(instrumentName({ profile: { technique: "vnir" } })).toBe("VNIR");
  });

  it("says how long it has been lost and that it is looked for", () => {
    expect(stateWords({ state: "lost", since: at }, Date.parse(at) + 42_000)).toBe("Lost 0:42, looking");
  });

  it("leaves out the folder of the ports", () => {
    expect(portText("/dev/ttyUSB0")).toBe("ttyUSB0");
    expect(portText("COM3")).toBe("COM3");
  });
});

describe("the two ages", () => {
  const correction = (more: Partial<CorrectionInForce>): CorrectionInForce => ({
    kind: "raman-shift",
    from: "calibration",
    at,
    state: "current",
    sentence: "",
    ...more,
  });

  it("a Raman instrument shows its dark and its shift check", () => {
    expect(ages(device("S1", "p", { darkAt: at }), [correction({})], minutesLater(41))).toEqual([
      { label: "Dark", words: "41\u00a0min", mark: undefined },
      { label: "Check", words: "41\u00a0min", mark: undefined },
    ]);
  });

  it("what is due or expired, or was never taken, is marked and not only coloured", () => {
    const vnir = device("S2", "p", { profile: { technique: "vnir" } });
    const [dark, none] = ages(vnir, [], minutesLater(1));
    expect([dark.words, none]).toEqual(["none", { label: "White", words: "none", mark: "look" }]);
    const mark = (state: "due" | "expired") =>
      ages(vnir, [correction({ kind: "white", state })], minutesLater(20))[1].mark;
    expect([mark("due"), mark("expired")]).toEqual(["look", "failed"]);
  });

  it("within a sentence, a state is a word", () => {
    expect(ageSentence({ label: "Dark", words: "2 min", mark: undefined })).toBe("dark 2 min");
    expect(ageSentence({ label: "White", words: "none", mark: "look" })).toBe("no white");
    expect(ageSentence({ label: "Check", words: "26 h", mark: "look" })).toBe("check 26 h (due)");
    expect(ageSentence({ label: "Check", words: "26 h", mark: "failed" })).toBe("check 26 h (expired)");
  });

  it("the newer of the last measurement's dark and the calibrated dark is the dark's age", () => {
    const later = new Date(minutesLater(30)).toISOString();
    const [dark] = ages(
      device("S1", "p", { darkAt: later }),
      [correction({ kind: "dark", state: "due" })],
      minutesLater(32),
    );
    expect(dark).toEqual({ label: "Dark", words: "2\u00a0min", mark: undefined });
  });
});
