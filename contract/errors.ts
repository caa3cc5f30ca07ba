import { z } from "zod";

/**
 * Every way in which something can go wrong, as a closed set. Logs and tests use the code; people read the sentence
 * (what happened and what it means for the measurement) and the hint (what to do now).
 */
export const ProblemCode = z.enum([
  // files
  "file-not-found",
  "file-unreadable",
  "file-not-text",
  "file-empty",
  "file-bad-line",
  "file-too-few-points",
  "file-too-large",
  "technique-unknown",
  "unit-unknown",
  "technique-mismatch",
  // recognition
  "spot-empty",
  "spot-invalid",
  "no-overlap",
  "package-missing",
  "package-invalid",
  "package-untrusted",
  "package-signature-bad",
  "package-key-unknown",
  "package-too-new",
  "package-golden-failed",
  "package-not-installed",
  "package-active",
  "package-busy",
  "archive-invalid",
  "key-invalid",
  "key-unknown",
  "key-exists",
  "model-failed",
  // minerals learned in the field
  "name-invalid",
  "learned-raman-only",
  "learned-too-poor",
  "learned-not-supported",
  "learned-not-found",
  // instruments
  "port-not-found",
  "port-busy",
  "port-denied",
  "port-not-serial",
  "port-failed",
  "device-timeout",
  "device-disconnected",
  "device-refused",
  "device-protocol",
  "device-unknown",
  "device-duplicate",
  "instrument-not-found",
  "instrument-connected",
  "folder-not-found",
  "file-seen",
  "replay-ended",
  "settings-not-acknowledged",
  "light-not-confirmed",
  "laser-not-armed",
  "interlock-open",
  "device-uncalibrated",
  "dark-missing",
  "no-instrument",
  "measurement-running",
  "saturated",
  "cancelled",
  // calibration
  "calibration-running",
  "calibration-not-running",
  "calibration-not-found",
  "calibration-not-acceptable",
  "calibration-expired",
  "procedure-unknown",
  "certificate-invalid",
  "standard-not-seen",
  // traverse
  "photo-invalid",
  "procedure-invalid",
  "map-invalid",
  "folder-unusable",
  "copy-differs",
  // journal
  "session-not-found",
  "sample-not-found",
  "spot-not-found",
  "measurement-not-found",
  "journal-altered",
  "journal-cut",
  "journal-locked",
  "journal-not-written",
  "storage-full",
  // review and export
  "session-clash",
  "clock-unknown",
  "truth-invalid",
  "export-exists",
  "export-invalid",
  // the channel
  "request-unknown",
  "request-invalid",
  "station-gone",
  "usage",
  "internal",
]);
export type ProblemCode = z.infer<typeof ProblemCode>;

/** A problem as it crosses a process boundary, stands in the journal and is shown to a person. */
export const Problem = z.object({
  code: ProblemCode,
  /** What happened and what it means for the measurement. */
  sentence: z.string(),
  /** What to do now. */
  hint: z.string(),
});
export type Problem = z.infer<typeof Problem>;

/** The one error class that our rooms throw on purpose; everything else that is thrown is a defect ("internal"). */
export class LithoscopeError extends Error implements Problem {
  readonly code: ProblemCode;
  readonly hint: string;

  constructor(code: ProblemCode, sentence: string, hint: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "LithoscopeError";
    this.code = code;
    this.hint = hint;
  }

  get sentence(): string {
    return this.message;
  }
}

/** Turns anything that was thrown into a Problem; what is not ours becomes "internal" with its own message. */
export function toProblem(error: unknown): Problem {
  if (error instanceof LithoscopeError) return { code: error.code, sentence: error.sentence, hint: error.hint };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "internal",
    sentence: `Something in Lithoscope itself failed: ${message}`,
    hint: "Nothing already saved is lost. Repeat the step; if it fails again, restart Lithoscope and keep the log.",
  };
}

/** The reverse of {@link toProblem} on the receiving side of a channel. */
export function fromProblem(problem: Problem): LithoscopeError {
  return new LithoscopeError(problem.code, problem.sentence, problem.hint);
}
