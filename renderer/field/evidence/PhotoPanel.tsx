import { type ReactNode, useEffect, useRef, useState } from "react";
import type { EvidenceTarget } from "../../../contract/traverse.ts";
import { useLive, useStation } from "../../parts/hooks.ts";
import { Icon, Mark } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import { Panel } from "../Panels.tsx";
import type { Evidence } from "../traverse/traverse.ts";
import { bytesOf, jpegBlob } from "./bytes.ts";
import { EvidenceView } from "./EvidenceView.tsx";
import { SaveLine } from "./SaveLine.tsx";

interface PhotoPanelProps {
  readonly sessionId: string | undefined;
  readonly target: EvidenceTarget;
  /** What it will belong to, in words. */
  readonly of: string;
  /** Everything the journal holds, to find what was just saved. */
  readonly evidence: readonly Evidence[];
  readonly onSketch: (evidenceId: string) => void;
  readonly onBack: () => void;
}

/** The camera, or a picture from a file. "Saved" stands only when the journal has confirmed picture and line. */
export function PhotoPanel({ sessionId, target, of, evidence, onSketch, onBack }: PhotoPanelProps): ReactNode {
  const station = useStation();
  const { busy } = useLive();
  const [savedId, setSavedId] = useState<string>();
  const camera = useCamera(savedId === undefined);
  const input = useRef<HTMLInputElement>(null);
  const saved = evidence.find(({ evidenceId }) => evidenceId === savedId);

  const keep = async (blob: Blob): Promise<void> => {
    const bytes = await bytesOf(blob);
    const done = await station.save("addPhoto", { target, bytes, type: blob.type });
    if (done) setSavedId(done.evidenceId);
  };
  const shoot = async (): Promise<void> => {
    const frame = camera.video.current && frameOf(camera.video.current);
    if (frame && busy !== "save") await keep(await jpegBlob(frame));
  };

  return (
    <Panel title={`Photo of ${of}`} onBack={onBack}>
      <div className="shoot">
        <div className="finder">
          {saved ? (
            <EvidenceView sessionId={sessionId} evidence={saved} />
          ) : camera.problem ? (
            <p className="lead">
              <Mark name="look" /> {camera.problem}
            </p>
          ) : (
            <video ref={camera.video} autoPlay muted playsInline aria-label="What the camera sees" />
          )}
        </div>
        <div className="shoot-actions">
          {saved ? (
            <>
              <Press className="btn glove go" onPress={onBack}>
                Done
              </Press>
              <Press className="btn glove" onPress={() => onSketch(saved.evidenceId)}>
                <Icon name="pen" />
                Sketch on it
              </Press>
              <Press className="btn glove" onPress={() => setSavedId(undefined)}>
                <Icon name="photo" />
                Another photo
              </Press>
            </>
          ) : (
            <>
              <Press
                className="btn glove go"
                aria-disabled={!camera.ready || busy === "save"}
                onPress={() => camera.ready && void shoot()}
              >
                {busy === "save" ? <Mark name="busy" size={34} /> : <Icon name="photo" />}
                {busy === "save" ? "Saving" : "Take photo"}
              </Press>
              <input
                ref={input}
                type="file"
                hidden
                accept="image/jpeg,image/png,image/webp"
                capture="environment"
                aria-label="Picture file"
                onChange={(event) => {
                  const [file] = event.target.files ?? [];
                  event.target.value = "";
                  if (file) void keep(file);
                }}
              />
              <Press className="btn glove" aria-disabled={busy === "save"} onPress={() => input.current?.click()}>
                <Icon name="file" />
                From a file
              </Press>
            </>
          )}
          <SaveLine savedAt={saved?.at} />
        </div>
      </div>
    </Panel>
  );
}

function frameOf(video: HTMLVideoElement): HTMLCanvasElement | undefined {
  if (video.videoWidth === 0) return undefined;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return canvas;
}

/** The camera on the back, or the only one; off again when it is not wanted. */
function useCamera(wanted: boolean): {
  readonly video: React.RefObject<HTMLVideoElement | null>;
  readonly ready: boolean;
  readonly problem: string | undefined;
} {
  const video = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (!wanted) return;
    let stream: MediaStream | undefined;
    let here = true;
    const open = async (): Promise<void> => {
      const made = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!here) return stopped(made);
      stream = made;
      if (!video.current) return;
      video.current.srcObject = made;
      video.current.onloadeddata = () => setReady(true);
    };
    open().catch(() => here && setProblem("No camera here, or it may not be used. Take the picture from a file."));
    return () => {
      here = false;
      setReady(false);
      if (stream) stopped(stream);
    };
  }, [wanted]);
  return { video, ready, problem };
}

const stopped = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop();
};
