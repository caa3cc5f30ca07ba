import { c12880maCommanded, c12880maStreams } from "./c12880ma/registration.ts";
import type { Driver } from "./driver.ts";
import { gnss } from "./gnss/registration.ts";
import { oceanLegacy } from "./ocean-legacy/registration.ts";
import { oceanLegacyUsb } from "./ocean-legacy-usb/registration.ts";
import { oceanObp } from "./ocean-obp/registration.ts";
import { oceanObpUsb } from "./ocean-obp/usb.ts";
import { wasatchOem } from "./wasatch-oem/registration.ts";
import { wasatchUsb } from "./wasatch-usb/registration.ts";

/** Every protocol that Lithoscope speaks. A new one is a folder with a registration, and a line here. */
export const drivers: readonly Driver[] = [
  gnss,
  oceanObp,
  oceanLegacy,
  wasatchOem,
  c12880maCommanded,
  c12880maStreams,
  oceanObpUsb,
  oceanLegacyUsb,
  wasatchUsb,
];

/** The driver of {@link InstrumentIdentity.driver}, whose part after the slash is the transport; undefined if it is not ours. */
export function driverOf(id: string): Driver | undefined {
  const [protocol] = id.split("/");
  return drivers.find((driver) => driver.id === protocol);
}
