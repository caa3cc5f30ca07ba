import type { LegacyModel } from "./models.ts";

/**
 * The commands we send, reference/protocols.md §2.2. What writes EEPROM slots or registers is left out on purpose: what is
 * not in this table cannot be sent.
 */
export const command = {
  initialise: 0x01,
  setIntegration: 0x02,
  setLamp: 0x03,
  querySlot: 0x05,
  requestSpectrum: 0x09,
  setTriggerMode: 0x0a,
  temperature: 0x72,
  status: 0xfe,
} as const;

/** EEPROM slots that are read. */
export const slot = { serialNumber: 0, firstWavelength: 1, saturation: 17 } as const;
export const wavelengthCoefficientCount = 4;
/** The command, the slot, 15 bytes. */
export const slotReplyBytes = 17;
export const statusBytes = 16;

export function initialise(): Uint8Array {
  return Uint8Array.of(command.initialise);
}

/** In the model's own unit and width. */
export function setIntegration(us: number, { integration }: LegacyModel): Uint8Array {
  const value = integration.unit === "ms" ? us / 1000 : us;
  const bytes = new Uint8Array(1 + integration.bytes);
  const view = new DataView(bytes.buffer);
  bytes[0] = command.setIntegration;
  if (integration.bytes === 2) view.setUint16(1, value, true);
  else view.setUint32(1, value, true);
  return bytes;
}

export function setLamp(on: boolean): Uint8Array {
  return Uint8Array.of(command.setLamp, on ? 1 : 0, 0);
}

export function querySlot(number: number): Uint8Array {
  return Uint8Array.of(command.querySlot, number);
}

export function requestSpectrum(): Uint8Array {
  return Uint8Array.of(command.requestSpectrum);
}

/** 0 normal, 3 hardware edge. */
export function setTriggerMode(mode: number): Uint8Array {
  return Uint8Array.of(command.setTriggerMode, mode, 0);
}

export interface LegacyStatus {
  integrationUs: number;
  lampOn: boolean;
  triggerMode: number;
}

/** Throws RangeError for another length. */
export function decodeStatus(bytes: Uint8Array): LegacyStatus {
  if (bytes.length !== statusBytes) throw new RangeError(`a status of ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    integrationUs: view.getUint32(2, true),
    lampOn: view.getUint8(6) !== 0,
    triggerMode: view.getUint8(7),
  };
}

/** The 15 bytes of a slot's reply. Throws RangeError if it answers another question. */
export function slotData(reply: Uint8Array, number: number): Uint8Array {
  if (reply.length !== slotReplyBytes || reply[0] !== command.querySlot || reply[1] !== number) {
    throw new RangeError(`the reply to another question than slot ${number}`);
  }
  return reply.subarray(2);
}

/** ASCII up to NUL. Throws RangeError if there is none. */
export function slotText(data: Uint8Array): string {
  const text = /^[\x20-\x7e]*/.exec(String.fromCharCode(...data))?.[0].trim() ?? "";
  if (text === "") throw new RangeError("an empty slot");
  return text;
}

/** A decimal number in ASCII. Throws RangeError for anything else. */
export function slotNumber(data: Uint8Array): number {
  const text = slotText(data);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new RangeError(`"${text}" is no number`);
  return value;
}
