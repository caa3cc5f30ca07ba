/**
 * The part of WebUSB that the drivers need, as the `usb` package offers it: each transfer takes a time limit in ms as its
 * last argument (1000 if left out), and a transfer that ran out of it rejects.
 */
export interface WebUsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | null | undefined;
  readonly productName?: string | null | undefined;
  readonly manufacturerName?: string | null | undefined;
  /** Where it is plugged in: bus, and the sockets on the way. */
  readonly bus: string;
  readonly ports: readonly number[];
  readonly configuration?: UsbConfigurationLike | null | undefined;
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  claimInterface(number: number): Promise<void>;
  controlTransferIn(setup: ControlSetup, lengthBytes: number, timeoutMs: number): Promise<UsbResult>;
  controlTransferOut(setup: ControlSetup, data: Uint8Array, timeoutMs: number): Promise<UsbResult>;
  transferIn(endpoint: number, lengthBytes: number, timeoutMs: number): Promise<UsbResult>;
  transferOut(endpoint: number, data: Uint8Array, timeoutMs: number): Promise<UsbResult>;
  clearHalt(direction: "in" | "out", endpoint: number): Promise<void>;
}

export interface UsbConfigurationLike {
  readonly interfaces: readonly {
    readonly alternate: { readonly endpoints: readonly { readonly packetSize: number }[] };
  }[];
}

export interface ControlSetup {
  readonly requestType: "vendor";
  readonly recipient: "device";
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

export interface UsbResult {
  readonly status?: string | undefined;
  readonly data?: DataView | undefined;
}

/**
 * The package's events of coming and going are left alone: where the system does not let them be watched, it throws
 * outside of every call, which would end the station.
 */
export interface WebUsb {
  getDevices(): Promise<WebUsbDevice[]>;
}

/**
 * usb:VVVV:PPPP:SERIAL in hexadecimal. Models without a USB serial number (Ocean's legacy ones keep it in their EEPROM)
 * are told apart by their socket instead: usb:2457:1002:@1-2.4.
 */
export function usbPath({ vendorId, productId, serialNumber, bus, ports }: WebUsbDevice): string {
  const hex = (id: number) => id.toString(16).padStart(4, "0");
  const which = serialNumber ? serialNumber : `@${bus}-${ports.join(".")}`;
  return `usb:${hex(vendorId)}:${hex(productId)}:${which}`;
}

/**
 * The system's USB. Loaded on first use: the package is native code, and a machine that has no USB, or another processor,
 * must still read serial ports and files.
 */
export async function loadUsb(): Promise<WebUsb> {
  const { usb } = await import("usb");
  // Its declarations lean on a browser's global USB types, which this code does not have; {@link WebUsbDevice} is their subset.
  return usb as unknown as WebUsb;
}

/** What is plugged in; nothing where there is no USB bus, which the package tells by rejecting (reference/protocols.md §8.1). */
export async function listUsb(load: () => Promise<WebUsb> = loadUsb): Promise<WebUsbDevice[]> {
  try {
    return await (await load()).getDevices();
  } catch {
    return [];
  }
}
