import { useLiveQuery } from "dexie-react-hooks";
import { useEffect, useState } from "react";
import type { Spectrum } from "../../contract/spectrum.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import type { MeasurementRow } from "../store/schema.ts";
import type { SessionRows } from "./view.ts";

const none: SessionRows = { samples: [], spots: [], measurements: [], notices: [] };

/** All rows of the session that is open, or was open last while the station is away. Undefined while they are read. */
export function useSession(): SessionRows | undefined {
  const { store } = useStation();
  const { hello } = useLive();
  const openId = hello?.session.sessionId;
  return useLiveQuery(async () => {
    const sessionId = openId ?? (await store.meta.get("lastSession"))?.value;
    if (!sessionId) return none;
    const [samples, spots, measurements, notices] = await Promise.all([
      store.samples.where({ sessionId }).sortBy("seq"),
      store.spots.where({ sessionId }).sortBy("seq"),
      store.measurements.where({ sessionId }).sortBy("seq"),
      store.notices.where({ sessionId }).sortBy("seq"),
    ]);
    return { samples, spots, measurements, notices };
  }, [store, openId]);
}

/** The spectrum of a measurement, computed by the station from the journal; undefined until it is there. */
export function useSpectrum(row: MeasurementRow | undefined): Spectrum | undefined {
  const station = useStation();
  const { link } = useLive();
  const [got, setGot] = useState<{ measurementId: string; spectrum: Spectrum }>();
  const { sessionId, measurementId } = row ?? {};
  useEffect(() => {
    if (link !== "up" || !sessionId || !measurementId) return;
    let wanted = true;
    station.spectrumOf(sessionId, measurementId).then(
      (spectrum) => wanted && setGot({ measurementId, spectrum }),
      // Without its spectrum the answer still stands, and the plot says that it waits.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [station, link, sessionId, measurementId]);
  return got?.measurementId === measurementId ? got?.spectrum : undefined;
}
