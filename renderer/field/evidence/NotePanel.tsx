import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { EvidenceTarget } from "../../../contract/traverse.ts";
import { useLive, useStation } from "../../parts/hooks.ts";
import { Icon, Mark } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import { Panel } from "../Panels.tsx";
import type { Evidence } from "../traverse/traverse.ts";
import { bytesOf } from "./bytes.ts";
import { EvidenceView } from "./EvidenceView.tsx";
import { SaveLine } from "./SaveLine.tsx";
import { type Recording, useVoice } from "./useVoice.ts";

interface NotePanelProps {
  readonly sessionId: string | undefined;
  readonly target: EvidenceTarget;
  readonly of: string;
  readonly evidence: readonly Evidence[];
  readonly onBack: () => void;
}

/** What geologists say most, each one touch. */
const quickPhrases = [
  "Fresh face",
  "Weathered",
  "In place",
  "Loose block",
  "Vesicular",
  "Green grains",
  "White vein",
  "Dark glass",
  "Layered",
];

/** A note: it records at once; text is one touch away. */
export function NotePanel({ sessionId, target, of, evidence, onBack }: NotePanelProps): ReactNode {
  const station = useStation();
  const { busy } = useLive();
  const [way, setWay] = useState<"voice" | "text">("voice");
  const [savedId, setSavedId] = useState<string>();
  const saved = evidence.find(({ evidenceId }) => evidenceId === savedId);
  const keepVoice = async ({ blob, durationMs }: Recording): Promise<void> => {
    const bytes = await bytesOf(blob);
    const done = await station.save("addVoice", { target, bytes, type: blob.type, durationMs });
    if (done) setSavedId(done.evidenceId);
  };
  const voice = useVoice((recording) => void keepVoice(recording));
  const { start } = voice;
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    start();
  });
  const keepText = async (text: string): Promise<boolean> => {
    const done = await station.save("addNote", { target, text });
    if (done) setSavedId(done.evidenceId);
    return done !== undefined;
  };
  const toText = (): void => {
    voice.discard();
    setSavedId(undefined);
    setWay("text");
  };
  const again = (): void => {
    setSavedId(undefined);
    setWay("voice");
    voice.start();
  };

  return (
    <Panel title={`Note on ${of}`} onBack={onBack}>
      {way === "text" && !saved ? (
        <TextNote onSave={keepText} onVoice={again} />
      ) : (
        <div className="voice">
          {saved ? (
            <div className="evidence">
              <EvidenceView sessionId={sessionId} evidence={saved} />
            </div>
          ) : (
            <>
              <p className="voice-time" aria-live="off">
                {voice.state === "recording" ? (
                  <>
                    <Icon name="note" size={48} /> {clock(voice.elapsedMs)}
                  </>
                ) : busy === "save" ? (
                  "Saving"
                ) : (
                  (voice.problem ?? "The microphone is being opened.")
                )}
              </p>
              {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn as this page draws its bars */}
              <div
                className="level"
                role="meter"
                aria-label="Loudness"
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={Math.round(100 * voice.level)}
              >
                <i style={{ width: `${100 * voice.level}%` }} />
              </div>
            </>
          )}
          <SaveLine savedAt={saved?.at} />
          <div className="choices">
            {voice.state === "recording" ? (
              <>
                <Press className="btn glove go" onPress={voice.stop}>
                  Stop and save
                </Press>
                <Press className="btn glove" onPress={voice.discard}>
                  Discard
                </Press>
              </>
            ) : (
              <Press
                className="btn glove"
                aria-disabled={busy === "save" || voice.state === "starting"}
                onPress={again}
              >
                <Icon name="note" />
                Record
              </Press>
            )}
            <Press className="btn glove" onPress={toText}>
              <Icon name="pen" />
              Write
            </Press>
          </div>
          {voice.state === "recording" && <p className="quiet">Leaving this page saves what was said.</p>}
        </div>
      )}
    </Panel>
  );
}

/** "0:07". */
const clock = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

interface TextNoteProps {
  readonly onSave: (text: string) => Promise<boolean>;
  readonly onVoice: () => void;
}

function TextNote({ onSave, onVoice }: TextNoteProps): ReactNode {
  const { busy } = useLive();
  const [text, setText] = useState("");
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== "" && busy !== "save") void onSave(text.trim());
  };
  const add = (phrase: string): void =>
    setText((before) => (before.trim() === "" ? phrase : `${before.trim()}, ${phrase}`));
  return (
    <form className="text-note" onSubmit={save}>
      <label htmlFor="note-text" className="unseen">
        The note
      </label>
      <textarea id="note-text" maxLength={2000} value={text} onChange={(event) => setText(event.target.value)} />
      <fieldset className="phrases">
        <legend className="unseen">Quick phrases</legend>
        {quickPhrases.map((phrase) => (
          <Press key={phrase} className="btn glove" onPress={() => add(phrase)}>
            {phrase}
          </Press>
        ))}
        <Press className="btn glove" onPress={onVoice}>
          <Icon name="note" size={28} />
          Speak
        </Press>
        <button type="submit" className="btn glove go" aria-disabled={text.trim() === "" || busy === "save"}>
          {busy === "save" ? <Mark name="busy" size={28} /> : null}
          {busy === "save" ? "Saving" : "Save note"}
        </button>
      </fieldset>
      <SaveLine savedAt={undefined} />
    </form>
  );
}
