/** Kernels end at this many σ, as scipy.ndimage.gaussian_filter1d cuts them. */
const truncate = 4;

/**
 * Row filtered with a Gaussian of `sigma` cells, or with its first derivative (order 1, per cell). The row goes on mirrored
 * beyond both ends (d c b a | a b c d | d c b a). The same as scipy.ndimage.gaussian_filter1d with its defaults.
 */
export function gaussianFilter(row: Float64Array, sigma: number, order: 0 | 1 = 0): Float64Array {
  const half = Math.trunc(truncate * sigma + 0.5);
  const kernel = gaussianKernel(sigma, half, order);
  const n = row.length;
  const out = new Float64Array(n);
  const padded = Float64Array.from({ length: n + 2 * half }, (_, i) => row[mirrored(i - half, n)] ?? 0);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < kernel.length; k++) sum += (kernel[k] ?? 0) * (padded[i + k] ?? 0);
    out[i] = sum;
  }
  return out;
}

function gaussianKernel(sigma: number, half: number, order: 0 | 1): Float64Array {
  const kernel = Float64Array.from({ length: 2 * half + 1 }, (_, k) => Math.exp(-0.5 * ((k - half) / sigma) ** 2));
  const sum = kernel.reduce((a, b) => a + b, 0);
  return kernel.map((value, k) => (value / sum) * (order === 1 ? (k - half) / sigma ** 2 : 1));
}

function mirrored(i: number, n: number): number {
  const period = 2 * n;
  const at = ((i % period) + period) % period;
  return at < n ? at : period - 1 - at;
}
