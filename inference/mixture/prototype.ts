/** A reference of one class on a technique's grid. */
export interface Prototype {
  /** Number of the class in the manifest. */
  readonly owner: number;
  /** Raman: smoothed intensity above background, any scale [cells]; VNIR: linear features [2 · cells]. */
  readonly values: Float64Array;
  /** 1 where the reference is known, as long as `values`. */
  readonly mask: Float64Array;
}
