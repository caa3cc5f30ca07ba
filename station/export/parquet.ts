import { asyncBufferFromFile, parquetReadObjects, type SchemaElement } from "hyparquet";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { ExportedMeasurement } from "../../contract/exported.ts";
import { type Column, type ColumnType, columns } from "./columns.ts";
import { damaged } from "./problems.ts";

/** Columns that the partition's folders carry (`campaign=…/session=…`): engines add them to each row, Spark refuses them twice. */
const partition: readonly string[] = ["campaign"];
const fileColumns: readonly Column[] = columns.filter(({ name }) => !partition.includes(name));

const element: Record<ColumnType, Omit<SchemaElement, "name" | "repetition_type">> = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  json: { type: "BYTE_ARRAY", converted_type: "UTF8" }, // Spark and Trino know no JSON type in Parquet
  double: { type: "DOUBLE" },
  int: { type: "INT64" },
  boolean: { type: "BOOLEAN" },
  time: { type: "INT64", converted_type: "TIMESTAMP_MILLIS" },
  "string[]": { type: "BYTE_ARRAY", converted_type: "UTF8" },
  "double[]": { type: "DOUBLE" },
  "int[]": { type: "INT32", converted_type: "UINT_32" }, // detector counts
};

/** Lists in the three levels that the Parquet format asks for (LogicalTypes.md, "Lists"). */
const schema: SchemaElement[] = [
  { name: "root", num_children: fileColumns.length },
  ...fileColumns.flatMap(({ name, type, optional }): SchemaElement[] => {
    const repetition_type = optional ? "OPTIONAL" : "REQUIRED";
    if (!type.endsWith("[]")) return [{ name, repetition_type, ...element[type] }];
    return [
      { name, repetition_type, converted_type: "LIST", num_children: 1 },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", repetition_type: "REQUIRED", ...element[type] },
    ];
  }),
];

/** Rows that share statistics and lie in memory together: some 20 MB with the raw counts. */
const rowsPerGroup = 200;

/** A Parquet file, Snappy-packed, that takes rows one after the other; the same rows give the same bytes. */
export class ParquetFile {
  readonly #writer: ParquetWriter;
  #rows: ExportedMeasurement[] = [];

  constructor(path: string) {
    this.#writer = new ParquetWriter({ writer: fileWriter(path), schema, createdBy: "lithoscope" });
  }

  async add(row: ExportedMeasurement): Promise<void> {
    this.#rows.push(row);
    if (this.#rows.length >= rowsPerGroup) await this.#flush();
  }

  async end(): Promise<void> {
    await this.#flush();
    await this.#writer.finish();
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length === 0) return;
    const columnData = fileColumns.map(({ name, type }) => ({
      name,
      data: rows.map((row) => stored(type, row[name])),
    }));
    await this.#writer.write({ columnData, rowGroupSize: rowsPerGroup });
  }
}

function stored(type: ColumnType, value: unknown): unknown {
  if (value === undefined) return null;
  switch (type) {
    case "int":
      return BigInt(value as number);
    case "double[]":
      return (value as (number | null)[]).map((v) => v ?? Number.NaN);
    case "time":
      return new Date(value as string);
    case "json":
      return JSON.stringify(value);
    default:
      return value;
  }
}

/** The rows of such a file; `campaign` comes from the name of its folder. Throws export-invalid. */
export async function readParquet(path: string, campaign: string): Promise<ExportedMeasurement[]> {
  const rows = await rowsOf(path).catch((cause: unknown) => {
    throw damaged("it is no Parquet file", cause);
  });
  return rows.map((row, index) => {
    const values = columns.flatMap(({ name, type }) => {
      const value = name === "campaign" ? campaign : row[name];
      return value === undefined || value === null ? [] : [[name, restored(type, value)] as const];
    });
    const parsed = ExportedMeasurement.safeParse(Object.fromEntries(values));
    if (!parsed.success) throw damaged(`row ${index + 1} has a bad ${parsed.error.issues[0]?.path.join(".")}`);
    return parsed.data;
  });
}

async function rowsOf(path: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: await asyncBufferFromFile(path) });
}

function restored(type: ColumnType, value: unknown): unknown {
  switch (type) {
    case "int":
      return Number(value);
    case "int[]":
      return Array.from(value as ArrayLike<number>);
    case "double[]":
      return Array.from(value as ArrayLike<number>, (v) => (Number.isNaN(v) ? null : v));
    case "time":
      return (value as Date).toISOString();
    case "json":
      return JSON.parse(String(value));
    default:
      return value;
  }
}
