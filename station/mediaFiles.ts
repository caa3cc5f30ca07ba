import { LithoscopeError } from "../contract/errors.ts";
import type { MapLayer } from "../contract/traverse.ts";

/** First bytes of the kinds that a browser's camera, recorder and canvas make, at their offset. */
const marks = {
  photo: [
    { type: "image/jpeg", at: 0, bytes: [0xff, 0xd8, 0xff] },
    { type: "image/png", at: 0, bytes: [0x89, 0x50, 0x4e, 0x47] },
    { type: "image/webp", at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
  ],
  voice: [
    { type: "audio/webm", at: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3] },
    { type: "audio/ogg", at: 0, bytes: [0x4f, 0x67, 0x67, 0x53] },
    { type: "audio/mp4", at: 4, bytes: [0x66, 0x74, 0x79, 0x70] },
  ],
} as const;
const mostBytes = 48 * 1024 * 1024;

const what = { photo: "photo", voice: "voice note" } as const;

/** Why the bytes cannot be kept as a photo or a voice note; undefined if they can. The type must be what they begin with. */
export function mediaProblem(kind: keyof typeof marks, bytes: Uint8Array, type: string): LithoscopeError | undefined {
  if (bytes.length > mostBytes) {
    return new LithoscopeError(
      "file-too-large",
      `The ${what[kind]} is larger than ${mostBytes >> 20} MB. It was not saved.`,
      "Take a smaller one.",
    );
  }
  const mark = marks[kind].find((one) => type.split(";")[0] === one.type);
  if (mark?.bytes.every((byte, i) => bytes[mark.at + i] === byte)) return undefined;
  return new LithoscopeError(
    "photo-invalid",
    `This file is no ${what[kind]} that can be kept (${type || "kind not told"}). It was not saved.`,
    kind === "photo" ? "Give a JPEG, PNG or WebP picture." : "Record it again.",
  );
}

/** RFC 7946, section 1.4. */
const geoJsonTypes = [
  ...["FeatureCollection", "Feature", "GeometryCollection", "Point", "MultiPoint"],
  ...["LineString", "MultiLineString", "Polygon", "MultiPolygon"],
];

/** Why the file cannot lie under the map; undefined if it can. */
export function mapProblem(
  name: string,
  bytes: Uint8Array,
  type: string,
  layer: MapLayer,
): LithoscopeError | undefined {
  if (layer.kind === "picture") {
    const { west, east, south, north } = layer.frame;
    if (east > west && north > south) return mediaProblem("photo", bytes, type);
    return mapInvalid(`The corners of ${name} lie the wrong way round`);
  }
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const kind = typeof parsed === "object" && parsed !== null && "type" in parsed ? parsed.type : undefined;
    if (geoJsonTypes.includes(String(kind))) return undefined;
  } catch {
    // no JSON: said below
  }
  return mapInvalid(`${name} is no GeoJSON`);
}

const mapInvalid = (sentence: string): LithoscopeError =>
  new LithoscopeError(
    "map-invalid",
    `${sentence}. The map stays as it was.`,
    "Give a GeoJSON file, or a picture with its corners in metres.",
  );
