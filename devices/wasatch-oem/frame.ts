/**
 * Frames of Wasatch's OEM boards on a serial line (reference/protocols.md §3.4):
 * `3C | length, big-endian | command | data … | CRC-8 | 3E`, the length counting command and data.
 */
export interface OemFrame {
  /** 0x80 is set in a write and in the answer to it. */
  command: number;
  data: Uint8Array;
}

const start = 0x3c;
const end = 0x3e;
/** Start, length, checksum and end. */
const aroundBytes = 5;
/** Start and length: what tells how long a frame is. */
export const headBytes = 3;
export const leastFrameBytes = aroundBytes + 1;
/** An EEPROM page is the longest that the framing carries elsewhere; the longest answer we ask for has 7 bytes. */
const mostDataBytes = 64;

/** CRC-8/MAXIM: polynomial 0x31 reflected, from 0, no final exclusive or (§3.4). */
const crcTable = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8c : crc >> 1;
  return crc;
});

export function crc8(bytes: Uint8Array): number {
  return bytes.reduce((crc, byte) => crcTable[crc ^ byte] ?? 0, 0);
}

export function encodeFrame({ command, data }: OemFrame): Uint8Array {
  const length = 1 + data.length;
  const bytes = new Uint8Array(aroundBytes + length);
  bytes.set([start, length >> 8, length & 0xff, command]);
  bytes.set(data, 4);
  bytes[bytes.length - 2] = crc8(bytes.subarray(1, -2));
  bytes[bytes.length - 1] = end;
  return bytes;
}

/** Length in bytes of the frame that begins with these {@link headBytes}, or undefined if none begins so. */
export function frameLength(head: Uint8Array): number | undefined {
  const length = ((head[1] ?? 0) << 8) | (head[2] ?? 0);
  return head[0] === start && length >= 1 && length <= 1 + mostDataBytes ? aroundBytes + length : undefined;
}

/** A whole frame's meaning; "no-frame" if the end is missing, "damaged" if the checksum does not fit. */
export function decodeFrame(bytes: Uint8Array): OemFrame | "no-frame" | "damaged" {
  if (bytes.at(-1) !== end) return "no-frame";
  if (crc8(bytes.subarray(1, -2)) !== bytes.at(-2)) return "damaged";
  return { command: bytes[3] ?? 0, data: bytes.slice(4, -2) };
}
