import { describe, expect, it } from "vitest";
import { type Judged, judge } from "./testing/judge.ts";

/**
 * The bar: of random instruments whose truth is known, in 99 of 100 the recovered axis is within the standard's own
 * uncertainty and the result does not fail; where the axis is not, the result fails, always. Seeds below 500,000 served to
 * develop the fits and are never judged here.
 */
const assure = process.env.ASSURE === "1";
const firstSeed = 500_000;
const instruments = assure ? 1000 : 80;
/** Of 1,000 Raman instruments 989 are recovered (docs/calibration.md); chance moves that by 3, and by more among few. */
const leastRecovered = 0.98 * instruments - (assure ? 0 : 2);

describe.each<Judged>(["raman", "vnir", "libs"])(`${instruments} random instruments, %s`, (technique) => {
  it("recovers the axis within the standard's uncertainty, and fails where it does not", { timeout: 1_800_000 }, () => {
    let recovered = 0;
    const lies: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + instruments; seed += 1) {
      const { verdict, error, tolerance } = judge(technique, seed);
      if (error <= tolerance && verdict !== "fail") recovered += 1;
      if (!(error <= tolerance) && verdict !== "fail")
        lies.push(`seed ${seed}: ${verdict}, off by ${error.toFixed(2)}`);
    }
    console.log(`${technique}: ${recovered} of ${instruments} recovered, ${lies.length} wrong without saying so`);
    expect(lies).toEqual([]);
    expect(recovered).toBeGreaterThanOrEqual(leastRecovered);
  });
});
