import type { ExportedMeasurement } from "../../contract/exported.ts";
import { tableColumns } from "./csv.ts";

/** A FeatureCollection (RFC 7946) made of parts: one feature per measurement, with the table's columns as properties. */
export const geojsonHead = '{"type":"FeatureCollection","features":[';
export const geojsonEnd = "\n]}\n";

/** A measurement whose place is not known has no geometry (RFC 7946, 3.2), but is there. */
export function feature(row: ExportedMeasurement, index: number): string {
  const { longitude_deg, latitude_deg, elevation_m, measurement_id } = row;
  const known = longitude_deg !== undefined && latitude_deg !== undefined;
  const coordinates = [longitude_deg, latitude_deg, ...(elevation_m === undefined ? [] : [elevation_m])];
  const value = {
    type: "Feature",
    id: measurement_id,
    geometry: known ? { type: "Point", coordinates } : null,
    properties: Object.fromEntries(tableColumns.map(({ name }) => [name, row[name]])),
  };
  return `${index === 0 ? "" : ","}\n${JSON.stringify(value)}`;
}
