import type { FileAxisUnit, Technique } from "../../contract/spectrum.ts";
import { infraredAbsorption, notReflectance, techniqueMismatch, techniqueUnknown, unitUnknown } from "./problems.ts";
import type { Table } from "./table.ts";

/** What a person says about a file because the file does not. */
export interface Answers {
  readonly technique?: Technique | undefined;
  readonly unit?: FileAxisUnit | undefined;
}

/** What a file turned out to be. */
export interface Recognised {
  readonly format: string;
  readonly technique: Technique;
  readonly unit: FileAxisUnit;
  /** Reflectance is given in per cent. */
  readonly percent: boolean;
}

/** Reflectance in per cent never has such a median, so larger values are counts. */
const leastCounts = 150;

/** Reach of the axis in the file's own unit. */
interface Reach {
  readonly least: number;
  readonly most: number;
}

/**
 * Finds technique and units of a table. In order, the first that speaks decides the technique:
 *
 * 1. the file's format: RRUFF's and ECOSTRESS' headers, the VISOR and USGS libraries;
 * 2. the unit of the axis: a Raman shift in cm⁻¹ is Raman, unless words say infrared;
 * 3. words in the header, titles and file name: Raman; LIBS, plasma, ChemCam; reflectance, albedo;
 * 4. the shape of a wavelength axis: reaching beyond 1100 nm (silicon detectors, which LIBS uses, end there) with values
 *    that can be reflectance is VNIR; points closer than 0.15 nm are LIBS (of the libraries' reflectance spectra none is
 *    sampled closer than 0.45 nm).
 *
 * Two bare columns between 100 and 4000 say nothing, so the person is asked (technique-unknown). An answer that the file
 * contradicts by 1, 2 or 3 is refused (technique-mismatch), and so is a file that declares infrared absorption. The unit of a wavelength axis is the one written, else µm if
 * it ends below 60 and nm if it ends above 150; in between the person is asked (unit-unknown).
 */
export function recognise(name: string, table: Table, answers: Answers): Recognised {
  const reach = reachOf(table.x);
  const format = formatOf(table);
  const written = writtenUnit(table, reach) ?? answers.unit;
  const told = techniqueTold(name, table, format, written, reach);
  if (told?.technique !== "vnir" && told?.technique !== "libs" && declaresInfrared(name, table, format)) {
    throw infraredAbsorption(name);
  }
  if (answers.technique !== undefined && told !== undefined && told.technique !== answers.technique) {
    throw techniqueMismatch(name, answers.technique, told.because);
  }
  const technique = told?.technique ?? answers.technique ?? techniqueOfShape(table, written, reach);
  if (technique === undefined) throw techniqueUnknown(name);
  const unit = unitOf(name, technique, written, reach);
  const percent = technique === "vnir" && isPercent(name, table);
  return { format, technique, unit, percent };
}

