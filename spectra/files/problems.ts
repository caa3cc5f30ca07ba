import { LithoscopeError } from "../../contract/errors.ts";
import { type Technique, techniqueName } from "../../contract/spectrum.ts";

/** Fewer points than this are no spectrum: the narrowest band of the catalogue spans about as many. */
export const leastPoints = 10;
/** The largest spectrum file we know has 3 MB; twenty times that is surely something else. */
export const largestBytes = 64 * 1024 * 1024;
/** Values of this size and more mark deleted points (USGS writes -1.23e34); no detector counts so far. */
export const largestValue = 1e30;

export function tooLarge(name: string, bytes: number): LithoscopeError {
  return new LithoscopeError(
    "file-too-large",
    `${name} has ${Math.round(bytes / 1024 / 1024)} MB. A spectrum file has at most ${largestBytes / 1024 / 1024} MB. It was not read.`,
    "Give the file of a single spectrum.",
  );
}

export function empty(name: string): LithoscopeError {
  return new LithoscopeError("file-empty", `${name} is empty. It was not read.`, "Export or copy the spectrum again.");
}

export function notText(name: string, kind: string): LithoscopeError {
  return new LithoscopeError(
    "file-not-text",
    `${name} is ${kind}, not a spectrum in text form. It was not read.`,
    "Give the spectrum as .txt, .csv or .json; most instruments can export it.",
  );
}

/** `line` counts from 1. */
export function badLine(name: string, line: number, text: string, reason: string): LithoscopeError {
  const piece = text.trim();
  const shown = piece.length > 40 ? `${piece.slice(0, 40)}…` : piece;
  return new LithoscopeError(
    "file-bad-line",
    `Line ${line} of ${name} ${reason}: "${shown}". The spectrum was not read.`,
    "Correct this line or export the spectrum again.",
  );
}

export function badJson(name: string, reason: string): LithoscopeError {
  return new LithoscopeError(
    "file-unreadable",
    `${name} is JSON, but ${reason}. The spectrum was not read.`,
    'Give JSON with two lists of equal length, "wavelengths" in µm and "reflectance", or a text file.',
  );
}

/** `reason` completes "the file …". */
export function notSpectrumJcamp(name: string, reason: string): LithoscopeError {
  return new LithoscopeError(
    "file-unreadable",
    `${name} is a JCAMP-DX file that ${reason}. It was not read.`,
    "Export a single Raman, reflectance or LIBS spectrum as JCAMP-DX or as two columns of text.",
  );
}

export function transformedReflectance(name: string, units: string): LithoscopeError {
  return new LithoscopeError(
    "technique-mismatch",
    `The values of ${name} are ${units}, not reflectance. It was not read.`,
    "Export reflectance as a fraction (1 = white) or in per cent.",
  );
}

export function notBwtekTable(name: string): LithoscopeError {
  return new LithoscopeError(
    "file-unreadable",
    `${name} is an export of BWSpec, but its table with "Pixel", "Raman Shift" and the counts is missing. It was not read.`,
    "Save the spectrum again with all data columns, or export two columns of text.",
  );
}

export function noRamanShift(name: string): LithoscopeError {
  return new LithoscopeError(
    "file-unreadable",
    `${name} is an export of BWSpec without Raman shifts: no laser wavelength was set when it was saved. It was not read.`,
    "Set the laser wavelength in BWSpec and save again.",
  );
}

/** `tooLarge`: how many more would be usable, had they not been taken for deleted points because of their size. */
export function tooFewPoints(name: string, points: number, tooLarge = 0): LithoscopeError {
  const found = points === 0 ? "no rows of two numbers" : points === 1 ? "1 usable point" : `${points} usable points`;
  return new LithoscopeError(
    "file-too-few-points",
    points + tooLarge < leastPoints
      ? `${name} has ${found}. A spectrum needs at least ${leastPoints}.`
      : `${name} holds numbers too large to be a spectrum: ${tooLarge} of its values are ${largestValue} or more and count as deleted. A spectrum needs at least ${leastPoints} others.`,
    "Check that this is the file of a spectrum: one point a line, axis first.",
  );
}

export function techniqueUnknown(name: string): LithoscopeError {
  return new LithoscopeError(
    "technique-unknown",
    `Is ${name} a Raman, a VNIR or a LIBS spectrum? The file does not say.`,
    "Choose the technique on the screen, or give the file after --raman, --vnir or --libs on the command line.",
  );
}

export function unitUnknown(name: string, technique: Technique): LithoscopeError {
  const choice = technique === "raman" ? "cm⁻¹" : "nm or µm";
  return new LithoscopeError(
    "unit-unknown",
    `Is the axis of ${name} in ${choice}? The file does not say, and its range does not tell.`,
    "Choose the unit on the screen, or write it above the first column, for example wavelength_nm.",
  );
}

export function notReflectance(name: string): LithoscopeError {
  return new LithoscopeError(
    "technique-mismatch",
    `The values of ${name} are too large for reflectance: they may be raw counts. It was not read.`,
    "Give reflectance as a fraction (1 = white) or in per cent: sample divided by the white standard.",
  );
}

export function techniqueMismatch(name: string, given: Technique, found: string): LithoscopeError {
  return new LithoscopeError(
    "technique-mismatch",
    `${name} was given as ${techniqueName[given]}, but ${found}. It was not used.`,
    "Give the file under the technique that it was measured with.",
  );
}

export function infraredAbsorption(name: string): LithoscopeError {
  return new LithoscopeError(
    "technique-mismatch",
    `${name} is an infrared (absorption) spectrum, which Lithoscope does not use. It was not read.`,
    "Give a Raman, VNIR or LIBS spectrum.",
  );
}
