import { describe, expect, it } from "vitest";
import type { Manner, SerialDriver } from "../driver.ts";
import { drivers } from "../drivers.ts";
import { type AskedDriver, askPlan } from "./plan.ts";

/** Letters that make an Ocean letter instrument do something (reference/protocols.md §2.4), and those of its kin. */
const actingLetters = [..."abABGIiJKkLMNOPQSTlvWCUXZ?H"].map((letter) => letter.charCodeAt(0));
/** Bytes that stop, restart or move other machines: interrupt, end of input, XOFF, resets, escape, GRBL's and GNSS' starts. */
const actingElsewhere = [0x03, 0x04, 0x13, 0x18, 0x1a, 0x1b, 0x21, 0x24, 0x7e, 0x2b];

const asked = drivers.filter((driver): driver is AskedDriver => driver.link !== "usb");
const probes = asked.flatMap(({ id, probes }) => probes.map((probe) => ({ id, probe })));

const fake = (id: string, probes: SerialDriver["probes"], usbIds: SerialDriver["usbIds"] = []): SerialDriver => ({
  id,
  name: id,
  link: "serial",
  probes,
  usbIds,
  connect: async () => {
    throw new Error("not connected here");
  },
});
const probe = (manner: Manner, baud: number): SerialDriver["probes"][number] => ({
  manner,
  baud,
  ...(manner === "listens" ? {} : { send: Uint8Array.of(1) }),
  waitMs: 100,
  recognise: () => undefined,
});
const order = (drivers: SerialDriver[], usb?: { vendorId: number; productId: number }) =>
  askPlan(drivers, usb ? { usb } : {}).map(
    ({ candidates, baud }) => `${candidates.map(({ driver }) => driver.id).join("+")} ${baud}`,
  );

describe("the safe order", () => {
  it("listens before it speaks, sends frames before letters and letters before lines", () => {
    const plan = order([
      fake("lines", [probe("lines", 115_200)]),
      fake("letters", [probe("letters", 9600)]),
      fake("framed", [probe("framed", 9600), probe("framed", 115_200)]),
      fake("gnss", [probe("listens", 9600)]),
    ]);
    expect(plan).toEqual(["gnss 9600", "framed 9600", "framed 115200", "letters 9600", "lines 115200"]);
  });

  it("listens at the unlikely rates of a receiver after the frames, before anything that a letter instrument obeys", () => {
    const plan = order([
      fake("gnss", [probe("listens", 9600), probe("listens", 4800)]),
      fake("letters", [probe("letters", 9600)]),
      fake("framed", [probe("framed", 9600)]),
    ]);
    expect(plan).toEqual(["gnss 9600", "framed 9600", "gnss 4800", "letters 9600"]);
  });

  it("asks every instrument at its power-up rate before any at another", () => {
    const a = fake("a", [probe("framed", 9600), probe("framed", 19_200)]);
    const b = fake("b", [probe("framed", 921_600)]);
    expect(order([a, b])).toEqual(["a 9600", "b 921600", "a 19200"]);
  });

  it("listens once for all who only listen at a rate", () => {
    expect(order([fake("a", [probe("listens", 9600)]), fake("b", [probe("listens", 9600)])])).toEqual(["a+b 9600"]);
  });

  it("asks nobody else's questions where the USB ids are a driver's own", () => {
    const own = fake("own", [probe("lines", 9600)], [{ vendorId: 0x1234 }]);
    const others = fake("others", [probe("framed", 9600)]);
    expect(order([others, own], { vendorId: 0x1234, productId: 1 })).toEqual(["own 9600"]);
    expect(order([others, own], { vendorId: 0x4321, productId: 1 })).toEqual(["others 9600", "own 9600"]);
  });
});

describe.each(probes)("the question of $id at $probe.baud baud", ({ probe }) => {
  it("is there unless it only listens", () => {
    expect(probe.send === undefined).toBe(probe.manner === "listens");
  });

  it("holds no byte that stops, restarts or moves another machine", () => {
    expect([...(probe.send ?? [])].filter((byte) => actingElsewhere.includes(byte))).toEqual([]);
  });

  it("holds no letter that a letter instrument obeys, unless letters are its manner or lines, which come later", () => {
    if (probe.manner !== "framed") return;
    expect([...(probe.send ?? [])].filter((byte) => actingLetters.includes(byte))).toEqual([]);
  });

  it("recognises nobody in silence, in zeros or in a receiver's sentences", () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(200), Buffer.from("$GPGSV,3,1,11*4E\r\n")]) {
      if (probe.manner === "listens" && bytes.length === 18) continue;
      expect(probe.recognise(bytes)).toBeUndefined();
    }
  });
});
