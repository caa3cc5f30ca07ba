import type { ReactNode } from "react";
import type { Technique } from "../../../contract/spectrum.ts";
import { techniqueName } from "../../../contract/spectrum.ts";
import type { ExplainedBand } from "../../../contract/why.ts";
import { positionText, spokenBands } from "../../display/why.ts";
import { useWidth } from "../../parts/useWidth.ts";
import { rangeOf, type Scaled, scaled, ticks, withRoom } from "../../plot/reference.ts";
import type { Shown } from "./useComparison.ts";

/** A line of the catalogue: where, and how high over the highest (0 to 1). */
export interface Stick {
  readonly position: number;
  readonly height: number;
  /** The element, in LIBS. */
  readonly label?: string;
}

interface ReferencePlotProps {
  readonly technique: Technique;
  readonly mineral: string;
  readonly shown: Shown;
  /** Drawn where there is no reference trace; their labels stand in any case. */
  readonly sticks: readonly Stick[];
  readonly heightPx: number;
}

const axisPx = 30;
/** Room above the trace for a label and, beside a measurement, for a mark. */
const labelPx = 24;
const markPx = 24;
const sidePx = 4;
const mostLabels = 5;
/** Lower sticks carry no label: a plasma hardly shows them. */
const leastLabelled = 0.08;
const unit = { raman: "cm⁻¹", vnir: "nm", libs: "nm" } as const;

/**
 * The reference of a mineral as a filled area (sticks where only its bands are known); over it, as a line, what was measured, and
 * above both the bands that agree, are missing or are extra. Nothing in it can be zoomed: the lines stand in a table.
 */
export function ReferencePlot({ technique, mineral, shown, sticks, heightPx }: ReferencePlotProps): ReactNode {
  const [box, widthPx] = useWidth<HTMLDivElement>();
  const { reference, measured, fit } = shown;
  const marks = fit?.bands ?? [];
  const spectra = [reference?.trace, measured].filter((one) => one !== undefined);
  const range = rangeOf(
    technique,
    spectra,
    sticks.map(({ position }) => position),
  );
  const base = heightPx - axisPx;
  const top = (marks.length > 0 ? markPx : 0) + (technique === "vnir" ? 6 : labelPx);
  const xOf = (at: number): number =>
    sidePx + ((at - range[0]) / (range[1] - range[0])) * Math.max(1, widthPx - 2 * sidePx);
  const yOf = (share: number): number =>
    base - share * (base - top - (technique === "vnir" ? labelPx : 0)) - (technique === "vnir" ? labelPx : 0);
  const cells = Math.max(50, widthPx);
  const area = reference && scaled(reference.trace, range, cells);
  const line = measured && scaled(measured, range, cells);
  const labels = withRoom(
    sticks
      .filter(({ position, height }) => position >= range[0] && position <= range[1] && height >= leastLabelled)
      // What the reference hardly shows gets no label that would hang in the air.
      .filter(({ position }) => technique === "vnir" || (heightAt(area, position) ?? 1) >= leastLabelled / 2)
      .toSorted((a, b) => b.height - a.height)
      .map((stick) => ({ ...stick, atPx: xOf(stick.position) })),
    52,
  ).slice(0, mostLabels);
  return (
    <div ref={box} className="reference-plot" style={{ height: heightPx }}>
      {widthPx > 0 && (
        <svg width={widthPx} height={heightPx} role="img" aria-label={describe(technique, mineral, shown, sticks)}>
          {area ? (
            <path className="reference" d={areaPath(area, xOf, yOf, technique === "vnir" ? base : yOf(0))} />
          ) : (
            sticks
              .filter(({ position }) => position >= range[0] && position <= range[1])
              .map(({ position, height }) => (
                <path key={position} className="stick" d={stickPath(technique, xOf(position), height, yOf)} />
              ))
          )}
          {line && <path className="measured" d={linePath(line, xOf, yOf)} />}
          <path className="axis" d={`M${sidePx} ${base}H${widthPx - sidePx}`} />
          {ticks(range, widthPx).map((at) => (
            <g key={at}>
              <path className="axis" d={`M${xOf(at)} ${base}v6`} />
              {xOf(at) > 16 && xOf(at) < widthPx - 60 && (
                <text x={xOf(at)} y={base + 22} textAnchor="middle">
                  {at}
                </text>
              )}
            </g>
          ))}
          <text x={widthPx - sidePx} y={base + 22} textAnchor="end">
            {unit[technique]}
          </text>
          {marks.length === 0 &&
            labels.map(({ position, height, label, atPx }) => (
              <text
                key={position}
                className="label"
                x={Math.min(Math.max(atPx, 20), widthPx - 20)}
                y={technique === "vnir" ? base - 6 : yOf(heightAt(area, position) ?? height) - 6}
                textAnchor="middle"
              >
                {label ?? Math.round(position)}
              </text>
            ))}
          {marks.map((mark) => (
            <Shape key={`${mark.verdict} ${mark.position}`} mark={mark} x={xOf(mark.position)} bottom={base} />
          ))}
        </svg>
      )}
    </div>
  );
}

