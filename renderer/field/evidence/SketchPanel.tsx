import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { EvidenceTarget } from "../../../contract/traverse.ts";
import { useLive, useStation } from "../../parts/hooks.ts";
import { Icon } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import { Panel } from "../Panels.tsx";
import type { Evidence } from "../traverse/traverse.ts";
import { bytesOf, jpegBlob } from "./bytes.ts";
import { SaveLine } from "./SaveLine.tsx";
import { useEvidence } from "./useEvidence.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}
/** Lines in the photo's own pixels, and where north is in it, degrees clockwise from up; undefined: not said. */
export interface Sketch {
  readonly lines: readonly (readonly Point[])[];
  readonly northDeg: number | undefined;
}

interface SketchProps {
  readonly sessionId: string | undefined;
  readonly photo: Extract<Evidence, { kind: "photo" }>;
  readonly evidence: readonly Evidence[];
  readonly onBack: () => void;
}

const turnDeg = 45;

/**
 * Lines and north on a photo: how the rock lay. Each touch adds a point to the line, so no drag is needed; a finger that
 * does drag draws too. The photo stays as it was; the sketch is a picture of its own.
 */
export function SketchPanel({ sessionId, photo, evidence, onBack }: SketchProps): ReactNode {
  const station = useStation();
  const { busy } = useLive();
  const { url } = useEvidence(sessionId, photo.file);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [picture, setPicture] = useState<HTMLImageElement>();
  const [sketch, setSketch] = useState<Sketch>({ lines: [], northDeg: undefined });
  const [savedId, setSavedId] = useState<string>();
  const saved = evidence.find(({ evidenceId }) => evidenceId === savedId);

  useEffect(() => {
    if (!url) return;
    const image = new Image();
    image.onload = () => setPicture(image);
    image.src = url;
  }, [url]);
  useEffect(() => {
    if (picture && canvas.current) draw(canvas.current, picture, sketch);
  }, [picture, sketch]);

  const add = (event: PointerEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = event.currentTarget.width / box.width;
    const point = { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
    setSavedId(undefined);
    setSketch((before) => ({ ...before, lines: withPoint(before.lines, point) }));
  };
  const newLine = (): void => setSketch((before) => ({ ...before, lines: [...before.lines, []] }));
  const undo = (): void => setSketch((before) => ({ ...before, lines: withoutLast(before.lines) }));
  const turn = (): void => {
    setSavedId(undefined);
    setSketch((before) => ({
      ...before,
      northDeg: before.northDeg === undefined ? 0 : (before.northDeg + turnDeg) % 360,
    }));
  };
  const save = async (): Promise<void> => {
    if (!canvas.current || busy === "save") return;
    const target: EvidenceTarget = photo.target;
    const bytes = await bytesOf(await jpegBlob(canvas.current));
    const done = await station.save("addPhoto", { target, bytes, type: "image/jpeg", sketchOf: photo.evidenceId });
    if (done) setSavedId(done.evidenceId);
  };
  const empty = sketch.lines.every((line) => line.length === 0) && sketch.northDeg === undefined;

  return (
    <Panel title="Sketch on the photo" onBack={onBack}>
      <div className="shoot">
        <div className="finder">
          <canvas
            ref={canvas}
            aria-label="The photo, to be drawn on: each touch adds a point"
            onPointerDown={add}
            onPointerMove={(event) => event.buttons === 1 && add(event)}
          />
        </div>
        <div className="shoot-actions">
          <Press
            className="btn glove go"
            aria-disabled={empty || busy === "save"}
            onPress={() => !empty && void save()}
          >
            {busy === "save" ? "Saving" : "Save sketch"}
          </Press>
          <Press className="btn glove" onPress={turn}>
            <Icon name="north" />
            {sketch.northDeg === undefined ? "Mark north" : "Turn north"}
          </Press>
          <div className="pair">
            <Press className="btn glove" onPress={newLine}>
              New line
            </Press>
            <Press className="btn glove" onPress={undo}>
              Undo
            </Press>
          </div>
          <SaveLine savedAt={saved?.at} />
        </div>
      </div>
    </Panel>
  );
}

const withPoint = (lines: Sketch["lines"], point: Point): Sketch["lines"] => [
  ...lines.slice(0, -1),
  [...(lines.at(-1) ?? []), point],
];

/** Takes back the last point; a line that is then empty goes too. */
function withoutLast(lines: Sketch["lines"]): Sketch["lines"] {
  const last = lines.at(-1);
  if (!last) return lines;
  return last.length > 1 ? [...lines.slice(0, -1), last.slice(0, -1)] : lines.slice(0, -1);
}

/** Dark under bright, so that a line shows on any rock. */
const strokes = [
  { colour: "#000000", share: 0.012 },
  { colour: "#ffc933", share: 0.006 },
] as const;

function draw(canvas: HTMLCanvasElement, picture: HTMLImageElement, { lines, northDeg }: Sketch): void {
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.drawImage(picture, 0, 0);
  context.lineCap = "round";
  context.lineJoin = "round";
  const size = Math.max(canvas.width, canvas.height);
  for (const { colour, share } of strokes) {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = share * size;
    for (const [first, ...rest] of lines) {
      if (!first) continue;
      context.beginPath();
      context.moveTo(first.x, first.y);
      context.lineTo(first.x, first.y);
      for (const { x, y } of rest) context.lineTo(x, y);
      context.stroke();
    }
    if (northDeg !== undefined) drawNorth(context, size, northDeg);
  }
}

/** An arrow with an N at its tip, in the upper left corner. */
function drawNorth(context: CanvasRenderingContext2D, size: number, northDeg: number): void {
  const r = size * 0.06;
  context.save();
  context.translate(1.8 * r, 1.8 * r);
  context.rotate((northDeg * Math.PI) / 180);
  context.beginPath();
  context.moveTo(0, r);
  context.lineTo(0, -r);
  context.moveTo(-r / 2, -r / 2);
  context.lineTo(0, -r);
  context.lineTo(r / 2, -r / 2);
  context.stroke();
  context.font = `700 ${r * 0.7}px sans-serif`;
  context.textAlign = "center";
  context.fillText("N", 0, -r * 1.15);
  context.restore();
}
