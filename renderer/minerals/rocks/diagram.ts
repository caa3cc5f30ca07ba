import type { Diagram } from "../../../contract/mindb.ts";
import type { RockAssessment } from "../../../contract/rock.ts";

export type Point = readonly [number, number];

/** Where shares of the corners (any scale, not all 0) lie in a diagram, in units of its side. */
export function pointOf({ corners }: Pick<Diagram, "corners">, shares: readonly number[]): Point {
  const total = shares.reduce((sum, share) => sum + share, 0) || 1;
  const mean = (of: (corner: Diagram["corners"][number]) => number): number =>
    corners.reduce((sum, corner, i) => sum + of(corner) * ((shares[i] ?? 0) / total), 0);
  return [mean(({ x }) => x), mean(({ y }) => y)];
}

/** Where a sample's modal mineralogy lies in a diagram. */
export interface Placed {
  readonly point: Point;
  /** Share of each corner, per cent of what the diagram counts. */
  readonly shares: readonly number[];
  /** Name of the field; undefined on no field. */
  readonly field: string | undefined;
  /** Share of the rock that the diagram counts, 0 to 1. */
  readonly counted: number;
}

/** Places a sample; undefined if it has nothing that the diagram counts. */
export function place(diagram: Diagram, minerals: RockAssessment["minerals"]): Placed | undefined {
  const amounts = diagram.corners.map(({ constituents }) =>
    minerals.filter(({ name }) => constituents.includes(name)).reduce((sum, { share }) => sum + share, 0),
  );
  const counted = amounts.reduce((sum, amount) => sum + amount, 0);
  if (counted < 0.05) return undefined; // a trace does not name a rock
  const point = pointOf(diagram, amounts);
  return {
    point,
    shares: amounts.map((amount) => (100 * amount) / counted),
    field: diagram.fields.find(({ polygon }) =>
      isInside(
        point,
        polygon.map((vertex) => pointOf(diagram, vertex)),
      ),
    )?.name,
    counted,
  };
}

/** Even-odd rule; a point on an edge belongs to one of the two fields, or, within rounding, to both. */
export function isInside([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  const edge = 1e-9;
  polygon.forEach(([x1, y1], i) => {
    const [x2, y2] = polygon[(i + 1) % polygon.length] ?? [x1, y1];
    const cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
    const within =
      Math.min(x1, x2) - edge <= x &&
      x <= Math.max(x1, x2) + edge &&
      Math.min(y1, y2) - edge <= y &&
      y <= Math.max(y1, y2) + edge;
    if (Math.abs(cross) < edge && within) inside = true;
  });
  if (inside) return true;
  polygon.forEach(([x1, y1], i) => {
    const [x2, y2] = polygon[(i + 1) % polygon.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

/** A place for a field's number: the middle of its vertices, which lies inside of these convex fields. */
export const middleOf = (polygon: readonly Point[]): Point => [
  polygon.reduce((sum, [x]) => sum + x, 0) / polygon.length,
  polygon.reduce((sum, [, y]) => sum + y, 0) / polygon.length,
];

/** Distance from the middle to the nearest edge: how large a number may be. */
export function roomOf(polygon: readonly Point[]): number {
  const [x, y] = middleOf(polygon);
  return Math.min(
    ...polygon.map(([x1, y1], i) => {
      const [x2, y2] = polygon[(i + 1) % polygon.length] ?? [x1, y1];
      const length = Math.hypot(x2 - x1, y2 - y1) || 1;
      return Math.abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length;
    }),
  );
}
