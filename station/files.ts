import { readFileSync, type Stats, statSync } from "node:fs";
import { basename } from "node:path";
import { LithoscopeError } from "../contract/errors.ts";
import type { Spectrum, Technique } from "../contract/spectrum.ts";
import { largestBytes, tooLarge } from "../spectra/files/problems.ts";
import { readSpectrumFile } from "../spectra/files/read.ts";

/** Reads one spectrum file from disk. Throws file-not-found, file-unreadable or what the readers throw. */
export function loadSpectrum(path: string, technique: Technique): Spectrum {
  let bytes: Uint8Array;
  try {
    const { size } = fileStats(path);
    if (size > largestBytes) throw tooLarge(basename(path), size);
    bytes = readFileSync(path);
  } catch (error) {
    throw error instanceof LithoscopeError ? error : unreadable(path, error);
  }
  return readSpectrumFile(basename(path), bytes, { technique }).spectrum;
}

/** A pipe or a device has no end that could be waited for. */
function fileStats(path: string): Stats {
  const stats = statSync(path);
  if (stats.isFile() || stats.isDirectory()) return stats;
  throw new LithoscopeError("file-unreadable", `${path} is a device, not a file.`, "Give a spectrum file.");
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
    "Give a readable file.",
    {
      cause: error,
    },
  );
}
