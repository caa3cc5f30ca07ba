import { type ReactNode, useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type Spectrum, techniqueName } from "../../contract/spectrum.ts";
import type { BandVerdict, ExplainedBand } from "../../contract/why.ts";
import { positionText, spokenBands } from "../display/why.ts";
import { type Line, labelledLines, unitText } from "./lines.ts";
import { scaled } from "./reference.ts";

interface PlotProps {
  readonly spectrum: Spectrum;
  /** What was measured, for the text alternative: "spot 3". */
  readonly of: string;
  /** Off while the spectrum still grows, and if it is too poor: a label would make a line of noise. */
  readonly labelled: boolean;
  /** Bands to mark with their verdict, instead of labels. */
  readonly marks?: readonly ExplainedBand[];
  /** Where a standard's lines should be: dashed lines over the trace, instead of labels. */
  readonly expected?: readonly ExpectedLine[];
  /** Another spectrum, dashed behind the trace and brought to its height. */
  readonly reference?: Spectrum | undefined;
}

/** A line of a standard. `key`: the verdict rests on it; its number stands where not all have room. */
export interface ExpectedLine {
  readonly position: number;
  readonly key: boolean;
}

const textPx = 18;
/** Where plots are read at a desk, close by. */
const deskTextPx = 15;
/** Height of the axis with its numbers, and of a label with its gap. */
const axisPx = 38;
const labelPx = 26;
/** Labels of lines nearer than this lean away from each other. */
const nearPx = 52;

/** One spectrum, drawn to fill its box. Zoom and cursor are left out: a glove cannot work them. */
export function SpectrumPlot({
  spectrum,
  of,
  labelled,
  marks = noMarks,
  expected = noExpected,
  reference,
}: PlotProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const lines = useMemo(() => (labelled ? labelledLines(spectrum) : []), [spectrum, labelled]);
  const drawn = useRef<Drawn>({ spectrum, lines, marks, expected, reference });
  drawn.current = { spectrum, lines, marks, expected, reference };

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
  // Other marks need other room above the trace.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => plot.current?.setData(dataOf(spectrum)), [spectrum, marks, expected, reference]);

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
          marks,
          expected,
        )}
      />
      <span className="unit" aria-hidden="true">
        {unit}
      </span>
    </div>
  );
}

function describe(
  { technique, axis }: Spectrum,
  of: string,
  positions: readonly number[],
  marks: readonly ExplainedBand[],
  expected: readonly ExpectedLine[],
): string {
  const unit = unitText[axis.unit];
  const range = `${Math.round(axis.values[0] ?? 0)} to ${Math.round(axis.values.at(-1) ?? 0)} ${unit}`;
  const what = technique === "vnir" ? "dips" : "lines";
  const found = positions.length > 0 ? `, ${what} at ${positions.map(Math.round).join(", ")}` : "";
  const told = marks.length > 0 ? `; ${spokenBands(marks, technique)}` : "";
  const standard =
    expected.length > 0 ? `; lines expected at ${expected.map(({ position }) => position).join(", ")}` : "";
  return `${techniqueName[technique]} spectrum of ${of}, ${range}${found}${told}${standard}`;
}

/** uPlot draws a gap where a value is null. */
const dataOf = ({ axis, intensity }: Spectrum): uPlot.AlignedData => [
  axis.values,
  Array.from(intensity, (value) => (Number.isFinite(value) ? value : null)),
];

interface Drawn {
  readonly spectrum: Spectrum;
  readonly lines: readonly Line[];
  readonly marks: readonly ExplainedBand[];
  readonly expected: readonly ExpectedLine[];
  readonly reference: Spectrum | undefined;
}

const noMarks: readonly ExplainedBand[] = [];
const noExpected: readonly ExpectedLine[] = [];

function options(element: HTMLElement, now: () => Drawn): uPlot.Options {
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
      y: { range: (_plot, low, high) => withRoom(low, high, element.clientHeight - axisPx, now()) },
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
    hooks: {
      drawAxes: [(plot) => drawReference(plot, now(), colour)],
      draw: [
        (plot) => drawLabels(plot, now(), family, colour),
        (plot) => drawMarks(plot, now(), family, colour),
        (plot) => drawExpected(plot, now(), family, colour),
      ],
    },
  };
}

/** The measured range and room for one label above it (below it for dips), whatever the height of the plot. */
function withRoom(low: number, high: number, heightPx: number, { spectrum, marks, expected }: Drawn): [number, number] {
  const range = high - low || 1;
  const { technique } = spectrum;
  const edge = 0.04 * range;
  if (expected.length > 0) {
    return [low - edge, high + edge + (range * labelPx) / Math.max(labelPx, heightPx - labelPx)];
  }
  if (marks.length > 0) {
    // A shape and its number above the trace, of dips too: they are deep, and their numbers would lie under the axis.
    return [low - edge, high + edge + (range * 2 * labelPx) / Math.max(labelPx, heightPx - 2 * labelPx)];
  }
  const label = (range * labelPx) / Math.max(labelPx, heightPx - labelPx);
  return technique === "vnir" ? [low - label, high + edge] : [low - edge, high + label];
}

