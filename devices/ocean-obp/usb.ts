import { LithoscopeError } from "../../contract/errors.ts";
import type { UsbDriver } from "../driver.ts";
import type { Spectrometer } from "../spectrometer.ts";
import { openUsb, type UsbLink } from "../transport/usb.ts";
import { usbBaud, usbStream } from "../transport/usb-stream.ts";
import { connectObp, type ObpOptions } from "./driver.ts";
import { obpUsbModels, oceanVendorId } from "./models.ts";

export interface ObpUsbOptions extends Omit<ObpOptions, "open" | "lastBaud" | "wantedBaud" | "model"> {
  open: (path: string) => Promise<UsbLink>;
}

/** As {@link connectObp}, over the model's bulk endpoints. Rejects with "device-unknown" for a product that is no OBP model. */
export async function connectObpUsb({ open, ...options }: ObpUsbOptions): Promise<Spectrometer> {
  const link = await open(options.path);
  const known = obpUsbModels.get(link.productId);
  if (known === undefined) {
    await link.close();
    throw new LithoscopeError(
      "device-unknown",
      `The USB instrument ${options.path} is no model that this driver knows, so it cannot be read.`,
      "Use its serial line, or another instrument.",
    );
  }
  return connectObp({
    ...options,
    open: async () => usbStream(link, known),
    lastBaud: usbBaud,
    wantedBaud: usbBaud,
    model: known.model,
  });
}

export const oceanObpUsb: UsbDriver = {
  id: "ocean-obp-usb",
  name: "Ocean Optics STS, Spark, Ventana, QE Pro, HDX (USB)",
  link: "usb",
  usbIds: [...obpUsbModels.keys()].map((productId) => ({ vendorId: oceanVendorId, productId })),
  connect: (request) => connectObpUsb({ ...request, open: openUsb }),
};
