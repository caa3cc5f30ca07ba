import type { Technique } from "../contract/spectrum.ts";
import type { ExposureSettings, Spectrometer } from "./spectrometer.ts";
import type { Clock } from "./time.ts";

/** What a new connection begins with. */
export interface ConnectRequest {
  /** As {@link Port.path}. */
  path: string;
  settings: ExposureSettings;
  /** Rate at which this instrument was found last. */
  lastBaud: number | undefined;
  /** What tells the plug apart where the protocol has no serial number: the USB adapter's own, never the port's name. */
  adapter?: string;
  /** As the operator typed them from its sheet, for an instrument that does not carry its own. */
  wavelengthCoefficients?: readonly number[];
  signal: AbortSignal;
  clock: Clock;
}

/** Makes a new connection, on a new transport, to whatever is on the path. */
export type Connect = (request: ConnectRequest) => Promise<Spectrometer>;

/** What the answer to a probe says of the instrument. */
export interface Recognised {
  serialNumber?: string;
  model?: string;
}

/**
 * How a probe speaks, in the order in which manners are tried on a line where anything may be (docs/decisions/018):
 * "listens" sends nothing; "framed" sends a binary frame that holds no letter, so that an instrument commanded by single
 * letters does nothing on it; "letters" sends such letters; "lines" sends lines of text, which a letter instrument would
 * take for many commands, so they come when no letter instrument answered at that rate.
 */
export type Manner = "listens" | "framed" | "letters" | "lines";

/** One question to an unknown serial line: only one that changes nothing in the instrument it is meant for. */
export interface SerialProbe {
  manner: Manner;
  baud: number;
  /** Absent where the manner is "listens". */
  send?: Uint8Array;
  /** Longest time from the question to the end of the answer, in ms. */
  waitMs: number;
  /** Called with all bytes since the question, again as more come; undefined while they are no answer. Must not throw. */
  recognise(received: Uint8Array): Recognised | undefined;
}

/** USB vendor and product id; without a product, all of the vendor's. */
export interface UsbId {
  vendorId: number;
  productId?: number;
}

interface DriverBase {
  /** The part of {@link InstrumentIdentity.driver} before the slash: "ocean-obp". */
  readonly id: string;
  /** As people know it: "Ocean Optics STS, QE Pro (OBP)". */
  readonly name: string;
}

/** A protocol on a serial line. */
export interface SerialDriver extends DriverBase {
  readonly link: "serial";
  /** In the order in which they are worth trying. */
  readonly probes: readonly SerialProbe[];
  /** USB ids of instruments that are a serial port by themselves; adapters that anything can hang on do not belong here. */
  readonly usbIds: readonly UsbId[];
  /** What the instrument measures, where its protocol leaves no choice. */
  readonly technique?: Technique;
  readonly connect: Connect;
}

/** A protocol on USB endpoints; the ids are the identification, so nothing is probed. */
export interface UsbDriver extends DriverBase {
  readonly link: "usb";
  readonly usbIds: readonly UsbId[];
  readonly technique?: Technique;
  readonly connect: Connect;
}

/** A receiver that tells where the tablet is. */
export interface PositionDriver extends DriverBase {
  readonly link: "position";
  readonly probes: readonly SerialProbe[];
  readonly usbIds: readonly UsbId[];
}

export type Driver = SerialDriver | UsbDriver | PositionDriver;

/** A place where an instrument can be plugged in, before anybody spoke to it. */
export interface Port {
  /** What a transport opens: /dev/ttyUSB0, COM3, tcp://127.0.0.1:PORT, or usb:VVVV:PPPP:SERIAL in hexadecimal. */
  path: string;
  link: "serial" | "usb";
  /** Of the USB device behind the port, where the system tells. */
  usb?: { vendorId: number; productId: number };
  /** Serial number of the USB device or adapter: the same at every socket. */
  adapter?: string;
  /** Maker and product, as the device says. */
  label?: string;
}

export function hasUsbId(driver: { usbIds: readonly UsbId[] }, usb: Port["usb"]): boolean {
  return (
    usb !== undefined &&
    driver.usbIds.some(
      ({ vendorId, productId }) =>
        vendorId === usb.vendorId && (productId === undefined || productId === usb.productId),
    )
  );
}

/** Whether an instrument of this driver can be on the port at all: a serial protocol on a serial line, a USB one on its own device. */
export function canBeOn(driver: Driver, port: Port): boolean {
  return driver.link === "usb" ? port.link === "usb" && hasUsbId(driver, port.usb) : port.link === "serial";
}