function reachOf(x: Float64Array): Reach {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < x.length; i += 1) {
    const value = x[i] ?? Number.NaN;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** The median over about 500 pairs of neighbours; overlapping detectors and jumps do not move it. */
function medianSpacing(x: Float64Array): number {
  return sampledMedian(x, (i) => Math.abs((x[i + 1] ?? Number.NaN) - (x[i] ?? Number.NaN)));
}

function medianOf(values: Float64Array): number {
  return sampledMedian(values, (i) => values[i] ?? Number.NaN);
}

/** Median of a property of about 500 of the points; those that are not finite do not count. */
function sampledMedian(points: Float64Array, property: (i: number) => number): number {
  const stride = Math.max(1, Math.floor(points.length / 500));
  const values: number[] = [];
  for (let i = 0; i < points.length; i += stride) {
    const value = property(i);
    if (Number.isFinite(value)) values.push(value);
  }
  return Float64Array.from(values).sort()[values.length >> 1] ?? Number.NaN;
}

function formatOf({ format, header }: Table): string {
  if (format !== undefined) return format;
  if (header.some((line) => line.startsWith("RRUFFID="))) return "rruff";
  if (header.some((line) => line.startsWith("Database of Origin,"))) return "visor";
  if (header.some((line) => line.startsWith("X Units:"))) return "ecostress";
  return "table";
}

/** Libraries that hold nothing but reflectance. */
const reflectanceLibraries = ["visor", "ecostress", "usgs-json"];

/** The axis unit that a title or an "X Units" line states. Laser wavelengths and grain sizes are not looked at. */
function writtenUnit({ header, axisTitle }: Table, { most }: Reach): FileAxisUnit | undefined {
  const lines = header.filter((line) =>
    /\bx[\s_-]*(units?|axis|label)\b|first column|wavelength units?|^units?\b/i.test(line),
  );
  for (const words of [axisTitle, ...lines]) {
    if (/cm[\s_^]*(-|−|⁻)[\s_]*(1|¹)|1\s*\/\s*cm|raman[\s_]*shift|wave[\s_-]*numbers?/i.test(words)) return "cm-1";
    if (/µm|μm|\bum\b|_um\b|micro(n|met)/i.test(words)) return "um";
    // A wavelength of a few nm would be an X-ray: such an axis is in µm whatever its title says.
    if (/\bnm\b|_nm\b|nano\s*met/i.test(words)) return most < 60 ? "um" : "nm";
  }
  return undefined;
}

interface Told {
  readonly technique: Technique;
  /** Completes "the file was given as …, but …". */
  readonly because: string;
}

const words: Record<Technique, RegExp> = {
  raman: /(?<![a-z])raman(?![a-z])/i,
  vnir: /reflectance|(?<![a-z])(albedo|vnir|vswir|swir)(?![a-z])/i,
  libs: /(?<![a-z])libs(?![a-z])|laser[- ]induced|plasma|chemcam|supercam|(?<![a-z])ccs_/i,
};
const infrared = /infrared|ft-?ir|absorbance|transmittance|transmission/i;

/**
 * Whether the file says that it is infrared absorption: by its data type or the unit of its values; else by words, while
 * none says Raman or reflectance. "Near infrared" is said of many reflectance spectra.
 */
function declaresInfrared(name: string, { header, axisTitle, valueTitle }: Table, format: string): boolean {
  const spectrum = /(?<!near[\s-]?)infrared/i;
  const types = header.filter((line) => /^(data[\s_-]*|file)type\b/i.test(line)).join("\n");
  if (format === "rruff") return spectrum.test(types) || /infrared__/i.test(name);
  if (words.raman.test(types)) return false;
  const values = [valueTitle, ...header.filter((line) => /^y[\s_-]*(units?|axis|label)\b/i.test(line))].join("\n");
  if (spectrum.test(types) || /absorbance|transmittance|transmission|%\s*T\b/i.test(values)) return true;
  const all = [name, ...header, axisTitle].join("\n");
  return (
    !words.raman.test(all) &&
    !words.vnir.test(all) &&
    /(?<![a-z])ft-?ir(?![a-z])|absorbance|transmittance|(?<!near[\s-]?)infrared (absorption|spectr)/i.test(all)
  );
}

function techniqueTold(
  name: string,
  table: Table,
  format: string,
  unit: FileAxisUnit | undefined,
  reach: Reach,
): Told | undefined {
  const all = [name, ...table.header, table.axisTitle, table.valueTitle].join("\n");
  if (format === "rruff") {
    // RRUFF gives infrared and diffraction files the same header; their names or types say so.
    const other = /infrared|powder__|FILETYPE=(?!.*raman)/i.test(
      `${name}\n${table.header.find((l) => l.startsWith("FILETYPE=")) ?? ""}`,
    );
    return other || reach.most < 180 ? undefined : { technique: "raman", because: "it is a Raman file of RRUFF" };
  }
  if (reflectanceLibraries.includes(format)) {
    return { technique: "vnir", because: "it is a reflectance spectrum of a spectral library" };
  }
  if (unit === "cm-1" && !infrared.test(all) && !words.vnir.test(all)) {
    return { technique: "raman", because: "its axis is in cm⁻¹" };
  }
  if (unit === "cm-1" && words.raman.test(all)) return { technique: "raman", because: "its axis is a Raman shift" };
  const named = (["raman", "vnir", "libs"] as const).filter((technique) => words[technique].test(all));
  const [only] = named;
  if (only === undefined || named.length > 1) return undefined;
  if (only === "raman" && (unit !== undefined || reach.most < 60)) return undefined;
  const because = { raman: "its text says Raman", vnir: "its text says reflectance", libs: "its text says LIBS" }[only];
  return { technique: only, because };
}

function techniqueOfShape(table: Table, unit: FileAxisUnit | undefined, reach: Reach): Technique | undefined {
  if (unit === "cm-1" || (unit === undefined && !/^wave(?!.*number)|^lambda|^λ/i.test(table.axisTitle)))
    return undefined;
  const perUnit = unit === "um" || reach.most < 60 ? 1000 : 1;
  if (reach.least * perUnit < 150) return undefined;
  if (reach.most * perUnit > 1100) return medianOf(table.y) > 0 && medianOf(table.y) < leastCounts ? "vnir" : undefined;
  return medianSpacing(table.x) * perUnit < 0.15 ? "libs" : undefined;
}

function unitOf(name: string, technique: Technique, written: FileAxisUnit | undefined, reach: Reach): FileAxisUnit {
  if (technique === "raman") {
    if (written === "nm" || written === "um" || reach.most < 60) {
      throw techniqueMismatch(
        name,
        technique,
        `its axis is a wavelength (${reach.least} to ${reach.most}), not a Raman shift in cm⁻¹`,
      );
    }
    return "cm-1";
  }
  if (written === "cm-1") throw techniqueMismatch(name, technique, "its axis is in cm⁻¹, not a wavelength");
  if (written !== undefined) return written;
  if (reach.most < 60) return "um";
  if (reach.most > 150) return "nm";
  throw unitUnknown(name, technique);
}

/**
 * Whether reflectance is in per cent: as the header says, else by the median value: fractions rarely pass 1, and the
 * largest median of a library spectrum is 2.1 (irradiated olivine, normalised to 1 at 550 nm). Throws technique-mismatch for counts.
 */
function isPercent(name: string, { header, valueTitle, y }: Table): boolean {
  const written = [valueTitle, ...header.filter((line) => /^y[\s_-]*units?\b/i.test(line))].join(" ");
  if (/percent|per cent|%/i.test(written)) return true;
  const middle = medianOf(y);
  if (middle > leastCounts) throw notReflectance(name);
  return middle > 3;
}
