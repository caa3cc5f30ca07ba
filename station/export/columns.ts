import { z } from "zod";
import { ExportedMeasurement } from "../../contract/exported.ts";

/**
 * What a column holds. `json` is text in Parquet (with the logical type JSON) and an object in JSON. Lists may hold a value that is missing
 * (null) only in `intensity`, where Parquet has NaN.
 */
export type ColumnType = "string" | "double" | "int" | "boolean" | "time" | "json" | "string[]" | "double[]" | "int[]";

export interface Column {
  readonly name: keyof ExportedMeasurement;
  readonly type: ColumnType;
  readonly optional: boolean;
}

/** The JSON Schema of a measurement: what is published, and what the columns follow from. */
export const measurementSchema = z.toJSONSchema(ExportedMeasurement, { io: "output", target: "draft-2020-12" });

const Property = z.looseObject({
  type: z.string().optional(),
  format: z.string().optional(),
  items: z.looseObject({ type: z.union([z.string(), z.array(z.string())]).optional() }).optional(),
});

/** All columns, in the order of the schema. */
export const columns: readonly Column[] = Object.entries(measurementSchema.properties ?? {}).map(
  ([name, property]) => ({
    name: z.keyof(ExportedMeasurement).parse(name),
    type: typeOf(Property.parse(property)),
    optional: !measurementSchema.required?.includes(name),
  }),
);

function typeOf({ type, format, items }: z.infer<typeof Property>): ColumnType {
  if (format === "date-time") return "time";
  if (type === "string") return "string";
  if (type === "number") return "double";
  if (type === "integer") return "int";
  if (type === "boolean") return "boolean";
  if (type !== "array") return "json";
  const of = [items?.type].flat();
  if (of.includes("number")) return "double[]";
  if (of.includes("integer")) return "int[]";
  return of.includes("string") ? "string[]" : "json";
}
