import { useEffect, useState } from "react";

/** The Battery Status API, which TypeScript's DOM library does not list. */
interface Battery extends EventTarget {
  readonly level: number;
  readonly charging: boolean;
}

/** Charge in per cent; undefined where the machine does not tell, or is a desktop (full and charging for ever). */
export function useBatteryPercent(): number | undefined {
  const [percent, setPercent] = useState<number>();
  useEffect(() => {
    const { getBattery } = navigator as Navigator & { getBattery?: () => Promise<Battery> };
    const stop = new AbortController();
    void getBattery?.call(navigator).then((battery) => {
      const show = (): void =>
        setPercent(battery.charging && battery.level === 1 ? undefined : Math.round(battery.level * 100));
      show();
      for (const change of ["levelchange", "chargingchange"]) {
        battery.addEventListener(change, show, { signal: stop.signal });
      }
    });
    return () => stop.abort();
  }, []);
  return percent;
}
