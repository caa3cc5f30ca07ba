import type { LaserState, StopState } from "../station/live.ts";
import type { Sound } from "./beep.ts";

/** What the ear is told of a change; undefined where nothing happened that a person must hear. */
export function soundOf(before: LaserState, now: LaserState): Sound | undefined {
  if (now === before) return undefined;
  if (now === "on") return "on";
  if (before !== "on") return undefined;
  // The light was on; that its instrument has gone is no word that it is off.
  return now === "off" ? "off" : "alarm";
}

/** What a screen reader says at once when the laser's state changes. */
export function spokenLaser(laser: LaserState, stop: StopState, armed: boolean): string {
  switch (laser) {
    case "on":
      return "Laser on.";
    case "off":
      if (armed) return "Laser armed, and off.";
      return stop.state === "confirmed" ? "Laser stopped and off." : "Laser off.";
    case "unknown":
      return "Laser not known. It may be on.";
    case "none":
      return "No laser connected.";
  }
}
