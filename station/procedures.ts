import { z } from "zod";
import { LithoscopeError } from "../contract/errors.ts";

/** A checklist that could not be read. */
export function procedureInvalid(name: string, error: z.ZodError): LithoscopeError {
  return new LithoscopeError(
    "procedure-invalid",
    `${name} is no checklist: ${z.prettifyError(error).split("\n")[0]?.replace(/^✖ /, "")}. Nothing was loaded.`,
    'A checklist is JSON: {"format":"lithoscope-procedure/1","title":"…","steps":["…","…"]}.',
  );
}
