import { createContext, use, useEffect, useState, useSyncExternalStore } from "react";
import type { Live } from "../station/live.ts";
import type { Station } from "../station/station.ts";

export const StationContext = createContext<Station | undefined>(undefined);

/** The station of this page. Throws outside of {@link StationContext}. */
export function useStation(): Station {
  const station = use(StationContext);
  if (!station) throw new Error("no station in this tree");
  return station;
}

/** What is true now; renders again on every change. */
export function useLive(): Live {
  const station = useStation();
  return useSyncExternalStore(station.subscribe, station.now);
}

/** The page's clock in ms, renewed every `everyMs`; 0 stops it. */
export function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    if (everyMs === 0) return;
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
