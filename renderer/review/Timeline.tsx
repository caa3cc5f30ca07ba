import type { ReactNode } from "react";
import type { ReviewCampaign, ReviewSpot } from "../../contract/review.ts";
import { utcMinute } from "../display/time.ts";
import { useSize } from "../parts/hooks.ts";
import { timeOf } from "./clock.ts";
import { type CrewLook, CrewMark, VerdictMark } from "./crews.tsx";

interface TimelineProps {
  readonly campaign: ReviewCampaign;
  /** In the order of time. */
  readonly spots: readonly ReviewSpot[];
  readonly crews: ReadonlyMap<string, CrewLook>;
  readonly shown: ReviewSpot | undefined;
  readonly atMs: number;
  /** Whether a spot's verdict may be seen. */
  readonly open: (spot: ReviewSpot) => boolean;
  readonly onShow: (spot: ReviewSpot) => void;
}

const left = 130;
const right = 14;
const axisPx = 30;

/** All crews on one clock. A touch in a lane takes the nearest spot. */
export function Timeline({ campaign, spots, crews, shown, atMs, open, onShow }: TimelineProps): ReactNode {
  const [box, { width, height }] = useSize<HTMLDivElement>();
  const times = spots.map(timeOf);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const x = (ms: number): number => left + ((ms - from) / Math.max(1, to - from)) * (width - left - right);
  const lane = (height - axisPx) / Math.max(1, crews.size);
  const stepMs = ([5, 10, 15, 30, 60, 120, 240].find((m) => (to - from) / (m * 60_000) <= 8) ?? 480) * 60_000;
  const ticks: number[] = [];
  for (let t = Math.ceil(from / stepMs) * stepMs; t <= to; t += stepMs) ticks.push(t);
  const bottom = height - axisPx;
  return (
    <div className="timeline" ref={box}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`Timeline of ${crews.size} crews, ${spots.length} spots`}
        >
          {ticks.map((t) => (
            <g key={t}>
              <path d={`M${x(t)} 0V${bottom}`} className="grid" />
              <text x={x(t)} y={height - 8} textAnchor="middle">
                {utcMinute(t)}
              </text>
            </g>
          ))}
          {[...crews].map(([crew, look], index) => {
            const y = lane * (index + 0.5);
            const own = spots.filter((spot) => spot.crew === crew);
            const session = campaign.sessions.find((s) => s.crew === crew);
            const stops = [...Map.groupBy(own, ({ target }) => target.sampleId).values()];
            const half = Math.min(18, lane / 2 - 3);
            return (
              // biome-ignore lint/a11y/noStaticElementInteractions: the keys and the list of spots do the same
              <g
                key={crew}
                onClick={(event) => {
                  const at = event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
                  const nearest = own.toSorted((a, b) => Math.abs(x(timeOf(a)) - at) - Math.abs(x(timeOf(b)) - at))[0];
                  if (nearest) onShow(nearest);
                }}
              >
                <rect x="0" y={lane * index} width={width} height={lane} fill="transparent" />
                <CrewMark look={look} x={12} y={y} r={8} />
                <text x="28" y={y + 5} className="crew">
                  {crew}
                </text>
                {session && (
                  <path
                    d={`M${Math.max(left, x(Date.parse(session.firstAt)))} ${y}H${Math.min(width - right, x(Date.parse(session.lastAt)))}`}
                    stroke={look.colour}
                    strokeWidth="3"
                    strokeDasharray={look.dash}
                  />
                )}
                {stops.map((of) => {
                  const [a, b] = [x(Math.min(...of.map(timeOf))) - 11, x(Math.max(...of.map(timeOf))) + 11];
                  return (
                    <rect
                      key={of[0]?.target.sampleId}
                      x={a}
                      y={y - half}
                      width={b - a}
                      height={2 * half}
                      className="stop-box"
                      stroke={look.colour}
                    />
                  );
                })}
                {own.map((spot) => (
                  <VerdictMark
                    key={spot.target.spotId}
                    verdict={open(spot) ? spot.verdict : undefined}
                    x={x(timeOf(spot))}
                    y={y}
                    r={8}
                  />
                ))}
                {shown?.crew === crew && <circle cx={x(timeOf(shown))} cy={y} r="14" className="chosen" />}
              </g>
            );
          })}
          <path d={`M${left} ${bottom}H${width - right}`} className="axis" />
          <path d={`M${x(atMs)} 0V${bottom}M${x(atMs) - 9} 0h18l-9 12z`} className="now" />
        </svg>
      )}
    </div>
  );
}
