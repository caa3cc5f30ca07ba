/**
 * The messages we send, reference/protocols.md §1.4. What would write to the instrument's permanent memory, reset it or
 * update its firmware is left out on purpose: what is not in this table cannot be sent.
 */
export interface Message<Input, Output> {
  readonly type: number;
  /** A query is answered with data, a command with ACK or NACK (§1.2). */
  readonly kind: "query" | "command";
  /** For people, after "The instrument did not answer (…)". */
  readonly what: string;
  readonly encode: (input: Input) => Uint8Array;
  /** Throws RangeError if the data cannot be the answer. */
  readonly decode: (data: Uint8Array) => Output;
}

function query<Output>(type: number, what: string, decode: (data: Uint8Array) => Output): Message<void, Output>;
function query<Output, Input>(
  type: number,
  what: string,
  decode: (data: Uint8Array) => Output,
  encode: (input: Input) => Uint8Array,
): Message<Input, Output>;
function query<Output>(
  type: number,
  what: string,
  decode: (data: Uint8Array) => Output,
  encode: (input: never) => Uint8Array = none,
): Message<never, Output> {
  return { type, kind: "query", what, encode, decode };
}

function command<Input>(type: number, what: string, encode: (input: Input) => Uint8Array): Message<Input, true> {
  return { type, kind: "command", what, encode, decode: () => true };
}

export const obp = {
  serialNumber: query(0x00000100, "read the serial number", text),
  firmware: query(0x00000090, "read the firmware revision", (data) => unsigned(data).toString(16).padStart(4, "0")),
  deviceString: query(0x00000e41, "read the model", text),
  baud: query(0x00000800, "read the baud rate", unsigned),
  setBaud: command(0x00000810, "set the baud rate", u32),
  setChecksumMd5: command(0x00000010, "switch checksums on", (on: boolean) => u8(on ? 1 : 0)),
  abortAcquisition: command(0x00100000, "stop the acquisition", none),
  maximumCounts: query(0x00101010, "read the converter's range", unsigned),
  /** Throws away what the buffer of a QE Pro holds; the buffer is memory that power takes away. */
  clearBuffer: command(0x00100830, "empty the spectrum buffer", none),
  bufferedSpectrum: query(0x00100928, "read a spectrum", (data) => data),
  correctedSpectrum: query(0x00101000, "read a spectrum", (data) => data),
  rawSpectrum: query(0x00101100, "read a spectrum", (data) => data),
  integrationUs: query(0x00110000, "read the integration time", unsigned),
  minimumIntegrationUs: query(0x00110001, "read the shortest integration time", unsigned),
  maximumIntegrationUs: query(0x00110002, "read the longest integration time", unsigned),
  setIntegrationUs: command(0x00110010, "set the integration time", u32),
  triggerMode: query(0x00110100, "read the trigger mode", unsigned),
  setTriggerMode: command(0x00110110, "set the trigger mode", u8),
  /** Documented as u16, sent as u32 by real devices (§1.4): both are read. */
  pixelCount: query(0x00110220, "read the number of pixels", unsigned),
  lampEnabled: query(0x00110400, "read the state of the light", (data) => unsigned(data) !== 0),
  setLampEnabled: command(0x00110410, "switch the light", (on: boolean) => u8(on ? 1 : 0)),
  scansToAverage: query(0x00120000, "read the scans to average", unsigned),
  setScansToAverage: command(0x00120010, "set the scans to average", u16),
  wavelengthCoefficientCount: query(0x00180100, "read the wavelength calibration", unsigned),
  wavelengthCoefficient: query(0x00180101, "read the wavelength calibration", f32, u8),
  temperatureC: query(0x00400001, "read the temperature", f32, u8),
} as const;

function none(): Uint8Array {
  return new Uint8Array(0);
}

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

export function u16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value, true);
  return bytes;
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** An unsigned number of 1, 2 or 4 bytes: the documents and the devices disagree on several widths (§1.4, §1.10). */
function unsigned(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (data.length === 1) return view.getUint8(0);
  if (data.length === 2) return view.getUint16(0, true);
  if (data.length === 4) return view.getUint32(0, true);
  throw new RangeError(`a number of ${data.length} bytes`);
}

function f32(data: Uint8Array): number {
  if (data.length !== 4) throw new RangeError(`a number of ${data.length} bytes`);
  return new DataView(data.buffer, data.byteOffset, 4).getFloat32(0, true);
}

/** ASCII, not NUL terminated, though some firmware pads with NUL or spaces. */
function text(data: Uint8Array): string {
  const value = String.fromCharCode(...data.subarray(0, 255)).replace(/[\0 ]+$/, "");
  if (value === "" || !/^[\x20-\x7e]+$/.test(value)) throw new RangeError("not a name");
  return value;
}