const points = ({ x, y }: Scaled, xOf: (at: number) => number, yOf: (share: number) => number): string =>
  x.map((at, i) => `${xOf(at).toFixed(1)} ${yOf(y[i] ?? 0).toFixed(1)}`).join("L");

const linePath = (trace: Scaled, xOf: (at: number) => number, yOf: (share: number) => number): string =>
  trace.x.length === 0 ? "" : `M${points(trace, xOf, yOf)}`;

const areaPath = (trace: Scaled, xOf: (at: number) => number, yOf: (share: number) => number, base: number): string =>
  trace.x.length === 0
    ? ""
    : `M${xOf(trace.x[0] ?? 0).toFixed(1)} ${base}L${points(trace, xOf, yOf)}L${xOf(trace.x.at(-1) ?? 0).toFixed(1)} ${base}Z`;

/** A line stands on the axis; a dip hangs from the top. */
const stickPath = (technique: Technique, x: number, height: number, yOf: (share: number) => number): string =>
  technique === "vnir" ? `M${x} ${yOf(1)}V${yOf(1 - height)}` : `M${x} ${yOf(0)}V${yOf(height)}`;

/** The height of a trace near a position, for its label. */
function heightAt(trace: Scaled | undefined, position: number): number | undefined {
  if (trace === undefined || trace.x.length < 2) return undefined;
  const step = ((trace.x.at(-1) ?? 0) - (trace.x[0] ?? 0)) / trace.x.length;
  const near = trace.y.filter((_, i) => Math.abs((trace.x[i] ?? 0) - position) <= 3 * step);
  return near.length === 0 ? undefined : Math.max(...near);
}

const r = 8;

/** Disc: agrees; square with a stroke: missing; ring: extra; each with a line of its own dash, as in Field. */
function Shape({ mark, x, bottom }: { mark: ExplainedBand; x: number; bottom: number }): ReactNode {
  const y = r + 2;
  return (
    <g className={`band ${mark.verdict}`}>
      <path className="stem" d={`M${x} ${y + r}V${bottom}`} />
      {mark.verdict === "missing" ? (
        <>
          <rect x={x - r} y={y - r} width={2 * r} height={2 * r} />
          <path className="cross" d={`M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`} />
        </>
      ) : (
        <circle cx={x} cy={y} r={mark.verdict === "agrees" ? r : r - 1.5} />
      )}
    </g>
  );
}

function describe(
  technique: Technique,
  mineral: string,
  { reference, measured, fit }: Shown,
  sticks: readonly Stick[],
): string {
  const what = technique === "vnir" ? "dips" : "lines";
  const at = sticks
    .toSorted((a, b) => b.height - a.height)
    .slice(0, mostLabels)
    .map(({ position, label }) => `${label === undefined ? "" : `${label} `}${positionText(technique, position)}`);
  const shape = reference ? "reference spectrum" : "bands";
  const told = at.length > 0 ? `, ${what} at ${at.join(", ")} ${unit[technique]}` : "";
  const beside = measured ? "; over it the measured spectrum" : "";
  const bands = fit ? `; ${spokenBands(fit.bands, technique).replaceAll("unexplained", "extra")}` : "";
  return `${techniqueName[technique]} ${shape} of ${mineral}${told}${beside}${bands}`;
}
