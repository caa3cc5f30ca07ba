import { describe, expect, it } from "vitest";
import { hasUsbId } from "../driver.ts";
import { drivers } from "../drivers.ts";
import { SimulatedUsbBus, SimulatedUsbDevice } from "../simulators/usb/device.ts";
import { SimulatedWasatch } from "../simulators/usb/wasatch.ts";
import { usbPorts } from "./usb.ts";

describe("USB ports", () => {
  it("are the instruments that a driver knows, and nothing else that is plugged in", async () => {
    const bus = new SimulatedUsbBus();
    bus.plugIn(new SimulatedWasatch({ serialNumber: "WP-00007" }).device);
    bus.plugIn(new SimulatedUsbDevice({ vendorId: 0x2457, productId: 0x1002, endpoints: [], socket: "3" }));
    bus.plugIn(new SimulatedUsbDevice({ vendorId: 0x046d, productId: 0xc52b, endpoints: [] })); // a mouse
    expect(await usbPorts(async () => bus)).toEqual([
      {
        path: "usb:24aa:1000:WP-00007",
        link: "usb",
        usb: { vendorId: 0x24aa, productId: 0x1000 },
        adapter: "WP-00007",
      },
      { path: "usb:2457:1002:@1-3", link: "usb", usb: { vendorId: 0x2457, productId: 0x1002 } },
    ]);
  });

  it("are none where there is no bus", async () => {
    const none = async () => {
      throw new Error("getDevices error: /sys/bus/usb/devices/ not found");
    };
    expect(await usbPorts(none)).toEqual([]);
  });

  it("belong to one driver each", () => {
    const ids = drivers.flatMap((driver) => (driver.link === "usb" ? driver.usbIds : []));
    for (const { vendorId, productId = 0 } of ids) {
      const owners = drivers.filter((driver) => driver.link === "usb" && hasUsbId(driver, { vendorId, productId }));
      expect(owners).toHaveLength(1);
    }
  });
});
