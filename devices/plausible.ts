import { LithoscopeError } from "../contract/errors.ts";

/**
 * A detector has noise: the same count in every pixel is one that was not read out (reference/protocols.md §3.2 and §7.2,
 * further cases). All pixels full is light, too much of it, and a reading.
 * @throws "device-protocol" for such counts.
 */
export function mustVary(counts: Uint16Array | Uint32Array, maximumCounts: number): void {
  const [first = 0] = counts;
  if (first >= maximumCounts || counts.some((count) => count !== first)) return;
  throw new LithoscopeError(
    "device-protocol",
    `The instrument sent ${first} for every pixel: its detector was not read out. This is no reading and was not kept.`,
    "Measure again. If it stays so, switch the instrument off and on; after that it needs service.",
  );
}