/** The reference behind the trace, from its foot to its top. */
function drawReference(plot: uPlot, { spectrum, reference }: Drawn, colour: (name: string) => () => string): void {
  const { values } = spectrum.axis;
  if (!reference || reference.axis.unit !== spectrum.axis.unit) return;
  const finite = spectrum.intensity.filter(Number.isFinite);
  const [low, high] = finite.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  const { x, y } = scaled(reference, [values[0] ?? 0, values.at(-1) ?? 0], plot.bbox.width);
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = colour("--trace-1")();
  ctx.lineWidth = 2.5 * uPlot.pxRatio;
  ctx.setLineDash([10 * uPlot.pxRatio, 6 * uPlot.pxRatio]);
  ctx.beginPath();
  for (const [i, at] of x.entries()) {
    const height = low + (y[i] ?? 0) * (high - low);
    ctx.lineTo(plot.valToPos(at, "x", true), plot.valToPos(height, "y", true));
  }
  ctx.stroke();
  ctx.restore();
}

function drawLabels(
  plot: uPlot,
  { spectrum, lines }: Drawn,
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

/** Half the size of a mark's shape. */
const shapePx = 9;
const strokeOf: Record<BandVerdict, { colour: string; dash: number[] }> = {
  agrees: { colour: "--ok", dash: [] },
  missing: { colour: "--fail", dash: [8, 6] },
  unexplained: { colour: "--none", dash: [2, 5] },
};

/**
 * A shape above each band (disc: agrees, crossed square: missing, ring: unexplained) and a line down to the trace, each in
 * its own dash. Of numbers that would overlap, those that speak against the name stand, then the strongest.
 */
function drawMarks(
  plot: uPlot,
  { spectrum, marks }: Drawn,
  family: string,
  colour: (name: string) => () => string,
): void {
  const { ctx, bbox } = plot;
  const scale = uPlot.pxRatio;
  const r = shapePx * scale;
  const y = bbox.top + (labelPx + shapePx) * scale;
  ctx.save();
  ctx.font = `600 ${textPx * scale}px ${family}`;
  ctx.textBaseline = "bottom";
  ctx.textAlign = "center";
  const taken: { left: number; right: number }[] = [];
  const rank = ({ verdict, strength }: ExplainedBand) => (verdict === "agrees" ? strength : 1 + strength);
  for (const mark of marks.toSorted((a, b) => rank(b) - rank(a))) {
    const x = plot.valToPos(mark.position, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const stroke = strokeOf[mark.verdict];
    ctx.strokeStyle = colour(stroke.colour)();
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = 2 * scale;
    ctx.setLineDash(stroke.dash.map((length) => length * scale));
    ctx.beginPath();
    ctx.moveTo(x, y + r);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    drawShape(ctx, mark.verdict, x, y, r, colour("--bg")());
    const text = positionText(spectrum.technique, mark.position);
    const half = ctx.measureText(text).width / 2 + 3 * scale;
    if (taken.some(({ left, right }) => x - half < right && left < x + half)) continue;
    taken.push({ left: x - half, right: x + half });
    ctx.fillStyle = colour("--ink")();
    ctx.fillText(text, x, bbox.top + (labelPx - 2) * scale);
  }
  ctx.restore();
}

/** Where the standard's lines should be, with their numbers on top; of numbers that would overlap, the key lines' stand. */
function drawExpected(plot: uPlot, { expected }: Drawn, family: string, colour: (name: string) => () => string): void {
  const { ctx, bbox } = plot;
  const scale = uPlot.pxRatio;
  ctx.save();
  ctx.font = `600 ${deskTextPx * scale}px ${family}`;
  ctx.textBaseline = "bottom";
  ctx.textAlign = "center";
  ctx.strokeStyle = colour("--trace-1")();
  ctx.fillStyle = colour("--ink")();
  ctx.lineWidth = 2.5 * scale;
  const taken: { left: number; right: number }[] = [];
  for (const { position } of expected.toSorted((a, b) => Number(b.key) - Number(a.key))) {
    const x = plot.valToPos(position, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.setLineDash([10 * scale, 6 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top + labelPx * scale);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const text = String(Math.round(position));
    const half = ctx.measureText(text).width / 2 + 3 * scale;
    if (taken.some(({ left, right }) => x - half < right && left < x + half)) continue;
    taken.push({ left: x - half, right: x + half });
    ctx.fillText(text, x, bbox.top + (labelPx - 4) * scale);
  }
  ctx.restore();
}

function drawShape(
  ctx: CanvasRenderingContext2D,
  verdict: BandVerdict,
  x: number,
  y: number,
  r: number,
  background: string,
): void {
  ctx.lineWidth = r / 3;
  ctx.beginPath();
  if (verdict === "missing") {
    ctx.fillRect(x - r, y - r, 2 * r, 2 * r);
    ctx.strokeStyle = background;
    ctx.moveTo(x - r / 2, y - r / 2);
    ctx.lineTo(x + r / 2, y + r / 2);
    ctx.moveTo(x + r / 2, y - r / 2);
    ctx.lineTo(x - r / 2, y + r / 2);
    ctx.stroke();
    return;
  }
  ctx.arc(x, y, verdict === "agrees" ? r : r - ctx.lineWidth / 2, 0, 2 * Math.PI);
  if (verdict === "agrees") {
    ctx.fill();
    return;
  }
  const ring = ctx.fillStyle;
  ctx.fillStyle = background;
  ctx.fill();
  ctx.fillStyle = ring;
  ctx.stroke();
}
