import { useEffect, useState } from "react";
import type { RockAssessment } from "../../contract/rock.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import type { FieldView } from "./view.ts";

/** What the sample is called by its spots so far; undefined while there is no name or it is being asked for. */
export function useRock({ sample, spots, answer }: FieldView): RockAssessment["rocks"][number] | undefined {
  const station = useStation();
  const { link } = useLive();
  const [got, setGot] = useState<{ key: string; rock: RockAssessment["rocks"][number] | undefined }>();
  const sampleId = sample?.sampleId;
  const measured = spots.filter(({ mark }) => mark).length;
  // A spot measured again counts anew.
  const key = `${sampleId} ${measured} ${answer?.measurementId}`;
  useEffect(() => {
    if (link !== "up" || !sampleId || measured === 0) return;
    let wanted = true;
    station.ask("sampleRock", { sampleId }).then(
      ({ rocks }) => wanted && setGot({ key, rock: rocks[0] }),
      () => undefined, // without it the number of spots stands there
    );
    return () => {
      wanted = false;
    };
  }, [station, link, sampleId, measured, key]);
  return got?.key === key ? got.rock : undefined;
}
