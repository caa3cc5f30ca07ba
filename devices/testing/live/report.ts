import { z } from "zod";

/** Spectra a second of a live trace. */
export const streamPerS = 10;
/** 115200 baud carry five spectra of an STS a second; ten need the fastest line that an instrument here has. */
export const streamBaud = 921_600;

/** What the program stream.ts found. */
export const StreamReport = z.object({
  /** Number of each spectrum as the simulator counts them; 0 for one whose contents are wrong. */
  acquisitions: z.array(z.int()),
  /** Length of the messages. */
  bytes: z.number(),
  /** Spectra whose turn had come before the one before was there. */
  late: z.int(),
  tookS: z.number(),
  /** Event-loop delay as Node measures it at a resolution of 1 ms: an idle loop shows a little more than that. */
  p50Ms: z.number(),
  p99Ms: z.number(),
});
export type StreamReport = z.infer<typeof StreamReport>;
