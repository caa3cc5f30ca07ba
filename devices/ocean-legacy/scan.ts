/**
 * The answer to a scan in binary mode (reference/protocols.md §2.4): STX, then big-endian words FFFF, size flag, scans
 * added, integration time in ms, baseline (two), pixel mode; then the pixels, and FFFD.
 */
export interface Scan {
  scansAdded: number;
  integrationMs: number;
  /** Sums over the scans added; 16 bits for one scan, 32 for more. */
  counts: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

export const stx = 0x02;
/** In place of a scan: there is none. */
export const etx = 0x03;
/** STX to pixel mode. */
export const scanHeaderBytes = 15;
const endBytes = 2;

/** What a scan is known to say before it comes. */
export interface ScanAsked {
  scansToAdd: number;
  integrationMs: number;
}

function bytesPerPixel({ scansToAdd }: ScanAsked): 2 | 4 {
  return scansToAdd > 1 ? 4 : 2;
}

/** Length of the answer in bytes. */
export function scanBytes(asked: ScanAsked, pixels: number): number {
  return scanHeaderBytes + pixels * bytesPerPixel(asked) + endBytes;
}

/** The answer's bytes, as an instrument with baseline 0 sends them. */
export function encodeScan({ scansAdded, integrationMs, counts }: Scan): Uint8Array {
  const asked = { scansToAdd: scansAdded, integrationMs };
  const wide = bytesPerPixel(asked) === 4;
  const bytes = new Uint8Array(scanBytes(asked, counts.length));
  const view = new DataView(bytes.buffer);
  bytes[0] = stx;
  [0xffff, wide ? 1 : 0, scansAdded, integrationMs, 0, 0, 0].forEach((value, i) => {
    view.setUint16(1 + 2 * i, value);
  });
  counts.forEach((count, i) => {
    if (wide) view.setUint32(scanHeaderBytes + 4 * i, count);
    else view.setUint16(scanHeaderBytes + 2 * i, count);
  });
  view.setUint16(bytes.length - endBytes, 0xfffd);
  return bytes;
}

/** Whether the answer asked for can begin here: as far as there are bytes, all that is known of it is as it must be. */
export function beginsScan(bytes: Uint8Array, asked: ScanAsked): boolean {
  const { scansToAdd, integrationMs } = asked;
  const size = bytesPerPixel(asked) === 4 ? 1 : 0;
  const known = [
    stx,
    0xff,
    0xff,
    0,
    size,
    scansToAdd >> 8,
    scansToAdd & 0xff,
    integrationMs >> 8,
    integrationMs & 0xff,
  ];
  const pixelModeAt = 13;
  return (
    known.every((byte, i) => i >= bytes.length || bytes[i] === byte) &&
    bytes.subarray(pixelModeAt, scanHeaderBytes).every((byte) => byte === 0)
  );
}

/** The scan in these bytes, which begin as {@link beginsScan} says; undefined if they do not end as a scan of whole pixels does. */
export function decodeScan(bytes: Uint8Array, asked: ScanAsked): Scan | undefined {
  const wide = bytesPerPixel(asked) === 4;
  const pixelBytes = bytes.length - scanHeaderBytes - endBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (pixelBytes <= 0 || pixelBytes % bytesPerPixel(asked) !== 0) return undefined;
  if (view.getUint16(bytes.length - endBytes) !== 0xfffd) return undefined;
  const counts = wide
    ? Uint32Array.from({ length: pixelBytes / 4 }, (_, i) => view.getUint32(scanHeaderBytes + 4 * i))
    : Uint16Array.from({ length: pixelBytes / 2 }, (_, i) => view.getUint16(scanHeaderBytes + 2 * i));
  return { scansAdded: asked.scansToAdd, integrationMs: asked.integrationMs, counts };
}
