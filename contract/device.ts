import { z } from "zod";
import { Problem } from "./errors.ts";
import { InstrumentIdentity, InstrumentProfile } from "./reading.ts";

/** Presence of an instrument as a state machine; `since` dates the state. */
export const DeviceState = z.enum(["connecting", "ready", "measuring", "lost", "failed"]);
export type DeviceState = z.infer<typeof DeviceState>;

export const DeviceStatus = z.object({
  /** Stable while the station runs; the serial number once it is known. */
  id: z.string(),
  port: z.string(),
  state: DeviceState,
  since: z.iso.datetime(),
  profile: InstrumentProfile,
  instrument: InstrumentIdentity.optional(),
  /** Light source (laser or lamp) as last acknowledged by the instrument; absent if never told. */
  lightOn: z.boolean().optional(),
  /** When the last dark was taken, UTC. */
  darkAt: z.iso.datetime().optional(),
  /** How long a measurement will take with the settings in force, in ms; absent while not connected. */
  measurementMs: z.number().positive().optional(),
  problem: Problem.optional(),
});
export type DeviceStatus = z.infer<typeof DeviceStatus>;
