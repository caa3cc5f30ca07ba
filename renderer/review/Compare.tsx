import { type ReactNode, useEffect, useState } from "react";
import type { ReviewSpot } from "../../contract/review.ts";
import type { Spectrum } from "../../contract/spectrum.ts";
import { techniqueName } from "../../contract/spectrum.ts";
import { useSize, useStation } from "../parts/hooks.ts";
import { Press } from "../parts/Press.tsx";
import { unitText } from "../plot/lines.ts";
import { type CompareMode, type Curve, compareModes, curvesOf, mostCompared } from "./compare.ts";

interface CompareProps {
  readonly spots: readonly ReviewSpot[];
  readonly onRemove: (spot: ReviewSpot) => void;
}

interface Compared {
  readonly spot: ReviewSpot;
  readonly spectrum: Spectrum;
}

const modeWord: Record<CompareMode, string> = { overlay: "Overlay", offset: "Offset", difference: "Difference" };
const dashes = ["", "9 5", "2 5", "12 4 2 4", "6 3", "1 4", "14 6", "4 2 1 2"];

/** Up to eight spectra in one plot. */
export function Compare({ spots, onRemove }: CompareProps): ReactNode {
  const station = useStation();
  const [mode, setMode] = useState<CompareMode>("overlay");
  const [loaded, setLoaded] = useState<readonly Compared[]>([]);
  useEffect(() => {
    let wanted = true;
    const load = async (spot: ReviewSpot): Promise<Compared[]> => {
      const last = spot.measurements.at(-1);
      if (last === undefined) return [];
      const { sessionId } = spot.target;
      return [
        { spot, spectrum: await station.ask("reviewSpectrum", { sessionId, measurementId: last.measurementId }) },
      ];
    };
    Promise.all(spots.map(load)).then(
      (all) => wanted && setLoaded(all.flat()),
      () => wanted && setLoaded([]),
    );
    return () => {
      wanted = false;
    };
  }, [station, spots]);
  // Spectra of another technique have another axis.
  const technique = loaded[0]?.spectrum.technique;
  const shown = loaded.filter(({ spectrum }) => spectrum.technique === technique);
  const curves = curvesOf(
    shown.map(({ spectrum }) => spectrum),
    mode,
  );
  return (
    <section className="compare" aria-label="Compare">
      <div className="views">
        {compareModes.map((name) => (
          <Press key={name} className="btn" aria-pressed={name === mode} onPress={() => setMode(name)}>
            {modeWord[name]}
          </Press>
        ))}
      </div>
      {spots.length === 0 && (
        <p className="nothing">Add spots to compare in Replay, {mostCompared} at most. They are shown here together.</p>
      )}
      {technique && (
        <Curves
          curves={curves}
          unit={unitText[shown[0]?.spectrum.axis.unit ?? "nm"]}
          label={`${shown.length} ${techniqueName[technique]} spectra, ${modeWord[mode].toLowerCase()}`}
        />
      )}
      <ul className="legend">
        {spots.map((spot) => {
          const index = shown.findIndex((s) => s.spot.target.spotId === spot.target.spotId);
          return (
            <li key={spot.target.spotId}>
              <svg width="44" height="12" aria-hidden="true">
                {index >= 0 && (
                  <path d="M0 6h44" className={`curve curve-${index % 6}`} strokeDasharray={dashes[index]} />
                )}
              </svg>
              {spot.crew}, {spot.sampleName} spot {spot.number}
              {index < 0 && " (another technique)"}
              <Press className="btn" onPress={() => onRemove(spot)}>
                Remove
              </Press>
            </li>
          );
        })}
      </ul>
      <p className="quiet">
        Each spectrum is scaled to its own lowest and highest value. Difference: each minus the first.
      </p>
    </section>
  );
}

function Curves({ curves, unit, label }: { curves: readonly Curve[]; unit: string; label: string }): ReactNode {
  const [box, { width, height }] = useSize<HTMLDivElement>();
  const xs = curves.flatMap(({ x }) => [x[0] ?? 0, x.at(-1) ?? 0]);
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { y } of curves)
    for (const value of y) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  const px = (x: number): number => 12 + ((x - from) / (to - from || 1)) * (width - 24);
  const py = (y: number): number => height - 36 - ((y - low) / (high - low || 1)) * (height - 50);
  const step = [50, 100, 200, 500, 1000].find((s) => (s / (to - from || 1)) * width >= 70) ?? 2000;
  const ticks: number[] = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) ticks.push(t);
  return (
    <div className="curves" ref={box}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label}>
          {ticks.map((t) => (
            <g key={t}>
              <path d={`M${px(t)} 0V${height - 30}`} className="grid" />
              <text x={px(t)} y={height - 10} textAnchor="middle">
                {t}
              </text>
            </g>
          ))}
          <text x={width - 4} y={height - 34} textAnchor="end" className="halo">
            {unit}
          </text>
          {curves.map((curve, index) => (
            <path
              // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is the curve's look
              key={index}
              d={pathOf(curve, px, py)}
              className={`curve curve-${index % 6}`}
              strokeDasharray={dashes[index]}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

/** A polyline with gaps where there is no value. */
function pathOf({ x, y }: Curve, px: (x: number) => number, py: (y: number) => number): string {
  let path = "";
  let pen = "M";
  for (const [i, value] of y.entries()) {
    if (!Number.isFinite(value)) {
      pen = "M";
      continue;
    }
    path += `${pen}${px(x[i] ?? 0).toFixed(1)} ${py(value).toFixed(1)}`;
    pen = "L";
  }
  return path;
}
