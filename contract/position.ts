import { z } from "zod";

/** How the receiver came to its position: the quality field of GGA (reference/protocols.md §6). */
export const FixQuality = z.enum([
  "gps",
  "dgps",
  "pps",
  "rtk-fixed",
  "rtk-float",
  "dead-reckoning",
  "manual",
  "simulated",
]);
export type FixQuality = z.infer<typeof FixQuality>;

/** Where the tablet was when a measurement began. */
export const Position = z.object({
  /** WGS 84, degrees, north and east positive. */
  latitudeDeg: z.number().min(-90).max(90),
  longitudeDeg: z.number().min(-180).max(180),
  /** Above mean sea level, m. */
  altitudeM: z.number().optional(),
  /** UTC of the fix, as the receiver says. */
  fixedAt: z.iso.datetime(),
  /** Since the fix arrived, on the station's monotonic clock. */
  ageMs: z.number().nonnegative(),
  quality: FixQuality,
  satellites: z.int().nonnegative().optional(),
  /** Horizontal dilution of precision. */
  hdop: z.number().nonnegative().optional(),
  /** True for the simulated receiver and for one that says so itself. */
  simulated: z.boolean(),
});
export type Position = z.infer<typeof Position>;
