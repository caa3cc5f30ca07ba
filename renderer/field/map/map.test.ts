import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { originOf, shapesOf } from "./geojson.ts";
import { boxOf, gridLines, roundStep, toGrid, zoomed } from "./grid.ts";
import { frameOf } from "./worldFile.ts";

describe("the grid", () => {
  test("a minute of latitude is a nautical mile, and a degree of longitude shrinks with the cosine", () => {
    const origin = { latitudeDeg: 60, longitudeDeg: 10 };
    expect(toGrid(origin, { latitudeDeg: 60 + 1 / 60, longitudeDeg: 10 }).northM).toBeCloseTo(1853, 0);
    const { eastM } = toGrid(origin, { latitudeDeg: 60, longitudeDeg: 11 });
    expect(eastM / toGrid({ ...origin, latitudeDeg: 0 }, { latitudeDeg: 0, longitudeDeg: 11 }).eastM).toBeCloseTo(
      0.5,
      6,
    );
  });

  test("goes on across the date line", () => {
    const { eastM } = toGrid({ latitudeDeg: 0, longitudeDeg: 179.999 }, { latitudeDeg: 0, longitudeDeg: -179.999 });
    expect(eastM).toBeCloseTo(222.39, 1);
  });

  test("shows every point, and stays square", () => {
    const point = fc.record({
      eastM: fc.double({ min: -5e3, max: 5e3, noNaN: true }),
      northM: fc.double({ min: -5e3, max: 5e3, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point), (points) => {
        const box = boxOf(points);
        expect(box.east - box.west).toBeCloseTo(box.north - box.south, 6);
        for (const { eastM, northM } of points) {
          expect(eastM > box.west && eastM < box.east && northM > box.south && northM < box.north).toBe(true);
        }
      }),
    );
  });

  test("zooming in and out comes back to the same box", () => {
    const box = boxOf([{ eastM: 120, northM: -40 }]);
    const back = zoomed(zoomed(box, 0.5), 2);
    expect(back.west).toBeCloseTo(box.west, 9);
    expect(back.north).toBeCloseTo(box.north, 9);
  });

  test("its lines stand at round metres", () => {
    expect(roundStep(700, 7)).toBe(100);
    expect(roundStep(90, 5)).toBe(20);
    expect(gridLines(-110, 230, 100)).toEqual([-100, 0, 100, 200]);
  });
});

describe("a map from a file", () => {
  const site = JSON.stringify({
    type: "FeatureCollection",
    features: [
      { type: "Feature", properties: { name: "Lander" }, geometry: { type: "Point", coordinates: [-13.7, 29.05] } },
      {
        type: "Feature",
        properties: {},
        geometry: {
          type: "LineString",
          coordinates: [
            [-13.7, 29.05],
            [-13.69, 29.05],
          ],
        },
      },
    ],
  });

  test("in degrees lies about its lander", () => {
    const origin = originOf(site);
    expect(origin).toEqual({ longitudeDeg: -13.7, latitudeDeg: 29.05 });
    const shapes = shapesOf(site, origin);
    expect(shapes?.points[0]).toMatchObject({ name: "Lander", at: { eastM: 0, northM: 0 } });
    expect(shapes?.lines[0]?.[1]?.eastM).toBeCloseTo(972.1, 0);
  });

  test("in metres stays where it is", () => {
    const text = JSON.stringify({
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [300, 0],
          [300, 200],
          [0, 0],
        ],
      ],
    });
    expect(originOf(text)).toBeUndefined();
    expect(shapesOf(text, undefined)?.rings[0]?.[2]).toEqual({ eastM: 300, northM: 200 });
  });

  test("that is no GeoJSON gives nothing", () => {
    for (const text of ["", "[1, 2]", '{"type":"Topology"}', '{"type":"Point","coordinates":["a"]}']) {
      expect(shapesOf(text, undefined)).toBeUndefined();
    }
  });

  test("a world file gives the picture's corners; a turned one is refused", () => {
    expect(frameOf("0.5\n0\n0\n-0.5\n100.25\n199.75\n", 400, 200)).toEqual({
      west: 100,
      north: 200,
      east: 300,
      south: 100,
    });
    expect(frameOf("0.5\n0.1\n0\n-0.5\n0\n0", 400, 200)).toBeUndefined();
    expect(frameOf("not a world file", 400, 200)).toBeUndefined();
  });
});
