import { useEffect, useState } from "react";
import { answerKind } from "../../contract/identification.ts";
import type { Spectrum, Technique } from "../../contract/spectrum.ts";
import { mixtureOf } from "../display/mixture.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import type { MeasurementRow } from "../store/schema.ts";

/** What the first name looks like to the technique, to lie under what was measured. `words` name it in the key. */
export interface ReferenceTrace {
  readonly trace: Spectrum;
  readonly words: string;
}

/** The mineral whose reference helps the eye: the first name, or the nearest one where none fits. None of a mixture. */
function nameOf(answer: MeasurementRow | undefined): { name: string; words: string } | undefined {
  if (!answer || mixtureOf(answer.identification)) return undefined;
  const kind = answerKind(answer.identification);
  const name = answer.identification.minerals[0]?.name;
  if (!name || kind === "poor" || kind === "undecided") return undefined;
  return { name, words: kind === "unknown" ? `${name}, closest` : name };
}

/** Undefined until the station has answered, and where the model package has no reference. */
export function useReference(answer: MeasurementRow | undefined, technique: Technique): ReferenceTrace | undefined {
  const station = useStation();
  const { link } = useLive();
  const [got, setGot] = useState<{ key: string; trace: Spectrum | undefined }>();
  const wanted = nameOf(answer);
  const name = wanted?.name;
  const key = `${name} ${technique}`;
  useEffect(() => {
    if (link !== "up" || !name) return;
    let here = true;
    station.referenceOf(name, undefined).then(
      ({ references }) => {
        const trace = references.find((one) => one.trace.technique === technique)?.trace;
        if (here) setGot({ key: `${name} ${technique}`, trace });
      },
      () => undefined, // the measured trace stands without it
    );
    return () => {
      here = false;
    };
  }, [station, link, name, technique]);
  return wanted && got?.key === key && got.trace ? { trace: got.trace, words: wanted.words } : undefined;
}
