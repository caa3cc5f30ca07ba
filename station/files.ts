import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { LithoscopeError } from "../contract/errors.ts";
import type { Spectrum, Technique } from "../contract/spectrum.ts";
import { readSpectrumFile } from "../spectra/files/read.ts";

/** Reads one spectrum file from disk. Throws file-not-found, file-unreadable or what the readers throw. */
export function loadSpectrum(path: string, technique: Technique): Spectrum {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  return readSpectrumFile(basename(path), bytes, { technique }).spectrum;
}

/** What a failed read of `path` means for a person. */
export function unreadable(path: string, error: unknown): LithoscopeError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new LithoscopeError("file-not-found", `There is no file ${path}.`, "Check the name and the folder.", {
      cause: error,
    });
  }
  const reason = code === "EISDIR" ? "it is a folder" : code === "EACCES" ? "you may not read it" : String(error);
  return new LithoscopeError(
    "file-unreadable",
    `The file ${path} cannot be read: ${reason}.`,
    "Give a readable spectrum file.",
    {
      cause: error,
    },
  );
}
