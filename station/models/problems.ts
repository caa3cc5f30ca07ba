import { LithoscopeError, toProblem } from "../../contract/errors.ts";

export const notInstalled = (name: string): LithoscopeError =>
  new LithoscopeError(
    "package-not-installed",
    `No model package is installed here as ${name}.`,
    "See lithoscope model list for what is installed.",
  );

export const archiveInvalid = (reason: string, cause?: unknown): LithoscopeError =>
  new LithoscopeError(
    "archive-invalid",
    `The archive was refused: ${reason}. Nothing was installed.`,
    "Make it with lithoscope model pack, and copy it again.",
    { cause },
  );

export const tooNew = (what: string, needs: string, have: string): LithoscopeError =>
  new LithoscopeError(
    "package-too-new",
    `The model package ${what} needs Lithoscope ${needs}; this is ${have}.`,
    "Install that version of Lithoscope first, or use an older package.",
  );

/** What a failed write while installing means. */
export function notInstallable(error: unknown, folder: string): LithoscopeError {
  if (error instanceof LithoscopeError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new LithoscopeError(
      "storage-full",
      "The storage is full: the package was not installed, and nothing of it was kept.",
      "Free some space, then install it again.",
      { cause: error },
    );
  }
  return new LithoscopeError(
    "file-unreadable",
    `The package could not be copied to ${folder} (${toProblem(error).sentence}); nothing of it was kept.`,
    "Check the folder and its permissions, then install it again.",
    { cause: error },
  );
}
