import { exportVersion } from "../../contract/exported.ts";
import { measurementSchema } from "./columns.ts";

/** A file of the export, path relative to its root with "/". */
export interface CrateFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CrateFacts {
  readonly campaign: string;
  readonly sessions: readonly { id: string; title: string; crew: string; tabletKey: string }[];
  readonly measurements: number;
  /** First and last measurement on the common clock; absent where there is none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly files: readonly CrateFile[];
}

export const crateFile = "ro-crate-metadata.json";
export const schemaFile = "measurement.schema.json";

const kinds: readonly [pattern: RegExp, name: string, encoding: string][] = [
  [/^csv\/spectra\//, "Spectrum, two columns", "text/csv"],
  [/^csv\//, "Table of all measurements", "text/csv"],
  [/^json\//, "Measurements of a session with everything that is known of them", "application/json"],
  [/^jcamp\//, "Spectrum with its metadata", "chemical/x-jcamp-dx"],
  [/\.geojson$/, "Places of the measurements", "application/geo+json"],
  [/^parquet\//, "Measurements of a session for query engines", "application/vnd.apache.parquet"],
  [/\.schema\.json$/, "JSON Schema of a measurement", "application/schema+json"],
  [/events\.jsonl$/, "Journal of a session as the tablet wrote and signed it", "application/jsonl"],
  [/\.pem$/, "Public key that the journal is signed with", "application/x-pem-file"],
  [/./, "Evidence of a journal", "application/octet-stream"],
];

/**
 * The manifest around an export (RO-Crate 1.1, https://w3id.org/ro/crate/1.1): what each file is, how large, with which SHA-256. It says nothing that
 * changes from one run to the next, so that the same data give the same bytes.
 */
export function crateText({ campaign, sessions, measurements, from, to, files }: CrateFacts): string {
  const file = ({ path, bytes, sha256 }: CrateFile) => {
    const [, name, encodingFormat] = kinds.find(([pattern]) => pattern.test(path)) ?? ["", "File", ""];
    return { "@id": path, "@type": "File", name, encodingFormat, contentSize: String(bytes), sha256 };
  };
  const graph = [
    {
      "@id": crateFile,
      "@type": "CreativeWork",
      conformsTo: { "@id": "https://w3id.org/ro/crate/1.1" },
      about: { "@id": "./" },
    },
    {
      "@id": "./",
      "@type": "Dataset",
      name: `Lithoscope campaign ${campaign}`,
      description: `${measurements} Raman, VNIR and LIBS measurements of ${sessions.length} sessions, with what the machine answered and what the trainer set as truth. Columns are described in ${schemaFile} (version ${exportVersion}).`,
      // The date of the data, not of the export: who exports twice gets the same.
      datePublished: (to ?? "1970-01-01").slice(0, 10),
      ...(from !== undefined && to !== undefined && { temporalCoverage: `${from}/${to}` }),
      license: { "@id": "#licence" },
      variableMeasured: Object.keys(measurementSchema.properties ?? {}),
      creator: { "@id": "#lithoscope" },
      hasPart: files.map(({ path }) => ({ "@id": path })),
      mentions: sessions.map(({ id }) => ({ "@id": `#${id}` })),
    },
    {
      "@id": "#licence",
      "@type": "CreativeWork",
      name: "To be stated by whoever publishes this dataset",
      description: "Lithoscope does not decide on the licence of measurements.",
    },
    { "@id": "#lithoscope", "@type": "SoftwareApplication", name: "Lithoscope" },
    ...sessions.map(({ id, title, crew, tabletKey }) => ({
      "@id": `#${id}`,
      "@type": "Event",
      name: title,
      identifier: id,
      performer: crew,
      description: `Recorded with the tablet whose key is ${tabletKey}.`,
    })),
    ...files.map(file),
  ];
  return `${JSON.stringify({ "@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph }, undefined, 1)}\n`;
}
