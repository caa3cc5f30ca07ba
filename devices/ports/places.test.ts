import { expect, it } from "vitest";
import type { Port } from "../driver.ts";
import { likelyPlaces } from "./places.ts";

const ftdi = { vendorId: 0x0403, productId: 0x6001 };
const port = (path: string, adapter?: string, usb?: Port["usb"]): Port => ({
  path,
  link: "serial",
  ...(adapter && { adapter }),
  ...(usb && { usb }),
});
const nothing = { named: () => false, appeared: () => false };
const paths = (ports: Port[]) => ports.map(({ path }) => path);

it("an instrument is looked for behind its own plug wherever that is, before its old path with another plug", () => {
  const last = { path: "/dev/ttyUSB0", usb: ftdi, adapter: "FT1" };
  const ports = [port("/dev/ttyUSB0", "FT2", ftdi), port("/dev/ttyUSB1", "FT1", ftdi), port("/dev/ttyS0")];
  expect(paths(likelyPlaces(last, ports, nothing))).toEqual(["/dev/ttyUSB1", "/dev/ttyUSB0"]);
});

it("plugs without a serial number are known by their make only", () => {
  const last = { path: "COM3", usb: ftdi };
  const ports = [port("COM7", undefined, ftdi), port("COM1", undefined, { vendorId: 1, productId: 1 })];
  expect(paths(likelyPlaces(last, ports, nothing))).toEqual(["COM7"]);
});

it("a port that nobody named, that was always there and that has nothing of it is not touched", () => {
  const ports = [port("/dev/ttyACM0")];
  expect(likelyPlaces({ path: "/dev/ttyUSB0" }, ports, nothing)).toEqual([]);
  expect(likelyPlaces({ path: "/dev/ttyUSB0" }, ports, { ...nothing, appeared: () => true })).toEqual(ports);
  expect(likelyPlaces({ path: "/dev/ttyUSB0" }, ports, { ...nothing, named: () => true })).toEqual(ports);
});
