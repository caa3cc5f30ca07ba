import type { GridPoint } from "../../../contract/traverse.ts";
import type { SessionRows } from "../view.ts";
import { type Place, toGrid } from "./grid.ts";

/** What the map shows of a session, in metres on the grid. */
export interface MapView {
  readonly stops: readonly {
    readonly stopId: string;
    readonly name: string;
    readonly place: GridPoint;
    /** The last one made. */
    readonly current: boolean;
  }[];
  readonly samples: readonly { readonly sampleId: string; readonly name: string; readonly place: GridPoint }[];
  /** Base, then stops and measured places in the order of time. */
  readonly track: readonly GridPoint[];
  readonly points: readonly GridPoint[];
  /** The same for people who do not see it. */
  readonly sentence: string;
}

const base: GridPoint = { eastM: 0, northM: 0 };

/**
 * Stops lie where a person or the receiver put them, samples where they were measured, else at their stop. The origin of
 * places in degrees is that of the first map that has one, else the first place measured.
 */
export function mapView(rows: SessionRows): MapView {
  const { traverse, measurements, samples } = rows;
  const layer = traverse.maps.find(({ layer: one }) => one.kind === "geojson" && one.origin)?.layer;
  const mapOrigin = layer?.kind === "geojson" ? layer.origin : undefined;
  const fixes = measurements.flatMap((row) => (row.position ? [{ row, place: row.position }] : []));
  const first = traverse.stops.find(({ position }) => position)?.position ?? fixes[0]?.place;
  const origin: Place | undefined = mapOrigin
    ? { latitudeDeg: mapOrigin.latitude, longitudeDeg: mapOrigin.longitude }
    : first;
  const grid = (place: Place): GridPoint => toGrid(origin ?? place, place);

  const placed = traverse.stops.flatMap(({ stopId, name, at, place, position }) => {
    const point = place ?? (position && grid(position));
    return point ? [{ stopId, name, at, place: point }] : [];
  });
  const measured = fixes.map(({ row, place }) => ({ sampleId: row.sampleId, at: row.at, place: grid(place) }));
  const sampled = samples.flatMap(({ sampleId, name, stopId }) => {
    const place =
      measured.find((one) => one.sampleId === sampleId)?.place ?? placed.find((stop) => stop.stopId === stopId)?.place;
    return place ? [{ sampleId, name, place }] : [];
  });
  const way = [...placed, ...measured].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const track = [base, ...way.map(({ place }) => place)];
  const lastId = traverse.stops.at(-1)?.stopId;
  const names = placed.map(({ name }) => name).join(", ");
  return {
    stops: placed.map(({ stopId, name, place }) => ({ stopId, name, place, current: stopId === lastId })),
    samples: sampled,
    track: track.length > 1 ? track : [],
    points: track,
    sentence:
      placed.length === 0
        ? "Map about the base; no stop has a place yet."
        : `Map about the base. Stops: ${names}. Samples: ${sampled.map(({ name }) => name).join(", ") || "none"}.`,
  };
}
