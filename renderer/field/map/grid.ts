import type { GridPoint } from "../../../contract/traverse.ts";

/** A place on the globe, degrees, WGS 84. */
export interface Place {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
}

/** Mean radius of the Earth, m (IUGG 1980). */
const earthRadiusM = 6_371_008.8;
const radPerDeg = Math.PI / 180;

/**
 * Metres east and north of the origin on a flat grid (equirectangular about the origin). Over the 10 km of a traverse the
 * error of this is below a metre at the latitudes of field sites; a receiver's is larger.
 */
export function toGrid(origin: Place, { latitudeDeg, longitudeDeg }: Place): GridPoint {
  const lat = latitudeDeg - origin.latitudeDeg;
  const turned = longitudeDeg - origin.longitudeDeg;
  const lon = turned > 180 ? turned - 360 : turned < -180 ? turned + 360 : turned; // across the date line
  return {
    eastM: lon * radPerDeg * earthRadiusM * Math.cos(origin.latitudeDeg * radPerDeg),
    northM: lat * radPerDeg * earthRadiusM,
  };
}

/** A box on the grid, m. */
export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** The least side of what is shown, m: below it a map shows nothing but the receiver's noise. */
const leastSideM = 40;
const marginShare = 0.12;

/** What holds all points, with a margin; about the origin where there is none. */
export function boxOf(points: readonly GridPoint[]): Box {
  const all = [{ eastM: 0, northM: 0 }, ...points];
  const easts = all.map(({ eastM }) => eastM);
  const norths = all.map(({ northM }) => northM);
  const [west, east] = [Math.min(...easts), Math.max(...easts)];
  const [south, north] = [Math.min(...norths), Math.max(...norths)];
  const side = Math.max(leastSideM, east - west, north - south);
  const [middleE, middleN, half] = [(west + east) / 2, (south + north) / 2, side * (1 / 2 + marginShare)];
  return { west: middleE - half, east: middleE + half, south: middleN - half, north: middleN + half };
}

/** The box about its middle, `times` as wide; 0.5 shows half. */
export function zoomed({ west, south, east, north }: Box, times: number): Box {
  const [middleE, middleN] = [(west + east) / 2, (south + north) / 2];
  const [halfE, halfN] = [((east - west) / 2) * times, ((north - south) / 2) * times];
  return { west: middleE - halfE, east: middleE + halfE, south: middleN - halfN, north: middleN + halfN };
}

/** The box moved by shares of its own sides. */
export function moved({ west, south, east, north }: Box, byEast: number, byNorth: number): Box {
  const [stepE, stepN] = [(east - west) * byEast, (north - south) * byNorth];
  return { west: west + stepE, east: east + stepE, south: south + stepN, north: north + stepN };
}

/** A round length (1, 2 or 5 times a power of ten, m) that fits about `most` times into `lengthM`. */
export function roundStep(lengthM: number, most: number): number {
  const wanted = lengthM / most;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 5, 10].find((n) => n * power >= wanted) ?? 10);
}

/** Multiples of the step between two ends. */
export function gridLines(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** "50 m", "2 km". */
export const lengthText = (metres: number): string =>
  metres >= 1000 ? `${metres / 1000}\u00a0km` : `${metres}\u00a0m`;
