import type { DeviceState } from "../contract/device.ts";

/** What can happen to an instrument. */
export type PresenceEvent =
  | "connected"
  /** Nothing answers now; it may later. */
  | "unreachable"
  /** The system says no; trying again changes nothing until a person did something. */
  | "refused"
  | "measure"
  | "finished"
  | "vanished"
  | "retry";

/** Presence of an instrument: state × event → next state. What is not here cannot happen. */
const transitions: Record<DeviceState, Partial<Record<PresenceEvent, DeviceState>>> = {
  connecting: { connected: "ready", unreachable: "lost", refused: "failed" },
  ready: { measure: "measuring", vanished: "lost" },
  measuring: { finished: "ready", vanished: "lost" },
  lost: { retry: "connecting" },
  failed: { retry: "connecting" },
};

/** Throws on a transition that is not in the table: that is a defect of ours, not of an instrument. */
export function nextState(state: DeviceState, event: PresenceEvent): DeviceState {
  const next = transitions[state][event];
  if (next === undefined) throw new Error(`an instrument that is ${state} cannot be ${event}`);
  return next;
}
