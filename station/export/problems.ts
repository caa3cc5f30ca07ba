import { LithoscopeError } from "../../contract/errors.ts";

/** An export that does not say what an export of ours says. */
export const damaged = (reason: string, cause?: unknown): LithoscopeError =>
  new LithoscopeError(
    "export-invalid",
    `This is no export of Lithoscope that can be read: ${reason}. Nothing was taken from it.`,
    "Use the export as it was written, or bring in the sessions of its journals folder.",
    { cause },
  );

export const alreadyThere = (folder: string): LithoscopeError =>
  new LithoscopeError(
    "export-exists",
    `The folder ${folder} is not empty. Nothing was written, so that nothing is overwritten.`,
    "Give a new folder, or empty this one.",
  );
