import type { UsbDriver } from "../driver.ts";
import { openUsb } from "../transport/usb.ts";
import { connectWasatchUsb, wasatch } from "./driver.ts";

const { vendorId, fx2Silicon, fx2Ingaas, arm } = wasatch;

export const wasatchUsb: UsbDriver = {
  id: "wasatch-usb",
  name: "Wasatch Photonics (USB)",
  link: "usb",
  usbIds: [fx2Silicon, fx2Ingaas, arm].map((productId) => ({ vendorId, productId })),
  technique: "raman",
  connect: (request) => connectWasatchUsb({ ...request, open: openUsb }),
};
