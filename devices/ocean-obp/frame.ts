import { createHash } from "node:crypto";

/** Layout of reference/protocols.md §1.1; every number little-endian. */
export const headerBytes = 44;
const checksumBytes = 16;
const footer = [0xc5, 0xc4, 0xc3, 0xc2] as const;
/** Checksum and footer: what "bytes remaining" counts when there is no payload. */
const tailBytes = checksumBytes + footer.length;
/** Shortest frame on the line. */
export const leastFrameBytes = headerBytes + tailBytes;
const immediateBytes = 16;

/** Versions that devices and older host programs put in a frame; ours is the second (§1.1, §1.9). */
const versions = new Set([0x1000, 0x1100, 0x2000]);
const ourVersion = 0x1100;

/** §1.2 */
export const flag = { response: 0x0001, ack: 0x0002, wantsAck: 0x0004, nack: 0x0008, exception: 0x0010 } as const;

export interface ObpFrame {
  flags: number;
  /** §1.3; 0 in requests. */
  error: number;
  /** Message type, §1.4. */
  type: number;
  /** The host's token, which a device may echo; 0 if unused. */
  regarding: number;
  /** Whether an MD5 digest protects the frame. */
  md5: boolean;
  /** Immediate data or payload, whichever the frame has. */
  data: Uint8Array;
}

/** The bytes of a frame: up to 16 bytes of data go into the header, more into the payload (§1.1). */
export function encodeFrame(frame: ObpFrame): Uint8Array {
  const immediate = frame.data.length <= immediateBytes;
  const payloadBytes = immediate ? 0 : frame.data.length;
  const bytes = new Uint8Array(leastFrameBytes + payloadBytes);
  const view = new DataView(bytes.buffer);
  bytes.set([0xc1, 0xc0]);
  view.setUint16(2, ourVersion, true);
  view.setUint16(4, frame.flags, true);
  view.setUint16(6, frame.error, true);
  view.setUint32(8, frame.type, true);
  view.setUint32(12, frame.regarding, true);
  bytes[22] = frame.md5 ? 1 : 0;
  bytes[23] = immediate ? frame.data.length : 0;
  bytes.set(frame.data, immediate ? 24 : headerBytes);
  view.setUint32(40, payloadBytes + tailBytes, true);
  const checksumAt = headerBytes + payloadBytes;
  if (frame.md5) bytes.set(md5(bytes.subarray(0, checksumAt)), checksumAt);
  bytes.set(footer, checksumAt + checksumBytes);
  return bytes;
}

/**
 * Length in bytes of the frame that begins with this header of 44 bytes, or undefined if no frame begins so: wrong
 * version, unknown checksum type, or a length that no reply can have (§1.9; an absurd one would block the parser).
 */
export function frameLength(header: Uint8Array, maximumPayloadBytes: number): number | undefined {
  const view = new DataView(header.buffer, header.byteOffset, headerBytes);
  const remaining = view.getUint32(40, true);
  const valid =
    view.getUint16(0, true) === 0xc0c1 &&
    versions.has(view.getUint16(2, true)) &&
    view.getUint8(22) <= 1 &&
    view.getUint8(23) <= immediateBytes &&
    remaining >= tailBytes &&
    remaining <= tailBytes + maximumPayloadBytes;
  return valid ? headerBytes + remaining : undefined;
}

/** A whole frame's meaning; "no-frame" if the footer is missing, "damaged" if its digest does not fit. */
export function decodeFrame(bytes: Uint8Array): ObpFrame | "no-frame" | "damaged" {
  const checksumAt = bytes.length - tailBytes;
  const footerAt = checksumAt + checksumBytes;
  if (footer.some((byte, i) => bytes[footerAt + i] !== byte)) return "no-frame";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const protectedByMd5 = view.getUint8(22) === 1;
  if (protectedByMd5) {
    const digest = md5(bytes.subarray(0, checksumAt));
    if (digest.some((byte, i) => bytes[checksumAt + i] !== byte)) return "damaged";
  }
  const immediate = view.getUint8(23);
  return {
    flags: view.getUint16(4, true),
    error: view.getUint16(6, true),
    type: view.getUint32(8, true),
    regarding: view.getUint32(12, true),
    md5: protectedByMd5,
    data: immediate > 0 ? bytes.slice(24, 24 + immediate) : bytes.slice(headerBytes, checksumAt),
  };
}

/** Over everything before the checksum, the checksum type already set (§1.1). */
function md5(bytes: Uint8Array): Uint8Array {
  return createHash("md5").update(bytes).digest();
}
