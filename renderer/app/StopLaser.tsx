import { type ReactNode, useEffect } from "react";
import { utcTime } from "../display/time.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import { Icon, Mark, StopIcon } from "../parts/icons.tsx";
import { useOnce } from "../parts/Press.tsx";
import { laserState } from "../station/live.ts";
import { beep } from "./beep.ts";

/** STOP and the laser's state: same place, size and red in every workspace. Esc does the same. */
export function StopLaser(): ReactNode {
  const station = useStation();
  const live = useLive();
  const once = useOnce();
  const laser = laserState(live);
  const press = (timeStampMs: number): void => {
    if (once(timeStampMs)) void station.stop();
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.repeat) void station.stop();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [station]);
  useEffect(() => {
    document.documentElement.dataset.laser = laser;
    if (laser === "on") beep();
  }, [laser]);

  return (
    <>
      <button
        type="button"
        className={laser === "none" ? "stop idle" : "stop"}
        // On touch, not on release: a stop must not wait for the finger to lift.
        onPointerDown={(event) => press(event.timeStamp)}
        onClick={(event) => press(event.timeStamp)}
      >
        <StopIcon />
        <span>
          <b>STOP</b> <span>laser</span>
        </span>
      </button>
      <div className={laser === "on" ? "laser on" : "laser"} role="status" aria-live="assertive">
        <LaserLine />
      </div>
    </>
  );
}

function LaserLine(): ReactNode {
  const live = useLive();
  const { stop } = live;
  switch (laserState(live)) {
    case "on":
      return (
        <>
          <Icon name="laser" size={36} />
          LASER ON
        </>
      );
    case "unknown":
      return (
        <>
          <Mark name="look" />
          Laser not known
        </>
      );
    case "none":
      return (
        <>
          <Mark name="off" />
          No laser connected
        </>
      );
    case "off":
      return (
        <>
          <Mark name="off" />
          {stop.state === "confirmed" ? `Laser off, ${utcTime(stop.at)}` : "Laser off"}
        </>
      );
  }
}

/** The red bar over main when nobody has confirmed that the light went off. */
export function StopBar(): ReactNode {
  const station = useStation();
  const { stop } = useLive();
  if (stop.state !== "not-confirmed") return null;
  return (
    <div className="stop-bar" role="alert">
      <p>
        <b>Stop not confirmed.</b>
        <br />
        Switch the instrument off by hand.
      </p>
      <button type="button" className="btn glove" onClick={() => station.lightSeenOff()}>
        It is off
      </button>
    </div>
  );
}
