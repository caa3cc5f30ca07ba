import { type ReactNode, useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type Spectrum, techniqueName } from "../../contract/spectrum.ts";
import { type Line, labelledLines, unitText } from "./lines.ts";

interface PlotProps {
  readonly spectrum: Spectrum;
  /** What was measured, for the text alternative: "spot 3". */
  readonly of: string;
  /** Off while the spectrum still grows, and if it is too poor: a label would make a line of noise. */
  readonly labelled: boolean;
}

const textPx = 18;
/** Height of the axis with its numbers, and of a label with its gap. */
const axisPx = 38;
const labelPx = 26;
/** Labels of lines nearer than this lean away from each other. */
const nearPx = 52;

/** One spectrum, drawn to fill its box. Zoom and cursor are left out: a glove cannot work them. */
export function SpectrumPlot({ spectrum, of, labelled }: PlotProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const lines = useMemo(() => (labelled ? labelledLines(spectrum) : []), [spectrum, labelled]);
  const drawn = useRef({ spectrum, lines });
  drawn.current = { spectrum, lines };

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(
      options(element, () => drawn.current),
      dataOf(drawn.current.spectrum),
      element,
    );
    plot.current = made;
    const size = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }));
    size.observe(element);
    const theme = new MutationObserver(() => made.redraw(false, true));
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      size.disconnect();
      theme.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, []);
  useEffect(() => plot.current?.setData(dataOf(spectrum)), [spectrum]);

  const unit = unitText[spectrum.axis.unit];
  return (
    <div className="plot">
      <div
        ref={box}
        className="canvas"
        role="img"
        aria-label={describe(
          spectrum,
          of,
          lines.map((l) => l.position),
        )}
      />
      <span className="unit" aria-hidden="true">
        {unit}
      </span>
    </div>
  );
}

function describe({ technique, axis }: Spectrum, of: string, positions: readonly number[]): string {
  const unit = unitText[axis.unit];
  const range = `${Math.round(axis.values[0] ?? 0)} to ${Math.round(axis.values.at(-1) ?? 0)} ${unit}`;
  const what = technique === "vnir" ? "dips" : "lines";
  const found = positions.length > 0 ? `, ${what} at ${positions.map(Math.round).join(", ")}` : "";
  return `${techniqueName[technique]} spectrum of ${of}, ${range}${found}`;
}

/** uPlot draws a gap where a value is null. */
const dataOf = ({ axis, intensity }: Spectrum): uPlot.AlignedData => [
  axis.values,
  Array.from(intensity, (value) => (Number.isFinite(value) ? value : null)),
];

function options(element: HTMLElement, now: () => { spectrum: Spectrum; lines: readonly Line[] }): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => () => style.getPropertyValue(name);
  const family = getComputedStyle(element).fontFamily;
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [0, 12, 0, 12],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false },
      y: { range: (_plot, low, high) => withRoom(low, high, element.clientHeight - axisPx, now().spectrum) },
    },
    axes: [
      {
        size: axisPx,
        gap: 6,
        font: `${textPx}px ${family}`,
        stroke: colour("--ink"),
        grid: { show: false },
        border: { show: true, stroke: colour("--line"), width: 2 },
        ticks: { show: true, stroke: colour("--line"), width: 2, size: 8 },
        space: 90,
        // The last label would lie under the unit.
        values: (plot, splits) =>
          splits.map((value) => (plot.valToPos(value, "x") > plot.over.clientWidth - 70 ? "" : String(value))),
      },
      { show: false },
    ],
    series: [{}, { stroke: colour("--trace-0"), width: 3, points: { show: false } }],
    hooks: { draw: [(plot) => drawLabels(plot, now(), family, colour)] },
  };
}

/** The measured range and room for one label above it (below it for dips), whatever the height of the plot. */
function withRoom(low: number, high: number, heightPx: number, { technique }: Spectrum): [number, number] {
  const range = high - low || 1;
  const label = (range * labelPx) / Math.max(labelPx, heightPx - labelPx);
  const edge = 0.04 * range;
  return technique === "vnir" ? [low - label, high + edge] : [low - edge, high + label];
}

function drawLabels(
  plot: uPlot,
  { spectrum, lines }: { spectrum: Spectrum; lines: readonly Line[] },
  family: string,
  colour: (name: string) => () => string,
): void {
  const { ctx } = plot;
  const scale = uPlot.pxRatio;
  const dip = spectrum.technique === "vnir";
  ctx.save();
  ctx.font = `600 ${textPx * scale}px ${family}`;
  ctx.textBaseline = dip ? "top" : "bottom";
  ctx.textAlign = "left";
  ctx.lineJoin = "round";
  ctx.lineWidth = 6 * scale;
  ctx.strokeStyle = colour("--bg")();
  ctx.fillStyle = colour("--ink")();
  const xs = lines.map(({ position }) => plot.valToPos(position, "x", true));
  const labels = lines.map(({ index, position, prominence }, i) => {
    const x = xs[i] ?? 0;
    const nearLeft = x - (xs[i - 1] ?? Number.NEGATIVE_INFINITY) < nearPx * scale;
    const nearRight = (xs[i + 1] ?? Number.POSITIVE_INFINITY) - x < nearPx * scale;
    const text = String(Math.round(position));
    const width = ctx.measureText(text).width;
    const left = nearLeft === nearRight ? x - width / 2 : nearRight ? x - width + 6 * scale : x - 6 * scale;
    const y = plot.valToPos(spectrum.intensity[index] ?? 0, "y", true) + (dip ? 6 : -4) * scale;
    return { text, left, right: left + width, y, prominence };
  });
  const drawn: typeof labels = [];
  for (const label of labels.sort((a, b) => b.prominence - a.prominence)) {
    // Where there is no room for all, the most prominent lines keep their labels.
    if (drawn.some((other) => label.left < other.right && other.left < label.right)) continue;
    drawn.push(label);
    ctx.strokeText(label.text, label.left, label.y);
    ctx.fillText(label.text, label.left, label.y);
  }
  ctx.restore();
}
