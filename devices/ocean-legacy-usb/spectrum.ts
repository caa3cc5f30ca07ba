import { type LegacyModel, spectrumBytes } from "./models.ts";

/** Last byte of a spectrum of which nothing was lost (reference/protocols.md §2.3). */
export const syncByte = 0x69;
/** The 12 bit models send this many low bytes, then the high bytes of the same pixels. */
const packetPixels = 64;

/**
 * A spectrum as it came over the bus → counts. Throws RangeError if its length or its last byte says that something was
 * lost, or if a count is above the converter's range.
 */
export function decodeSpectrum(bytes: Uint8Array, model: LegacyModel): Uint16Array<ArrayBuffer> {
  const { pixels, hasSync, layout, flipped, maximumCounts } = model;
  if (bytes.length !== spectrumBytes(model)) throw new RangeError(`${bytes.length} bytes for ${pixels} pixels`);
  if (hasSync && bytes.at(-1) !== syncByte) throw new RangeError("the last byte is not the one that ends a spectrum");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const counts = Uint16Array.from({ length: pixels }, (_, pixel) => {
    if (layout === "words") return view.getUint16(2 * pixel, true) ^ flipped;
    const packet = 2 * packetPixels * Math.floor(pixel / packetPixels) + (pixel % packetPixels);
    return view.getUint8(packet) | ((view.getUint8(packet + packetPixels) & 0x0f) << 8);
  });
  // The flipped bit lies below the top of a 14 bit converter, so that the range still proves damage.
  const wrong = counts.find((count) => count > maximumCounts);
  if (wrong !== undefined) throw new RangeError(`${wrong} counts from a converter of ${maximumCounts}`);
  return counts;
}

/** The reverse of {@link decodeSpectrum}, for the simulated firmware. */
export function encodeSpectrum(counts: ArrayLike<number>, model: LegacyModel): Uint8Array {
  const bytes = new Uint8Array(spectrumBytes(model));
  const view = new DataView(bytes.buffer);
  for (let pixel = 0; pixel < model.pixels; pixel++) {
    const count = counts[pixel] ?? 0;
    if (model.layout === "words") view.setUint16(2 * pixel, count ^ model.flipped, true);
    else {
      const packet = 2 * packetPixels * Math.floor(pixel / packetPixels) + (pixel % packetPixels);
      view.setUint8(packet, count & 0xff);
      view.setUint8(packet + packetPixels, count >> 8);
    }
  }
  if (model.hasSync) view.setUint8(bytes.length - 1, syncByte);
  return bytes;
}
