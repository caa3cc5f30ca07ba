import { useLiveQuery } from "dexie-react-hooks";
import { useEffect, useState } from "react";
import type { Spectrum } from "../../contract/spectrum.ts";
import type { Carried } from "../../contract/why.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import type { MeasurementRow } from "../store/schema.ts";
import { renamed, traverseOf } from "./traverse/traverse.ts";
import { noRows, type SessionRows } from "./view.ts";

/** All rows of the session that is open, or was open last while the station is away. Undefined while they are read. */
export function useSession(): SessionRows | undefined {
  const { store } = useStation();
  const { hello } = useLive();
  const openId = hello?.session.sessionId;
  return useLiveQuery(async () => {
    const sessionId = openId ?? (await store.meta.get("lastSession"))?.value;
    if (!sessionId) return noRows;
    const [samples, spots, measurements, notices, events] = await Promise.all([
      store.samples.where({ sessionId }).sortBy("seq"),
      store.spots.where({ sessionId }).sortBy("seq"),
      store.measurements.where({ sessionId }).sortBy("seq"),
      store.notices.where({ sessionId }).sortBy("seq"),
      store.traverse.where({ sessionId }).sortBy("seq"),
    ]);
    const traverse = traverseOf(events);
    return { sessionId, samples: renamed(samples, traverse), spots, measurements, notices, traverse };
  }, [store, openId]);
}

/** The spectrum of a measurement, computed by the station from the journal; undefined until it is there. */
export function useSpectrum(row: MeasurementRow | undefined): Spectrum | undefined {
  const { spectrumOf } = useStation();
  return useOfMeasurement(row, spectrumOf);
}

/** What carried the decision of a measurement's answer; undefined until the model has said it, or where it cannot. */
export function useCarried(row: MeasurementRow): Carried | undefined {
  const { carriedOf } = useStation();
  return useOfMeasurement(row, carriedOf);
}

/** What the station says of a measurement. `ask` must be the same function at every call. */
function useOfMeasurement<Value>(
  row: MeasurementRow | undefined,
  ask: (sessionId: string, measurementId: string) => Promise<Value>,
): Value | undefined {
  const { link } = useLive();
  const [got, setGot] = useState<{ measurementId: string; value: Value }>();
  const { sessionId, measurementId } = row ?? {};
  useEffect(() => {
    if (link !== "up" || !sessionId || !measurementId) return;
    let wanted = true;
    ask(sessionId, measurementId).then(
      (value) => wanted && setGot({ measurementId, value }),
      // Without it the answer still stands, and the screen says that it waits.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [ask, link, sessionId, measurementId]);
  return got?.measurementId === measurementId ? got?.value : undefined;
}
