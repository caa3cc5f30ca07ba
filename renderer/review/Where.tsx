import type { ReactNode } from "react";
import type { ReviewSpot } from "../../contract/review.ts";
import { useSize } from "../parts/hooks.ts";
import { timeOf } from "./clock.ts";
import { type CrewLook, CrewMark } from "./crews.tsx";

interface WhereProps {
  /** In the order of time. */
  readonly spots: readonly ReviewSpot[];
  readonly crews: ReadonlyMap<string, CrewLook>;
  readonly shown: ReviewSpot | undefined;
  readonly atMs: number;
}

const pad = { left: 52, top: 10, right: 12, bottom: 30 };

/** The crews' ways up to the clock's time, in metres; whole ways are faint. */
export function Where({ spots, crews, shown, atMs }: WhereProps): ReactNode {
  const [box, { width, height }] = useSize<HTMLDivElement>();
  const placed = spots.flatMap((spot) => (spot.place ? [{ spot, ...spot.place }] : []));
  if (placed.length === 0) {
    return (
      <div className="map" ref={box}>
        <p className="nothing">No place is known of any spot.</p>
      </div>
    );
  }
  const [east, north] = [placed.map((p) => p.eastM), placed.map((p) => p.northM)];
  const [west, south] = [Math.min(...east), Math.min(...north)];
  const [spanEast, spanNorth] = [Math.max(20, Math.max(...east) - west), Math.max(20, Math.max(...north) - south)];
  const [roomX, roomY] = [width - pad.left - pad.right, height - pad.top - pad.bottom];
  // One metre is as long to the north as to the east.
  const scale = 0.9 * Math.min(roomX / spanEast, roomY / spanNorth);
  const x = (m: number): number => pad.left + roomX / 2 + (m - west - spanEast / 2) * scale;
  const y = (m: number): number => pad.top + roomY / 2 - (m - south - spanNorth / 2) * scale;
  const stepM = [10, 20, 50, 100, 200, 500, 1000, 2000].find((m) => m * scale >= 60) ?? 5000;
  const ticks = (from: number, to: number): number[] => {
    const all: number[] = [];
    for (let m = Math.ceil(from / stepM) * stepM; m <= to; m += stepM) all.push(m);
    return all;
  };
  const [right, bottom] = [width - pad.right, height - pad.bottom];
  const metres = (px: number, of: (m: number) => number): number => (px - of(0)) / (of(1) - of(0));
  return (
    <div className="map" ref={box}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={`Map of ${placed.length} spots in metres`}>
          {ticks(metres(pad.left, x), metres(right, x)).map((m) => (
            <g key={m}>
              <path d={`M${x(m)} ${pad.top}V${bottom}`} className="grid" />
              <text x={x(m)} y={height - 10} textAnchor="middle">
                {m}
              </text>
            </g>
          ))}
          {ticks(metres(bottom, y), metres(pad.top, y)).map((m) => (
            <g key={m}>
              <path d={`M${pad.left} ${y(m)}H${right}`} className="grid" />
              <text x={pad.left - 8} y={y(m) + 5} textAnchor="end">
                {m}
              </text>
            </g>
          ))}
          <path d={`M${pad.left} ${pad.top}V${bottom}H${right}`} className="axis" />
          <text x={pad.left + 6} y={pad.top + 12} className="halo">
            m north
          </text>
          <text x={right} y={bottom - 6} textAnchor="end" className="halo">
            m east
          </text>
          {[...crews].map(([crew, look]) => {
            const own = placed.filter(({ spot }) => spot.crew === crew);
            const past = own.filter(({ spot }) => timeOf(spot) <= atMs);
            const way = (points: typeof own): string => points.map((p) => `${x(p.eastM)},${y(p.northM)}`).join(" ");
            const last = past.at(-1);
            return (
              <g key={crew}>
                <polyline points={way(own)} className="way ahead" stroke={look.colour} strokeDasharray={look.dash} />
                <polyline points={way(past)} className="way" stroke={look.colour} strokeDasharray={look.dash} />
                {past.map((p) => (
                  <CrewMark key={p.spot.target.spotId} look={look} x={x(p.eastM)} y={y(p.northM)} r={5} />
                ))}
                {last && (
                  <>
                    <CrewMark look={look} x={x(last.eastM)} y={y(last.northM)} r={9} />
                    <text x={x(last.eastM) + 14} y={y(last.northM) + 5} className="halo crew">
                      {crew} at {last.spot.sampleName}
                    </text>
                  </>
                )}
              </g>
            );
          })}
          {shown?.place && <circle cx={x(shown.place.eastM)} cy={y(shown.place.northM)} r="15" className="chosen" />}
        </svg>
      )}
    </div>
  );
}
