import { z } from "zod";
import { type Axis, Correction, Spectrum, Technique, techniqueName } from "../../contract/spectrum.ts";
import { notSpectrumJcamp } from "./problems.ts";
import type { Table } from "./table.ts";

/** What a file of ours says that plain JCAMP-DX has no word for; with it the spectrum comes back as it was. */
const Own = z.object({
  version: z.literal(1),
  technique: Technique,
  intensityUnit: Spectrum.shape.intensityUnit,
  medium: z.enum(["air", "vacuum"]).optional(),
  excitationNm: z.number().positive().optional(),
  corrections: z.array(Correction),
});

const ownLabel = "$LITHOSCOPE SPECTRUM";
const yUnits = { counts: "COUNTS", reflectance: "REFLECTANCE", relative: "ARBITRARY UNITS" } as const;

/**
 * A spectrum as JCAMP-DX 4.24 (McDonald R.S., Wilks P.A. 1988), pairs of plain numbers with every digit, so that any reader gets the
 * numbers that we have and ours gets the whole {@link Spectrum} back. The pairs stand under XYDATA: the paper has XYPOINTS for them, which
 * jcampconverter and the programs built on it do not read. A deleted point is "?" (section 5.8 there).
 *
 * @param records further labelled records in order, label → value; values are written as JSON in ASCII. Labels are the
 * writer's own and must begin with "$".
 */
export function jcampText(
  spectrum: Spectrum,
  title: string,
  origin: string,
  records: Iterable<readonly [string, unknown]>,
): string {
  const { technique, axis, intensity, intensityUnit, excitationNm, corrections } = spectrum;
  const own: z.input<typeof Own> = {
    ...{ version: 1, technique, intensityUnit, corrections },
    ...(axis.quantity === "wavelength" && { medium: axis.medium }),
    ...(excitationNm !== undefined && { excitationNm }),
  };
  const finite = intensity.filter(Number.isFinite);
  const x = axis.values;
  const lines = [
    `##TITLE=${plain(title)}`,
    "##JCAMP-DX=4.24",
    `##DATA TYPE=${techniqueName[technique].toUpperCase()} SPECTRUM`,
    `##ORIGIN=${plain(origin)}`,
    "##OWNER=see the dataset's ro-crate-metadata.json",
    `##${ownLabel}=${ascii(own)}`,
    ...Array.from(records, ([label, value]) => `##${label}=${ascii(value)}`),
    `##XUNITS=${axis.unit === "cm-1" ? "1/CM" : "NANOMETERS"}`,
    `##YUNITS=${yUnits[intensityUnit]}`,
    "##XFACTOR=1",
    "##YFACTOR=1",
    `##FIRSTX=${x[0] ?? 0}`,
    `##LASTX=${x.at(-1) ?? 0}`,
    ...(finite.length > 0 ? [`##MAXY=${most(finite)}`, `##MINY=${-most(finite.map((v) => -v))}`] : []),
    `##NPOINTS=${x.length}`,
    "##XYDATA=(XY..XY)",
  ];
  for (const [i, value] of intensity.entries()) lines.push(`${x[i]}, ${Number.isFinite(value) ? numeral(value) : "?"}`);
  lines.push("##END=");
  return `${lines.join("\r\n")}\r\n`;
}

/** The spectrum of a file that {@link jcampText} wrote; undefined for any other. Throws file-unreadable if its own record is damaged. */
export function ownSpectrum(name: string, { header, x, y }: Table): Spectrum | undefined {
  const record = header.find((line) => line.startsWith(`${ownLabel}=`));
  if (record === undefined) return undefined;
  const own = Own.safeParse(jsonOf(record.slice(ownLabel.length + 1)));
  if (!own.success) throw notSpectrumJcamp(name, "has a damaged LITHOSCOPE SPECTRUM record");
  const { technique, intensityUnit, medium, excitationNm, corrections } = own.data;
  const axis: Axis =
    medium === undefined
      ? { quantity: "ramanShift", unit: "cm-1", values: x }
      : { quantity: "wavelength", unit: "nm", medium, values: x };
  return {
    ...{ technique, axis, intensity: y, intensityUnit, corrections },
    ...(excitationNm !== undefined && { excitationNm }),
  };
}

/** The further records of such a file: label → value. What is not JSON is left out. */
export function ownRecords(header: readonly string[]): Map<string, unknown> {
  const records = new Map<string, unknown>();
  for (const line of header) {
    const at = line.indexOf("=");
    const label = line.slice(0, at);
    if (!label.startsWith("$") || label === ownLabel) continue;
    const value = jsonOf(line.slice(at + 1));
    if (value !== undefined) records.set(label, value);
  }
  return records;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON without "$$", which begins a comment, and without anything but ASCII, which is all that the format allows. */
const ascii = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]|\$/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Free text for people: nothing in it may be taken for a comment, a label or a new line. */
const plain = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/g, "")
    .replaceAll("$", "")
    .replaceAll("##", "")
    .trim();

/** Every digit, and the sign of −0. */
const numeral = (value: number): string => (Object.is(value, -0) ? "-0" : `${value}`);

const most = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
