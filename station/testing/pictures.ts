/** A JPEG of one grey pixel would do for a camera; these begin as one and differ by their number. */
export const jpegOf = (number: number, bytes = 400): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    0xff,
    0xd8,
    0xff,
    0xe0,
    ...Array.from({ length: bytes - 4 }, (_, i) => (i * 7 + number * 13) & 0xff),
  ]);

/** What a recorder makes: the head of a WebM file. */
export const webmOf = (number: number, bytes = 400): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    0x1a,
    0x45,
    0xdf,
    0xa3,
    ...Array.from({ length: bytes - 4 }, (_, i) => (i * 3 + number * 11) & 0xff),
  ]);
