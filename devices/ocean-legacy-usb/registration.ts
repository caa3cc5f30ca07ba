import type { UsbDriver } from "../driver.ts";
import { oceanVendorId } from "../ocean-obp/models.ts";
import { openUsb } from "../transport/usb.ts";
import { connectLegacyUsb } from "./driver.ts";
import { legacyModels } from "./models.ts";

export const oceanLegacyUsb: UsbDriver = {
  id: "ocean-legacy-usb",
  name: "Ocean Optics USB2000 to Flame, Maya, QE65000, NIRQuest (USB)",
  link: "usb",
  usbIds: [...legacyModels.keys()].map((productId) => ({ vendorId: oceanVendorId, productId })),
  connect: (request) => connectLegacyUsb({ ...request, open: openUsb }),
};
