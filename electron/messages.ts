import { z } from "zod";

/** What the shell tells its station process. With `page` comes the port that leads to that page. */
export const ToStation = z.discriminatedUnion("type", [
  z.object({ type: z.literal("page"), page: z.int() }),
  z.object({ type: z.literal("end") }),
]);
export type ToStation = z.infer<typeof ToStation>;
