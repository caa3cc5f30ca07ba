import type { Port } from "../driver.ts";

/** Where an instrument was found last, and by what its plug can be known again. */
export interface LastPlace {
  path: string;
  usb?: { vendorId: number; productId: number } | undefined;
  adapter?: string | undefined;
}

/**
 * Where an instrument may be now, the likeliest first: its old path with its old plug, its plug's own serial number at
 * another socket, its old path, another plug of the same make, and then what appeared since it was lost, since a person
 * may have taken another cable. A port that is none of these is not touched.
 *
 * @param named whether a person named this port as one of an instrument.
 * @param appeared whether the port came after the instrument was lost.
 */
export function likelyPlaces(
  last: LastPlace,
  ports: readonly Port[],
  is: { named(port: Port): boolean; appeared(port: Port): boolean },
): Port[] {
  const likelihood = (port: Port): number => {
    const samePath = port.path === last.path;
    const sameAdapter = port.adapter !== undefined && port.adapter === last.adapter;
    const sameMake =
      port.usb !== undefined &&
      port.usb.vendorId === last.usb?.vendorId &&
      port.usb.productId === last.usb.productId &&
      // Both plugs have a serial number and they differ: it is another cable, and the instrument's own may be elsewhere.
      !(port.adapter !== undefined && last.adapter !== undefined && !sameAdapter);
    if (samePath && (sameAdapter || port.adapter === undefined)) return 5;
    if (sameAdapter) return 4;
    if (samePath) return 3;
    if (sameMake) return 2;
    return is.named(port) || is.appeared(port) ? 1 : 0;
  };
  return ports
    .map((port) => ({ port, likelihood: likelihood(port) }))
    .filter(({ likelihood }) => likelihood > 0)
    .sort((a, b) => b.likelihood - a.likelihood)
    .map(({ port }) => port);
}
