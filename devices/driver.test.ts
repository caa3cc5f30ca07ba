import { expect, it } from "vitest";
import { canBeOn, type Port } from "./driver.ts";
import { drivers } from "./drivers.ts";

const serial: Port = { path: "/dev/ttyUSB0", link: "serial", usb: { vendorId: 0x24aa, productId: 0x1000 } };
const usb: Port = { path: "usb:24aa:1000:WP-1", link: "usb", usb: { vendorId: 0x24aa, productId: 0x1000 } };
const on = (port: Port) => drivers.filter((driver) => canBeOn(driver, port)).map(({ id }) => id);

it("a USB instrument is on its own device, and a serial one never is", () => {
  expect(on(usb)).toEqual(["wasatch-usb"]);
  expect(on(serial)).toEqual(drivers.filter(({ link }) => link !== "usb").map(({ id }) => id));
});

it("no two drivers have the same id, and none has the USB ids of another", () => {
  expect(new Set(drivers.map(({ id }) => id)).size).toBe(drivers.length);
  const ids = drivers.flatMap(({ usbIds }) => usbIds.map(({ vendorId, productId }) => `${vendorId}:${productId}`));
  expect(new Set(ids).size).toBe(ids.length);
});
