import { LithoscopeError } from "../../contract/errors.ts";

/** What a failed write or fsync means. The line is not saved; the session takes no further one until it is opened again. */
export function notWritten(cause: unknown): LithoscopeError {
  if (cause instanceof LithoscopeError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new LithoscopeError(
      "storage-full",
      "The tablet's storage is full: this entry was not saved. Everything saved before it is safe.",
      "Free some space, then resume the session and repeat the step.",
      { cause },
    );
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new LithoscopeError(
    "journal-not-written",
    `The storage did not confirm the entry (${detail}): it was not saved. Everything saved before it is safe.`,
    "Resume the session and repeat the step. If it fails again, the storage is failing: continue on another tablet.",
    { cause },
  );
}

export const sessionNotFound = (sessionId: string): LithoscopeError =>
  new LithoscopeError(
    "session-not-found",
    `There is no session ${sessionId} here.`,
    "Choose a session from the list, or start a new one.",
  );

export const lockedByOther = (what: string): LithoscopeError =>
  new LithoscopeError(
    "journal-locked",
    `${what} is in use by another Lithoscope on this machine, so nothing can be written to it from here.`,
    "Close the other Lithoscope (desktop or browser), then try again.",
  );

export const journalAltered = (line: number, reason: string): LithoscopeError =>
  new LithoscopeError(
    "journal-altered",
    `Line ${line} of the session's journal ${reason}. The lines before it are genuine; nothing can be added.`,
    "Start a new session. Keep this one as it is for the trainer.",
  );

export const journalCut = (lines: number, acknowledgedSeq: number): LithoscopeError =>
  new LithoscopeError(
    "journal-cut",
    `The session's journal ends at line ${lines}, but this tablet had ${acknowledgedSeq} lines safe on disk. Nothing can be added.`,
    "Look for the missing part (an older copy put back?). Start a new session to go on measuring.",
  );

export const ofAnotherTablet = (): LithoscopeError =>
  new LithoscopeError(
    "journal-locked",
    "The session was recorded with another tablet's key: it can be read here, but nothing can be added.",
    "Start a new session on this tablet.",
  );
