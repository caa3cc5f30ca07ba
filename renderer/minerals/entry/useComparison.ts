import { useEffect, useState } from "react";
import { type Spectrum, type Technique, techniques } from "../../../contract/spectrum.ts";
import type { TechniqueFit } from "../../../contract/why.ts";
import { useLive, useStation } from "../../parts/hooks.ts";
import type { MeasurementRow } from "../../store/schema.ts";

/** What one technique shows: the model's reference, what was measured on the spot, and how the two fit. */
export interface Shown {
  readonly reference?: { readonly trace: Spectrum; readonly origin: string } | undefined;
  readonly measured?: Spectrum | undefined;
  readonly fit?: TechniqueFit | undefined;
}
export type Comparison = Partial<Record<Technique, Shown>>;

/**
 * The references of a mineral and, with `rows` (measurements of one spot), the measured spectra beside them. Undefined until the
 * station has answered; without a station it stays so, and the catalogue's bands stand alone.
 */
export function useComparison(name: string, rows: readonly MeasurementRow[]): Comparison | undefined {
  const station = useStation();
  const { link } = useLive();
  const [got, setGot] = useState<{ key: string; comparison: Comparison }>();
  const key = [name, ...rows.map(({ measurementId }) => measurementId)].join(" ");
  // `key` says which rows they are; the array itself is new at every render.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (link !== "up") return;
    let wanted = true;
    const { spectrumOf, referenceOf } = station;
    const bare = referenceOf(name, undefined).then(
      ({ references }): Comparison =>
        Object.fromEntries(references.map((reference) => [reference.trace.technique, { reference }])),
    );
    const sides = rows.map(async ({ sessionId, measurementId, technique }): Promise<[Technique, Shown]> => {
      const [measured, { fits }] = await Promise.all([
        spectrumOf(sessionId, measurementId),
        referenceOf(name, { sessionId, measurementId }),
      ]);
      return [technique, { measured, fit: fits.find((fit) => fit.technique === technique) }];
    });
    Promise.all([bare, ...sides]).then(
      ([references, ...measured]) => {
        if (!wanted) return;
        const beside = Object.fromEntries(measured);
        const merged = techniques.map((technique) => [technique, { ...references[technique], ...beside[technique] }]);
        setGot({ key, comparison: Object.fromEntries(merged) });
      },
      // The entry stands without them; a station that is away has its own notice.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [station, link, key]);
  return got?.key === key ? got.comparison : undefined;
}
