/** Counts of Gaussian lines on a detector: position and width in nm, height in counts, over a level. */
export function linesOnDetector(
  nm: Float64Array,
  lines: readonly { nm: number; height: number }[],
  { fwhmNm, level = 300 }: { fwhmNm: number; level?: number },
): Float64Array {
  return nm.map((at, pixel) => {
    const ripple = 2 * Math.sin(pixel * 2.4); // a noise that is the same in every test
    const sum = lines.reduce((s, line) => {
      const x = (2 * (at - line.nm)) / fwhmNm;
      return Math.abs(x) > 8 ? s : s + line.height * Math.exp(-Math.LN2 * x * x);
    }, 0);
    return level + sum + ripple;
  });
}
