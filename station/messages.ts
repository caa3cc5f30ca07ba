import { z } from "zod";
import { Problem } from "../contract/errors.ts";

/** What the web host tells its station process: a page came, said something, went. */
export const FromHost = z.discriminatedUnion("type", [
  z.object({ type: z.literal("open"), page: z.int() }),
  z.object({ type: z.literal("text"), page: z.int(), text: z.string() }),
  z.object({ type: z.literal("close"), page: z.int() }),
]);

/** What the station process tells its host. `failed` is final: a restart would fail alike. */
export const FromStation = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("failed"), problem: Problem }),
  z.object({ type: z.literal("text"), page: z.int(), text: z.string() }),
  z.object({ type: z.literal("close"), page: z.int() }),
]);
export type FromStation = z.infer<typeof FromStation>;
