import { type Spectrum, techniques } from "../../contract/spectrum.ts";
import type { Why } from "../../contract/why.ts";
import type { BandTable } from "../bands.ts";
import { fitOf } from "./fit.ts";
import { traceOf } from "./trace.ts";

/** Minerals that are explained: the first, and others that a person has to weigh against it. */
const mostMinerals = 3;
const leastProbability = 0.03;

/**
 * For each leading mineral the bands and lines that agree, are missing and are unexplained, technique by technique, within
 * what both the measurement and the table cover. `spectra`: all of the spot (replicates are pooled); `ranked`: the answer's
 * minerals, most probable first. Which parts carried the decision is asked of the model itself: see {@link whatCarried}.
 */
export function explain(
  spectra: readonly Spectrum[],
  ranked: readonly { readonly name: string; readonly probability: number }[],
  bands: BandTable,
): Why {
  const traces = techniques.flatMap((technique) => traceOf(spectra, technique) ?? []);
  const leading = ranked
    .slice(0, mostMinerals)
    .filter(({ probability }, i) => i === 0 || probability >= leastProbability);
  const minerals = leading.map(({ name }) => ({
    name,
    techniques: traces.flatMap((trace) => {
      const known = bands.of(name, trace.technique);
      return (known && fitOf(trace, known, bands)) ?? [];
    }),
  }));
  return { minerals: minerals.filter((mineral) => mineral.techniques.length > 0) };
}
