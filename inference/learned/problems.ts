import { LithoscopeError } from "../../contract/errors.ts";

export function ramanOnly(): LithoscopeError {
  return new LithoscopeError(
    "learned-raman-only",
    "Nothing was learned: a mineral is learned from a Raman spectrum, and this spot has none.",
    "Measure the spot with Raman, then teach it.",
  );
}

export function tooPoor(): LithoscopeError {
  return new LithoscopeError(
    "learned-too-poor",
    "Nothing was learned: the spectrum is too poor, and every later answer would be compared with it.",
    "Measure again, longer or on a fresh face, then teach it.",
  );
}

export function notSupported(): LithoscopeError {
  return new LithoscopeError(
    "learned-not-supported",
    "Nothing was learned: the model package does not say how it compares spectra.",
    "Use a model package made for this version, such as the shipped one.",
  );
}
