import type { ReactNode } from "react";
import { utcTime } from "../display/time.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import { Icon, Mark, StopIcon } from "../parts/icons.tsx";
import { useOnce } from "../parts/Press.tsx";
import { isArmed, laserState } from "../station/live.ts";

/** STOP and the laser's state: same place, size and red in every workspace. Esc does the same (LaserWatch.tsx). */
export function StopLaser(): ReactNode {
  const station = useStation();
  const live = useLive();
  const once = useOnce();
  const laser = laserState(live);
  const press = (timeStampMs: number): void => {
    if (once(timeStampMs)) void station.stop();
  };

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
      {/* Not a live region: LaserWatch speaks, also while the workspace changes. */}
      <p className={laser === "on" ? "laser on" : "laser"}>
        <LaserLine />
      </p>
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
      return isArmed(live.instruments) ? (
        <>
          <Mark name="look" />
          Laser off, armed
        </>
      ) : (
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
