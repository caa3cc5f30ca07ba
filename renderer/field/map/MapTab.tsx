import { type FormEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { GridPoint } from "../../../contract/traverse.ts";
import { useLive, useSize, useStation } from "../../parts/hooks.ts";
import { Icon } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import { bytesOf } from "../evidence/bytes.ts";
import { SaveLine } from "../evidence/SaveLine.tsx";
import { useEvidence } from "../evidence/useEvidence.ts";
import type { MapOf } from "../traverse/traverse.ts";
import type { SessionRows } from "../view.ts";
import { originOf, type Shapes, shapesOf } from "./geojson.ts";
import { type Box, boxOf, gridLines, lengthText, moved, roundStep, zoomed } from "./grid.ts";
import { type MapView, mapView } from "./mapView.ts";
import { frameOf } from "./worldFile.ts";

/** Each press of a zoom button shows this much less or more; each of an arrow moves by this share. */
const zoomIn = 0.5;
const step = 0.3;

/** A grid in metres about the base, without tiles: stops, samples, the way between them, north and scale. */
export function MapTab({ rows, onChoose }: { rows: SessionRows; onChoose: (sampleId: string) => void }): ReactNode {
  const view = useMemo(() => mapView(rows), [rows]);
  const all = useMemo(() => boxOf(view.points), [view]);
  const [shown, setShown] = useState<Box>();
  const [asking, setAsking] = useState<"stop" | { picture: File }>();
  const station = useStation();
  const box = shown ?? all;
  const change = (next: (box: Box) => Box) => (): void => setShown(next(box));
  const load = async (files: readonly File[]): Promise<void> => {
    const picture = files.find(({ type }) => type.startsWith("image/"));
    const other = files.find((file) => file !== picture);
    if (picture) {
      const frame = other && frameOf(await other.text(), ...(await sizeOf(picture)));
      if (!frame) return setAsking({ picture });
      await addPicture(station, picture, frame);
    } else if (other) {
      const origin = originOf(await other.text());
      await station.save("addMap", {
        ...{ name: other.name, bytes: await bytesOf(other), type: "application/geo+json" },
        layer: {
          kind: "geojson",
          ...(origin && { origin: { longitude: origin.longitudeDeg, latitude: origin.latitudeDeg } }),
        },
      });
    }
  };
  if (asking === "stop") return <NewStop onLeave={() => setAsking(undefined)} />;
  if (asking) return <Corners picture={asking.picture} onLeave={() => setAsking(undefined)} />;
  return (
    <div className="map">
      <Drawing sessionId={rows.sessionId} view={view} box={box} maps={rows.traverse.maps} />
      <div className="map-actions">
        <div className="compass">
          <Press className="btn glove" aria-label="Zoom in" onPress={change((b) => zoomed(b, zoomIn))}>
            <Icon name="plus" />
            In
          </Press>
          <Arrow word="North" turn={-90} onPress={change((b) => moved(b, 0, step))} />
          <Press className="btn glove" aria-label="Zoom out" onPress={change((b) => zoomed(b, 1 / zoomIn))}>
            <Icon name="minus" />
            Out
          </Press>
          <Arrow word="West" turn={180} onPress={change((b) => moved(b, -step, 0))} />
          <Press className="btn glove" aria-label="Show all" onPress={() => setShown(undefined)}>
            <Icon name="field" />
            All
          </Press>
          <Arrow word="East" turn={0} onPress={change((b) => moved(b, step, 0))} />
          <Press className="btn glove" aria-label="New stop" onPress={() => setAsking("stop")}>
            <Icon name="stop" />
            Stop
          </Press>
          <Arrow word="South" turn={90} onPress={change((b) => moved(b, 0, -step))} />
          <LoadMap onFiles={(files) => void load(files)} />
        </div>
        <SaveLine savedAt={undefined} />
        {view.samples.length > 0 && (
          <ul className="rows" aria-label="Samples on the map">
            {view.samples.map(({ sampleId, name }) => (
              <li key={sampleId}>
                <Press className="row" onPress={() => onChoose(sampleId)}>
                  <b>{name}</b>
                </Press>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

interface ArrowProps {
  readonly word: string;
  readonly turn: -90 | 0 | 90 | 180;
  readonly onPress: () => void;
}

const Arrow = ({ word, turn, onPress }: ArrowProps): ReactNode => (
  <Press className="btn glove" aria-label={`Move ${word}`} onPress={onPress}>
    <span className={`turn${turn}`}>
      <Icon name="next" />
    </span>
    {word}
  </Press>
);

function LoadMap({ onFiles }: { onFiles: (files: readonly File[]) => void }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".geojson,.json,.jgw,.pgw,.wld,image/jpeg,image/png,image/webp"
        aria-label="Map file"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          onFiles(files);
        }}
      />
      <Press className="btn glove" aria-label="Load map" onPress={() => input.current?.click()}>
        <Icon name="file" />
        Load
      </Press>
    </>
  );
}

interface DrawingProps {
  readonly sessionId: string | undefined;
  readonly view: MapView;
  readonly box: Box;
  readonly maps: readonly MapOf[];
}

const textPx = 18;
/** Grid lines about this far apart. */
const gridPx = 90;

function Drawing({ sessionId, view, box, maps }: DrawingProps): ReactNode {
  const [place, { width, height }] = useSize<HTMLDivElement>();
  // The square box stands in the middle; what the drawing has more in width or height shows more of the ground.
  const scale = Math.min(width, height) / (box.east - box.west);
  const middle = { eastM: (box.west + box.east) / 2, northM: (box.south + box.north) / 2 };
  const x = (eastM: number): number => width / 2 + (eastM - middle.eastM) * scale;
  const y = (northM: number): number => height / 2 - (northM - middle.northM) * scale;
  const at = ({ eastM, northM }: GridPoint): string => `${x(eastM).toFixed(1)},${y(northM).toFixed(1)}`;
  const halfE = width / 2 / scale;
  const halfN = height / 2 / scale;
  const metres = roundStep(width / scale, width / gridPx);
  return (
    <div className="map-box" ref={place}>
      {width > 0 && (
        <svg className="map-drawing" width={width} height={height} role="img" aria-label={view.sentence}>
          {maps.map((map) => (
            <Layer key={map.mapId} sessionId={sessionId} map={map} place={{ x, y, at, scale }} />
          ))}
          <g className="grid">
            {gridLines(middle.eastM - halfE, middle.eastM + halfE, metres).map((east) => (
              <path key={`e${east}`} d={`M${x(east)} 0V${height}`} className={east === 0 ? "axis" : undefined} />
            ))}
            {gridLines(middle.northM - halfN, middle.northM + halfN, metres).map((north) => (
              <path key={`n${north}`} d={`M0 ${y(north)}H${width}`} className={north === 0 ? "axis" : undefined} />
            ))}
          </g>
          {view.track.length > 1 && <polyline className="track" points={view.track.map(at).join(" ")} />}
          <g transform={`translate(${at({ eastM: 0, northM: 0 })})`}>
            <path className="base" d="M0 -11l10 8v13h-20v-13z" />
            <text x="16" y="20" fontSize={textPx}>
              Base
            </text>
          </g>
          {view.stops.map(({ stopId, name, place: stop, current }) => (
            <g key={stopId} transform={`translate(${at(stop)})`} className={current ? "stop-mark now" : "stop-mark"}>
              {current && <circle r="15" />}
              <circle r="7" className="dot" />
              <Label text={name} y={-8} toLeft={x(stop.eastM) > width - labelPx(name)} />
            </g>
          ))}
          {view.samples.map(({ sampleId, name, place: sample }) => (
            <g key={sampleId} transform={`translate(${at(sample)})`} className="sample-mark">
              <path d="M0 -8L8 0 0 8 -8 0z" />
              <Label text={name} y={14} toLeft={x(sample.eastM) > width - labelPx(name)} />
            </g>
          ))}
          <g className="scale-bar" transform={`translate(16 ${height - 16})`}>
            <path d={`M0 -8V0H${metres * scale}V-8`} />
            <text x={(metres * scale) / 2} y="-10" fontSize={textPx} textAnchor="middle">
              {lengthText(metres)}
            </text>
          </g>
          <g className="north" transform={`translate(${width - 28} 44)`}>
            <path d="M0 -34l12 34-12-8-12 8z" />
            <text y="20" fontSize={textPx} textAnchor="middle">
              N
            </text>
          </g>
        </svg>
      )}
    </div>
  );
}

/** About the room that a name needs beside its mark, px. */
const labelPx = (name: string): number => 28 + 12 * name.length;

/** A name beside its mark; to the left where the right has no room. */
const Label = ({ text, y, toLeft }: { text: string; y: number; toLeft: boolean }): ReactNode => (
  <text x={toLeft ? -20 : 20} y={y} fontSize={textPx} textAnchor={toLeft ? "end" : "start"}>
    {text}
  </text>
);

interface LayerProps {
  readonly sessionId: string | undefined;
  readonly map: MapOf;
  readonly place: {
    readonly x: (eastM: number) => number;
    readonly y: (northM: number) => number;
    readonly at: (point: GridPoint) => string;
    readonly scale: number;
  };
}

function Layer({ sessionId, map, place }: LayerProps): ReactNode {
  const { url } = useEvidence(sessionId, map.file);
  const shapes = useShapes(sessionId, map);
  const { layer } = map;
  if (layer.kind === "picture") {
    const { west, north, east, south } = layer.frame;
    return (
      url && (
        <image
          href={url}
          x={place.x(west)}
          y={place.y(north)}
          width={(east - west) * place.scale}
          height={(north - south) * place.scale}
          preserveAspectRatio="none"
        />
      )
    );
  }
  if (!shapes) return null;
  const points = (line: readonly GridPoint[]): string => line.map(place.at).join(" ");
  // The lines of a file never change places.
  return (
    <g className="layer">
      {shapes.rings.map((ring, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <polygon key={i} points={points(ring)} />
      ))}
      {shapes.lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <polyline key={i} points={points(line)} />
      ))}
      {shapes.points.map(({ at, name }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <g key={i} transform={`translate(${place.at(at)})`}>
          <circle r="5" />
          {name && (
            <text x="10" y="6" fontSize={textPx}>
              {name}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

/** The shapes of a GeoJSON layer, read from the journal's file. */
function useShapes(sessionId: string | undefined, { file, layer }: MapOf): Shapes | undefined {
  const station = useStation();
  const { link } = useLive();
  const [shapes, setShapes] = useState<Shapes>();
  const { sha256 } = file;
  useEffect(() => {
    if (layer.kind !== "geojson" || link !== "up" || !sessionId) return;
    let wanted = true;
    const origin = layer.origin && { latitudeDeg: layer.origin.latitude, longitudeDeg: layer.origin.longitude };
    station.ask("evidenceFile", { sessionId, sha256 }).then(
      ({ bytes }) => wanted && setShapes(shapesOf(new TextDecoder().decode(bytes), origin)),
      () => undefined, // the map is drawn without this layer
    );
    return () => {
      wanted = false;
    };
  }, [station, link, sessionId, sha256, layer]);
  return shapes;
}

const addPicture = async (station: ReturnType<typeof useStation>, picture: File, frame: Box): Promise<unknown> =>
  station.save("addMap", {
    ...{ name: picture.name, bytes: await bytesOf(picture), type: picture.type },
    layer: { kind: "picture", frame },
  });

async function sizeOf(picture: File): Promise<[width: number, height: number]> {
  const bitmap = await createImageBitmap(picture);
  const size: [number, number] = [bitmap.width, bitmap.height];
  bitmap.close();
  return size;
}

/** A place on the grid by hand: where no receiver tells it, the person does. */
function NewStop({ onLeave }: { onLeave: () => void }): ReactNode {
  const station = useStation();
  const [given, setGiven] = useState({ name: "", eastM: "", northM: "" });
  const place =
    given.eastM.trim() === "" && given.northM.trim() === "" ? undefined : pointOf(given.eastM, given.northM);
  const make = (event: FormEvent): void => {
    event.preventDefault();
    const name = given.name.trim();
    void station.save("makeStop", { ...(name && { name }), ...(place && { place }) }).then((done) => done && onLeave());
  };
  return (
    <Numbers
      title="New stop"
      fields={[
        ["name", "Name, or nothing for the next letter", given.name],
        ["eastM", "Metres east of the base", given.eastM],
        ["northM", "Metres north of the base", given.northM],
      ]}
      onChange={(name, value) => setGiven({ ...given, [name]: value })}
      action="Make stop"
      onGive={make}
      onLeave={onLeave}
    />
  );
}

function pointOf(east: string, north: string): GridPoint | undefined {
  const point = { eastM: Number(east.replace(",", ".") || 0), northM: Number(north.replace(",", ".") || 0) };
  return Number.isFinite(point.eastM) && Number.isFinite(point.northM) ? point : undefined;
}

/** A picture without a world file: its edges are asked for. */
function Corners({ picture, onLeave }: { picture: File; onLeave: () => void }): ReactNode {
  const station = useStation();
  const [given, setGiven] = useState({ west: "", east: "", south: "", north: "" });
  const lay = (event: FormEvent): void => {
    event.preventDefault();
    const [west, east, south, north] = [given.west, given.east, given.south, given.north].map((text) =>
      Number(text.replace(",", ".") || Number.NaN),
    );
    const frame = { west: west ?? 0, east: east ?? 0, south: south ?? 0, north: north ?? 0 };
    if (Object.values(frame).every(Number.isFinite))
      void addPicture(station, picture, frame).then((done) => done && onLeave());
  };
  return (
    <Numbers
      title={`Where ${picture.name} lies, in metres from the base; north is up in it`}
      fields={[
        ["west", "Left edge, m east", given.west],
        ["east", "Right edge, m east", given.east],
        ["south", "Lower edge, m north", given.south],
        ["north", "Upper edge, m north", given.north],
      ]}
      onChange={(name, value) => setGiven({ ...given, [name]: value })}
      action="Lay it under the map"
      onGive={lay}
      onLeave={onLeave}
    />
  );
}

interface NumbersProps {
  readonly title: string;
  readonly fields: readonly (readonly [name: string, label: string, value: string])[];
  readonly onChange: (name: string, value: string) => void;
  readonly action: string;
  readonly onGive: (event: FormEvent) => void;
  readonly onLeave: () => void;
}

const Numbers = ({ title, fields, onChange, action, onGive, onLeave }: NumbersProps): ReactNode => (
  <form className="traverse-form" onSubmit={onGive}>
    <h3>{title}</h3>
    {fields.map(([name, label, value]) => (
      <p key={name}>
        <label htmlFor={`map-${name}`}>{label}</label>
        <input
          id={`map-${name}`}
          autoComplete="off"
          maxLength={40}
          value={value}
          onChange={(event) => onChange(name, event.target.value)}
        />
      </p>
    ))}
    <div className="choices">
      <button type="submit" className="btn glove go">
        {action}
      </button>
      <Press className="btn glove" onPress={onLeave}>
        Leave it
      </Press>
    </div>
    <SaveLine savedAt={undefined} />
  </form>
);
