import type { PictureFrame } from "../../../contract/traverse.ts";

/**
 * Where a picture's corners lie by its world file (six lines: pixel width, two rotations, minus pixel height, and the
 * middle of the upper left pixel; Esri's ".jgw", ".pgw", ".wld"), in the file's own unit, here metres on the grid.
 * Undefined where it is none, or turned: north must be up.
 */
export function frameOf(text: string, widthPx: number, heightPx: number): PictureFrame | undefined {
  const numbers = text.trim().split(/\s+/).map(Number);
  const [pixelWidth = 0, turnY, turnX, pixelHeight = 0, x = 0, y = 0] = numbers;
  if (numbers.length !== 6 || !numbers.every(Number.isFinite)) return undefined;
  if (turnX !== 0 || turnY !== 0 || pixelWidth <= 0 || pixelHeight >= 0) return undefined;
  const west = x - pixelWidth / 2;
  const north = y - pixelHeight / 2;
  return { west, north, east: west + pixelWidth * widthPx, south: north + pixelHeight * heightPx };
}
