import type { ReactNode } from "react";
import type { Diagram } from "../../../contract/mindb.ts";
import { useWidth } from "../../parts/useWidth.ts";
import { Trust } from "../Trust.tsx";
import { middleOf, type Placed, type Point, pointOf, roomOf } from "./diagram.ts";

interface DiagramFigureProps {
  readonly diagram: Diagram;
  /** The field of the rock that is shown. */
  readonly field: string | undefined;
  /** A sample and where it lies. */
  readonly sample: { readonly name: string; readonly spots: number; readonly placed: Placed } | undefined;
}

const widestPx = 520;
const edgePx = 34;
const numberPx = 15;
/** Fewer spots say what is there, not how much (as in the station's assessment of rocks). */
const fewestSpots = 5;

/** A classification diagram: numbered fields, the rock's own filled, the sample's point in it; the names stand beside it. */
export function DiagramFigure({ diagram, field, sample }: DiagramFigureProps): ReactNode {
  const [box, boxPx] = useWidth<HTMLDivElement>();
  const widthPx = Math.min(widestPx, boxPx);
  const side = Math.max(0, widthPx - 2 * edgePx);
  const bottom = Math.max(...diagram.corners.map(({ y }) => y));
  const heightPx = bottom * side + 2 * edgePx;
  const at = ([x, y]: Point): Point => [edgePx + x * side, edgePx + y * side];
  const fields = diagram.fields.map(({ name, polygon }, i) => {
    const points = polygon.map((vertex) => at(pointOf(diagram, vertex)));
    return { number: i + 1, name, points, middle: middleOf(points), hasRoom: roomOf(points) > numberPx / 2 };
  });
  const point = sample && at(sample.placed.point);
  return (
    <figure className="diagram">
      <div ref={box}>
        {widthPx > 0 && (
          <svg width={widthPx} height={heightPx} role="img" aria-label={describe(diagram, field, sample)}>
            {fields.map(({ number, name, points, middle, hasRoom }) => (
              <g key={name} className={name === field ? "field own" : "field"}>
                <polygon points={points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")} />
                {hasRoom && (
                  <text x={middle[0]} y={middle[1] + 5} textAnchor="middle">
                    {number}
                  </text>
                )}
              </g>
            ))}
            {diagram.corners.map(({ label, x, y }) => {
              const [px, py] = at([x, y]);
              const isSide = y > 0 && y < bottom; // A and P of the double triangle
              return (
                <text
                  key={label}
                  className="corner"
                  x={px + (x === 0 ? -6 : x === 1 ? 6 : 0)}
                  y={py + (y === 0 ? -10 : isSide ? 6 : 26)}
                  textAnchor={x === 0 && isSide ? "end" : x === 1 && isSide ? "start" : "middle"}
                >
                  {label}
                </text>
              );
            })}
            {point && (
              <g className="sample">
                <circle cx={point[0]} cy={point[1]} r={9} />
                <path d={`M${point[0] - 14} ${point[1]}h28M${point[0]} ${point[1] - 14}v28`} />
              </g>
            )}
          </svg>
        )}
      </div>
      <figcaption>
        <p>
          <b>{diagram.title}.</b> {sample && sampleSentence(diagram, sample)}
        </p>
        <p>{diagram.corners.map(({ label, name }) => `${label}: ${name}`).join(". ")}.</p>
        <ol className="legend">
          {fields.map(({ number, name }) => (
            <li key={name} aria-current={name === field ? "true" : undefined}>
              <span>{number}</span> {name}
            </li>
          ))}
        </ol>
        {diagram.note && <p>{diagram.note}</p>}
        <p className="quiet">
          {diagram.source}. <Trust confidence={diagram.confidence} />
        </p>
      </figcaption>
    </figure>
  );
}

function sampleSentence(diagram: Diagram, { name, placed, spots }: NonNullable<DiagramFigureProps["sample"]>): string {
  const shares = diagram.corners
    .map(({ label }, i) => ({ label, percent: Math.round(placed.shares[i] ?? 0) }))
    .filter(({ percent }) => percent > 0)
    .map(({ label, percent }) => `${label} ${percent} %`);
  const left = Math.round(100 * (1 - placed.counted));
  const few = spots < fewestSpots ? ` Too few spots to name a rock: measure ${fewestSpots} or better 30.` : "";
  const told = spots === 1 ? "one spot tells" : `${spots} spots tell`;
  const rest =
    left > 10 ? ` As far as ${told}, ${left} % of the rock may be something that this figure does not count.` : "";
  return `${name} (the cross) lies in the field ${placed.field ?? "of no rock"}: ${shares.join(", ")}.${rest}${few}`;
}

function describe(diagram: Diagram, field: string | undefined, sample: DiagramFigureProps["sample"]): string {
  const corners = diagram.corners.map(({ name }) => name).join(", ");
  const own = field === undefined ? "" : ` The field ${field} is filled.`;
  const placed = sample === undefined ? "" : ` ${sampleSentence(diagram, sample)}`;
  return `Diagram with the corners ${corners} and ${diagram.fields.length} fields.${own}${placed}`;
}
