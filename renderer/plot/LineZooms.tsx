import type { ReactNode } from "react";
import type { Spectrum } from "../../contract/spectrum.ts";
import { useSize } from "../parts/hooks.ts";
import { linear, pathThrough, windowOf } from "./svg.ts";

/** A line to look at closely: where it should be, how far it may be off, and what stands below it. */
export interface ZoomedLine {
  readonly expected: number;
  readonly pass: number;
  readonly label: string;
  readonly residual: string;
}

/** Each side of the expected place, in units of the pass limit: enough to see a line that has failed. */
const halfWidths = 6;

/** Lines of a standard side by side, enlarged: the trace, the expected place (dashed) and how far it may be off (shaded). */
export const LineZooms = ({ spectrum, lines }: { spectrum: Spectrum; lines: readonly ZoomedLine[] }): ReactNode => (
  <ul className="zooms" aria-hidden="true">
    {lines.map((line) => (
      <Zoom key={line.expected} spectrum={spectrum} line={line} />
    ))}
  </ul>
);

function Zoom({ spectrum, line }: { spectrum: Spectrum; line: ZoomedLine }): ReactNode {
  const [box, { width, height }] = useSize<HTMLDivElement>();
  const { axis, intensity } = spectrum;
  const reach = line.pass * halfWidths;
  const [from, to] = windowOf(axis.values, line.expected - reach, line.expected + reach);
  const part = intensity.subarray(from, to).filter(Number.isFinite);
  const x = linear([line.expected - reach, line.expected + reach], [0, width]);
  const y = linear([Math.min(...part), Math.max(...part)], [height - 4, 12]);
  const points = Array.from({ length: to - from }, (_, i) => [
    x(axis.values[from + i] ?? Number.NaN),
    y(intensity[from + i] ?? Number.NaN),
  ]) as [number, number][];
  return (
    <li>
      <div ref={box}>
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            <rect
              className="within"
              x={x(line.expected - line.pass)}
              width={x(line.expected + line.pass) - x(line.expected - line.pass)}
              height={height}
            />
            <path className="expected" d={`M${x(line.expected)} 0V${height}`} />
            {part.length > 0 && <path className="trace" d={pathThrough(points)} />}
            <path className="axis" d={`M0 ${height - 1}H${width}`} />
          </svg>
        )}
      </div>
      <p>
        <b>{line.label}</b> {line.residual}
      </p>
    </li>
  );
}
