import { z } from "zod";
import type { GridPoint } from "../../../contract/traverse.ts";
import { type Place, toGrid } from "./grid.ts";

/** What is drawn of a GeoJSON file (RFC 7946), in metres on the grid. */
export interface Shapes {
  readonly points: readonly { readonly at: GridPoint; readonly name: string | undefined }[];
  readonly lines: readonly (readonly GridPoint[])[];
  /** Each ring is drawn closed. */
  readonly rings: readonly (readonly GridPoint[])[];
}

const Coordinate = z.array(z.number()).min(2);
const Geometry: z.ZodType<GeometryOf> = z.lazy(() =>
  z.discriminatedUnion("type", [
    z.object({ type: z.literal("Point"), coordinates: Coordinate }),
    z.object({ type: z.literal("MultiPoint"), coordinates: z.array(Coordinate) }),
    z.object({ type: z.literal("LineString"), coordinates: z.array(Coordinate) }),
    z.object({ type: z.literal("MultiLineString"), coordinates: z.array(z.array(Coordinate)) }),
    z.object({ type: z.literal("Polygon"), coordinates: z.array(z.array(Coordinate)) }),
    z.object({ type: z.literal("MultiPolygon"), coordinates: z.array(z.array(z.array(Coordinate))) }),
    z.object({ type: z.literal("GeometryCollection"), geometries: z.array(Geometry) }),
  ]),
);
type Pair = number[];
type GeometryOf =
  | { type: "Point"; coordinates: Pair }
  | { type: "MultiPoint" | "LineString"; coordinates: Pair[] }
  | { type: "MultiLineString" | "Polygon"; coordinates: Pair[][] }
  | { type: "MultiPolygon"; coordinates: Pair[][][] }
  | { type: "GeometryCollection"; geometries: GeometryOf[] };
const Feature = z.object({
  type: z.literal("Feature"),
  geometry: Geometry.nullable(),
  properties: z.record(z.string(), z.unknown()).nullable().optional(),
});
const GeoJson = z.union([
  z.object({ type: z.literal("FeatureCollection"), features: z.array(Feature) }),
  Feature,
  Geometry,
]);

interface Part {
  readonly geometry: GeometryOf;
  readonly name: string | undefined;
}

/** The parts of a file; undefined if it is no GeoJSON. */
function partsOf(text: string): Part[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = GeoJson.safeParse(json);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const of = ({ geometry, properties }: z.infer<typeof Feature>): Part[] => {
    const name = properties?.name;
    return geometry === null ? [] : [{ geometry, name: typeof name === "string" ? name : undefined }];
  };
  if (data.type === "FeatureCollection") return data.features.flatMap(of);
  return data.type === "Feature" ? of(data) : [{ geometry: data, name: undefined }];
}

const pairsOf = (geometry: GeometryOf): Pair[] => {
  switch (geometry.type) {
    case "Point":
      return [geometry.coordinates];
    case "GeometryCollection":
      return geometry.geometries.flatMap(pairsOf);
    case "MultiPolygon":
      return geometry.coordinates.flat(2);
    case "MultiLineString":
    case "Polygon":
      return geometry.coordinates.flat();
    default:
      return geometry.coordinates;
  }
};

const baseNames = /^(base|lander|camp)$/i;

/**
 * Where a file in degrees is to be laid: the place of its point called base, lander or camp, else its middle. Undefined
 * if the file is in metres on the grid already: it says so by coordinates that are no degrees, or by `"metres": true` (a
 * member of the file's own, as RFC 7946 allows).
 */
export function originOf(text: string): Place | undefined {
  const parts = partsOf(text) ?? [];
  const pairs = parts.flatMap(({ geometry }) => pairsOf(geometry));
  const degrees = pairs.every(([x = 0, y = 0]) => Math.abs(x) <= 180 && Math.abs(y) <= 90);
  if (pairs.length === 0 || !degrees || /"metres"\s*:\s*true/.test(text)) return undefined;
  const base = parts.find(({ name, geometry }) => geometry.type === "Point" && name && baseNames.test(name));
  const [x, y] = base ? (pairsOf(base.geometry)[0] ?? []) : [];
  if (x !== undefined && y !== undefined) return { longitudeDeg: x, latitudeDeg: y };
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  return {
    longitudeDeg: middle(pairs.map(([lon = 0]) => lon)),
    latitudeDeg: middle(pairs.map(([, lat = 0]) => lat)),
  };
}

/** The shapes of a file; `origin`: it is in degrees about that place. Undefined if it is no GeoJSON. */
export function shapesOf(text: string, origin: Place | undefined): Shapes | undefined {
  const parts = partsOf(text);
  if (!parts) return undefined;
  const at = ([x = 0, y = 0]: Pair): GridPoint =>
    origin ? toGrid(origin, { longitudeDeg: x, latitudeDeg: y }) : { eastM: x, northM: y };
  const shapes = {
    points: [] as { at: GridPoint; name: string | undefined }[],
    lines: [] as GridPoint[][],
    rings: [] as GridPoint[][],
  };
  const add = ({ geometry, name }: Part): void => {
    switch (geometry.type) {
      case "Point":
        shapes.points.push({ at: at(geometry.coordinates), name });
        return;
      case "MultiPoint":
        shapes.points.push(...geometry.coordinates.map((pair) => ({ at: at(pair), name })));
        return;
      case "LineString":
        shapes.lines.push(geometry.coordinates.map(at));
        return;
      case "MultiLineString":
        shapes.lines.push(...geometry.coordinates.map((line) => line.map(at)));
        return;
      case "Polygon":
        shapes.rings.push(...geometry.coordinates.map((ring) => ring.map(at)));
        return;
      case "MultiPolygon":
        shapes.rings.push(...geometry.coordinates.flat().map((ring) => ring.map(at)));
        return;
      case "GeometryCollection":
        for (const inner of geometry.geometries) add({ geometry: inner, name });
    }
  };
  for (const part of parts) add(part);
  return shapes;
}
