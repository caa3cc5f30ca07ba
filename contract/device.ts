import { z } from "zod";
import { Problem } from "./errors.ts";
import { Position } from "./position.ts";
import { InstrumentIdentity, InstrumentProfile } from "./reading.ts";
import { Technique } from "./spectrum.ts";

/** Presence of an instrument as a state machine; `since` dates the state. */
export const DeviceState = z.enum(["connecting", "ready", "measuring", "lost", "failed"]);
export type DeviceState = z.infer<typeof DeviceState>;

/** The first of the two steps to light, and what the instrument's own guard says. */
export const LaserGuard = z.object({
  armed: z.boolean(),
  /** UTC. A use before then arms it for as long again; STOP, a failure and a cancel end it at once. */
  armedUntil: z.iso.datetime().optional(),
  /** The key, the cap or the door, where the instrument tells. */
  interlockClosed: z.boolean().optional(),
});
export type LaserGuard = z.infer<typeof LaserGuard>;

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
  /** A laser that fires only while it is armed; absent where there is none, or where MEASURE alone is enough. */
  laser: LaserGuard.optional(),
  /** When the last dark was taken, UTC. */
  darkAt: z.iso.datetime().optional(),
  /** How long a measurement will take with the settings in force, in ms; absent while not connected. */
  measurementMs: z.number().positive().optional(),
  problem: Problem.optional(),
  /** What the operator calls it. */
  name: z.string().optional(),
  /** What stands behind it: an instrument that measures (if absent), a folder whose new files are measurements, a playback. */
  source: z.enum(["spectrometer", "folder", "replay"]).optional(),
  /** Whether the next MEASURE uses it; absent: yes. */
  chosen: z.boolean().optional(),
});
export type DeviceStatus = z.infer<typeof DeviceStatus>;

/** A place where an instrument can be plugged in, and what is known of what is there. */
export const FoundPort = z.object({
  path: z.string(),
  /** Maker and product of the plug, where the system tells. */
  label: z.string().optional(),
  /**
   * unasked: nobody spoke to it yet; asking: now; recognised: `instrument` says what it is; silent: nothing there speaks a
   * protocol that Lithoscope knows; used: an instrument of the list has it; refused: `problem` says why it cannot be opened.
   */
  state: z.enum(["unasked", "asking", "recognised", "silent", "used", "refused"]),
  instrument: z
    .object({
      /** The protocol's id, for `connectInstrument`. */
      driver: z.string(),
      /** The protocol as people know it. */
      driverName: z.string(),
      kind: z.enum(["spectrometer", "position"]),
      serialNumber: z.string().optional(),
      model: z.string().optional(),
      /** What it is for, where a person said so before or its kind leaves no choice. */
      profile: InstrumentProfile.optional(),
      name: z.string().optional(),
    })
    .optional(),
  problem: Problem.optional(),
});
export type FoundPort = z.infer<typeof FoundPort>;

/** An instrument that was connected once, known by its serial number wherever it is plugged in. */
export const KnownInstrument = z.object({
  /** As {@link DeviceStatus.id} while it is connected. */
  id: z.string(),
  driver: z.string(),
  serialNumber: z.string(),
  model: z.string(),
  name: z.string().optional(),
  profile: InstrumentProfile,
  lastPort: z.string(),
  lastSeenAt: z.iso.datetime(),
  /** Whether the station connects it by itself when it is plugged in. */
  connects: z.boolean(),
});
export type KnownInstrument = z.infer<typeof KnownInstrument>;

export const InstrumentsFound = z.object({ ports: z.array(FoundPort), known: z.array(KnownInstrument) });
export type InstrumentsFound = z.infer<typeof InstrumentsFound>;

/** What to connect. */
export const Connection = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("port"),
    path: z.string().min(1),
    /** Asked for by probing if absent. */
    driver: z.string().optional(),
    /** Needed for an instrument that was never connected before, unless its kind leaves no choice. */
    profile: InstrumentProfile.optional(),
    name: z.string().trim().min(1).max(80).optional(),
  }),
  /** Each new file in the folder becomes a measurement. */
  z.object({
    kind: z.literal("folder"),
    folder: z.string().min(1),
    technique: Technique,
    name: z.string().trim().min(1).max(80).optional(),
  }),
  /** Plays the measurements of a session of this data folder, or the spectra in a folder, one at each MEASURE. */
  z.object({
    kind: z.literal("replay"),
    from: z.union([z.object({ sessionId: z.ulid() }), z.object({ folder: z.string().min(1), technique: Technique })]),
  }),
]);
export type Connection = z.infer<typeof Connection>;

/** The receiver that tells where the tablet is. `position` is there only while it may be used. */
export const PositionStatus = z.object({
  /** none: no receiver; silent: nothing comes from it; searching: it has no fix; fixed: `position` is good. */
  state: z.enum(["none", "silent", "searching", "fixed"]),
  port: z.string().optional(),
  since: z.iso.datetime().optional(),
  position: Position.optional(),
  problem: Problem.optional(),
});
export type PositionStatus = z.infer<typeof PositionStatus>;
