/** Solution of a weighted least-squares problem with few unknowns. */
export interface Solution {
  readonly x: Float64Array;
  /** (AᵀWA)⁻¹, row by row; times the variance of unit weight it is the covariance of x. */
  readonly inverse: Float64Array;
}

/**
 * min Σ wᵢ (yᵢ − Σₖ aᵢₖ xₖ)² by Cholesky's method on the normal equations: columns must be of similar size. Undefined if the
 * rows do not determine x.
 */
export function leastSquares(
  rows: readonly (readonly number[])[],
  y: readonly number[],
  weights: readonly number[],
): Solution | undefined {
  const n = rows[0]?.length ?? 0;
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (const [i, row] of rows.entries()) {
    const w = at(weights, i);
    for (let j = 0; j < n; j += 1) {
      right[j] = at(right, j) + w * at(row, j) * at(y, i);
      for (let k = 0; k <= j; k += 1) normal[j * n + k] = at(normal, j * n + k) + w * at(row, j) * at(row, k);
    }
  }
  const inverse = inverted(normal, n);
  if (inverse === undefined) return undefined;
  const x = Float64Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < n; k += 1) sum += at(inverse, j * n + k) * at(right, k);
    return sum;
  });
  return { x, inverse };
}

/** Smallest share of a column that may be left after the earlier ones are taken off it. */
const leastShare = 1e-12;

/** Inverse of a symmetric positive matrix of which the lower half is given; undefined if it has none. */
export function inverted(lower: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n);
  for (let j = 0; j < n; j += 1) {
    for (let k = 0; k <= j; k += 1) {
      let sum = at(lower, j * n + k);
      for (let m = 0; m < k; m += 1) sum -= at(factor, j * n + m) * at(factor, k * n + m);
      if (j === k) {
        if (!(sum > leastShare * at(lower, j * n + j))) return undefined;
        factor[j * n + j] = Math.sqrt(sum);
      } else factor[j * n + k] = sum / at(factor, k * n + k);
    }
  }
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let c = 0; c < n; c += 1) {
    for (let j = 0; j < n; j += 1) {
      let sum = j === c ? 1 : 0;
      for (let m = 0; m < j; m += 1) sum -= at(factor, j * n + m) * at(column, m);
      column[j] = sum / at(factor, j * n + j);
    }
    for (let j = n - 1; j >= 0; j -= 1) {
      let sum = at(column, j);
      for (let m = j + 1; m < n; m += 1) sum -= at(factor, m * n + j) * at(inverse, m * n + c);
      inverse[j * n + c] = sum / at(factor, j * n + j);
    }
  }
  return inverse;
}

/** √(row·C·row): the standard error of a prediction, for a covariance (or its unscaled inverse) C. */
export function predictionError(row: readonly number[], inverse: Float64Array): number {
  const n = row.length;
  let sum = 0;
  for (let j = 0; j < n; j += 1) for (let k = 0; k < n; k += 1) sum += at(row, j) * at(inverse, j * n + k) * at(row, k);
  return Math.sqrt(Math.max(0, sum));
}

/** Tukey's constant: 95 % efficiency for normal errors (Holland and Welsch 1977). */
const tukey = 4.685;
const rounds = 12;

export interface RobustSolution extends Solution {
  /** y − A·x. */
  readonly residuals: Float64Array;
  /** Tukey's weight of each row, 0 to 1: 0 is an outlier. */
  readonly robustness: Float64Array;
  /** Robust standard deviation of a row of weight 1 (scaled residuals), not below 1 when `floor` says so. */
  readonly scale: number;
}

/**
 * Least squares that outliers do not move: iteratively reweighted with Tukey's biweight, the scale from the median absolute
 * residual, begun at the median-scaled ordinary solution.
 *
 * @param sigma standard deviation of each y, in y's unit. The scale is not taken below 1 sigma.
 */
export function robustLeastSquares(
  rows: readonly (readonly number[])[],
  y: readonly number[],
  sigma: readonly number[],
): RobustSolution | undefined {
  const base = sigma.map((s) => 1 / s ** 2);
  let robustness = new Float64Array(y.length).fill(1);
  let found: RobustSolution | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const solution = leastSquares(
      rows,
      y,
      base.map((w, i) => w * at(robustness, i)),
    );
    if (solution === undefined) return found;
    const residuals = Float64Array.from(y, (value, i) => {
      let sum = value;
      for (const [k, a] of (rows[i] ?? []).entries()) sum -= a * at(solution.x, k);
      return sum;
    });
    const scaled = residuals.map((r, i) => Math.abs(r) / at(sigma, i));
    const freedom = Math.max(1, y.length - solution.x.length);
    const scale = Math.max(1, 1.4826 * median(scaled) * Math.sqrt(y.length / freedom));
    found = { ...solution, residuals, robustness, scale };
    const next = scaled.map((r) => (r < tukey * scale ? (1 - (r / (tukey * scale)) ** 2) ** 2 : 0));
    const change = Math.max(...next.map((w, i) => Math.abs(w - at(robustness, i))));
    robustness = next;
    if (change < 1e-3) break;
  }
  return found;
}

export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? Number.NaN;
}
