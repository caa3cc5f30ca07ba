import { type ReactNode, useRef, useState } from "react";
import { utcTime } from "../../display/time.ts";
import { Icon, Mark } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import type { Evidence } from "../traverse/traverse.ts";
import { useEvidence } from "./useEvidence.ts";

interface ViewProps {
  readonly sessionId: string | undefined;
  readonly evidence: Evidence;
  /** Draw on this photo. */
  readonly onSketch?: (evidenceId: string) => void;
}

/** A photo, a voice note or a text as the journal holds it. */
export function EvidenceView({ sessionId, evidence, onSketch }: ViewProps): ReactNode {
  switch (evidence.kind) {
    case "note":
      return <p className="text">{evidence.text}</p>;
    case "voice":
      return <Voice sessionId={sessionId} evidence={evidence} />;
    case "photo":
      return <Photo sessionId={sessionId} evidence={evidence} onSketch={onSketch} />;
  }
}

const Missing = (): ReactNode => (
  <p>
    <Mark name="failed" size={20} /> The file is not in the journal's folder.
  </p>
);

interface PhotoProps {
  readonly sessionId: string | undefined;
  readonly evidence: Extract<Evidence, { kind: "photo" }>;
  readonly onSketch: ((evidenceId: string) => void) | undefined;
}

function Photo({ sessionId, evidence, onSketch }: PhotoProps): ReactNode {
  const { url, missing } = useEvidence(sessionId, evidence.file);
  if (missing) return <Missing />;
  const what = evidence.sketchOf ? "Sketch" : "Photo";
  return (
    <>
      {url && <img src={url} alt={`${what} of ${utcTime(evidence.at)}`} />}
      {onSketch && !evidence.sketchOf && (
        <Press className="btn glove" onPress={() => onSketch(evidence.evidenceId)}>
          <Icon name="pen" />
          Sketch
        </Press>
      )}
    </>
  );
}

function Voice({
  sessionId,
  evidence,
}: {
  sessionId: string | undefined;
  evidence: Extract<Evidence, { kind: "voice" }>;
}): ReactNode {
  const { url, missing } = useEvidence(sessionId, evidence.file);
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  if (missing) return <Missing />;
  const seconds = Math.max(1, Math.round(evidence.durationMs / 1000));
  const toggle = (): void => {
    if (playing) audio.current?.pause();
    else void audio.current?.play().catch(() => setPlaying(false));
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: a voice note of the field has no text yet */}
      <audio
        ref={audio}
        src={url}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
      <Press className="btn glove" aria-disabled={!url} aria-pressed={playing} onPress={toggle}>
        <Icon name={playing ? "pause" : "play"} />
        {playing ? "Pause" : "Play"} voice note, {seconds}&nbsp;s
      </Press>
    </>
  );
}
