import type { ReactNode } from "react";
import type { CalibrationTrend } from "../../contract/calibration.ts";
import { useSize } from "../parts/hooks.ts";
import { linear, pathThrough } from "./svg.ts";
import { dayText, trendScale, trendWords } from "./trend.ts";

/** One figure over time with its limits: a disc for pass, a triangle for warn, a square for fail, hollow if not accepted. */
export function TrendPlot({ trend }: { trend: CalibrationTrend }): ReactNode {
  const [box, { width, height }] = useSize<HTMLDivElement>();
  const { points, limits } = trend;
  const [low, high] = trendScale(trend);
  const right = width - 40; // the limits' numbers
  const y = linear([low, high], [height - 26, 8]);
  const x = linear([0, Math.max(1, points.length - 1)], [8, right - 14]);
  const levels = [...new Set([0, ...(limits ? [limits.pass, limits.warn] : [])])].filter((v) => v >= low && v <= high);
  return (
    <div ref={box} className="trend" role="img" aria-label={trendWords(trend)}>
      {width > 0 && points.length > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {limits && (
            <rect
              x={0}
              width={right}
              y={y(limits.pass)}
              height={y(Math.max(low, -limits.pass)) - y(limits.pass)}
              className="within"
            />
          )}
          {levels.map((level) => (
            <g key={level}>
              <path d={`M0 ${y(level)}H${right}`} className={level === 0 ? "zero" : "limit"} />
              <text x={width} y={y(level) + 5} textAnchor="end">
                {level}
              </text>
            </g>
          ))}
          <path d={pathThrough(points.map(({ value }, i) => [x(i), y(value)] as const))} className="line" />
          {points.map((point, i) => (
            <Point key={point.calibrationId} x={x(i)} y={y(point.value)} {...point} />
          ))}
          <text x={0} y={height - 4}>
            {dayText(points[0]?.at)}
          </text>
          <text x={right} y={height - 4} textAnchor="end">
            {points.length > 1 && dayText(points.at(-1)?.at)}
          </text>
        </svg>
      )}
    </div>
  );
}

interface PointProps {
  readonly x: number;
  readonly y: number;
  readonly verdict: "pass" | "warn" | "fail";
  readonly accepted: boolean;
}

function Point({ x, y, verdict, accepted }: PointProps): ReactNode {
  const name = `point ${verdict}${accepted ? "" : " hollow"}`;
  if (verdict === "warn") return <path className={name} d={`M${x} ${y - 8}l9 16h-18z`} />;
  if (verdict === "fail") return <rect className={name} x={x - 6} y={y - 6} width={12} height={12} />;
  return <circle className={name} cx={x} cy={y} r={5.5} />;
}
