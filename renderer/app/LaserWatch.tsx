import { type ReactNode, useEffect, useRef } from "react";
import { useLive, useStation } from "../parts/hooks.ts";
import { isArmed, type LaserState, laserState } from "../station/live.ts";
import { beep } from "./beep.ts";
import { soundOf, spokenLaser } from "./laser.ts";

/**
 * What must never be away: Esc is STOP, the hazard bands, the sound and the announcement. Mounted once above the
 * workspaces, so that changing from one to another with the laser on neither repeats the sound nor misses an Esc.
 */
export function LaserWatch(): ReactNode {
  const station = useStation();
  const live = useLive();
  const laser = laserState(live);
  const before = useRef<LaserState>("none");

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.repeat) void station.stop();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [station]);
  useEffect(() => {
    document.documentElement.dataset.laser = laser;
    const sound = soundOf(before.current, laser);
    before.current = laser;
    if (sound) beep(sound);
  }, [laser]);

  return (
    <>
      <p className="unseen" aria-live="assertive" aria-atomic="true">
        {spokenLaser(laser, live.stop, isArmed(live.instruments))}
      </p>
      <div className="hazard" aria-hidden="true" />
    </>
  );
}
