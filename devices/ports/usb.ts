import { hasUsbId, type Port } from "../driver.ts";
import { drivers } from "../drivers.ts";
import { listUsb, usbPath, type WebUsb } from "../transport/web-usb.ts";

/** The USB instruments that are plugged in; keyboards and sticks are nobody's business. None where there is no USB bus. */
export async function usbPorts(load?: () => Promise<WebUsb>): Promise<Port[]> {
  const ours = drivers.filter((driver) => driver.link === "usb");
  return (await listUsb(load)).flatMap((device): Port[] => {
    const { vendorId, productId, serialNumber, manufacturerName, productName } = device;
    const usb = { vendorId, productId };
    if (!ours.some((driver) => hasUsbId(driver, usb))) return [];
    const label = [manufacturerName, productName].filter(Boolean).join(" ");
    const adapter = serialNumber ? { adapter: serialNumber } : {};
    return [{ path: usbPath(device), link: "usb", usb, ...adapter, ...(label && { label }) }];
  });
}
